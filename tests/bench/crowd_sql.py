"""The statements by which `crowd.fill` makes its rows; `seed` holds one row a case, everything else follows from it."""

# A case's fate: what became of it, by a number drawn in [0, 1). Open cases are one in 25.
_FATE = """
CASE WHEN a >= 0.04 THEN CASE WHEN b < 0.03 THEN 'withdrawn' ELSE 'signed' END
     WHEN b < 0.45 THEN 'unread' WHEN b < 0.70 THEN 'being-read' WHEN b < 0.76 THEN 'half-read'
     WHEN b < 0.83 THEN 'locked' WHEN b < 0.87 THEN 'incomplete' WHEN b < 0.89 THEN 'no-prior'
     WHEN b < 0.94 THEN 'arbitration' ELSE 'to-sign' END
"""
_PROTOCOL = "CASE WHEN c < 0.5 THEN 'second-reader' WHEN c < 0.75 THEN 'triage' ELSE 'double-reading' END"

FILLED = (
    "exams_patient", "exams_exam", "exams_image", "cases_case", "cases_assignment", "cases_seen", "cases_missingview",
    "reading_read", "reading_report", "reading_comment", "reading_comment_mentions", "reading_commentseen", "analysis_run",
)  # fmt: skip
SEED = (
    # Seven letters and digits, no two numbers alike: multiplying by an odd number turns round within 2^28.
    """CREATE FUNCTION pg_temp.code(n bigint) RETURNS text IMMUTABLE LANGUAGE sql AS
       $$SELECT translate(lpad(to_hex((n * 179424673) & 268435455), 7, '0'), '01abcdef', 'GHJKMNPQ')$$""",
    """CREATE TEMP TABLE house AS SELECT at, practice, sum(share) OVER (ORDER BY at) - share AS low,
       sum(share) OVER (ORDER BY at) AS high FROM (SELECT DISTINCT at, practice, share FROM person) each""",
    "CREATE TEMP TABLE crew AS SELECT at, role, array_agg(id ORDER BY k) AS ids FROM person GROUP BY at, role",
    f"""CREATE TEMP TABLE drawn AS SELECT n, gen_random_uuid() AS id, gen_random_uuid() AS exam, a, b, c, d, e, f, g,
        {_FATE} AS fate, CASE WHEN b BETWEEN 0.70 AND 0.76 OR b BETWEEN 0.89 AND 0.94 THEN 'double-reading'
        ELSE {_PROTOCOL} END AS protocol
        FROM (SELECT n, random() AS a, random() AS b, random() AS c, random() AS d, random() AS e, random() AS f,
              random() AS g FROM generate_series(1, %(cases)s) AS n) each""",
    """CREATE TEMP TABLE seed AS SELECT drawn.n, drawn.id, exam, fate, protocol, house.practice, b, e, f, g,
       clinicians.ids[1 + floor(cardinality(clinicians.ids) * e * e)::int] AS asker,
       readers.ids[1 + floor(cardinality(readers.ids) * f * f)::int] AS first,
       readers.ids[1 + (floor(cardinality(readers.ids) * f * f)::int + 1 + floor((cardinality(readers.ids) - 1) * g)::int)
                   %% cardinality(readers.ids)] AS second,
       CASE WHEN fate IN ('signed', 'withdrawn') THEN now() - interval '5 days' - c * interval '5 years'
            ELSE now() - c * interval '14 days' END AS opened,
       CASE WHEN e < 0.06 THEN 'urgent' WHEN e < 0.20 THEN 'soon' ELSE 'routine' END AS urgency,
       CASE WHEN g < 0.9 THEN interval '5 days' * (0.2 + f) END AS term, interval '4 days' * (0.1 + g) AS took
       FROM drawn JOIN house ON 100 * d >= low AND 100 * d < high
       JOIN crew readers ON readers.at = house.at AND readers.role = 'reader'
       JOIN crew clinicians ON clinicians.at = house.at AND clinicians.role = 'clinician'""",
    "CREATE UNIQUE INDEX ON seed (n)",
    "ANALYZE seed",
)

TABLES = (
    """CREATE TEMP TABLE woman AS SELECT n, gen_random_uuid() AS id, practice, opened, back AND n %% 3 = 0 AS known
       FROM (SELECT *, practice = lag(practice) OVER (ORDER BY n) AS back FROM seed) each""",
    "DELETE FROM woman WHERE known",
    "CREATE UNIQUE INDEX ON woman (n)",
    "ANALYZE woman",
    """INSERT INTO exams_patient (id, practice_id, pseudonym, key, created_at)
       SELECT id, practice, 'P-' || pg_temp.code(n), md5(n::text) || md5('k' || n::text), opened FROM woman""",
    """INSERT INTO exams_exam (id, practice_id, patient_id, study_uid, study_date, accession, age, revision, notes, modality,
       handed_in_by_id, created_at)
       SELECT seed.exam, seed.practice, coalesce(own.id, earlier.id), '2.25.' || seed.n, seed.opened::date,
       'A-' || pg_temp.code(seed.n + 1000003), 50 + seed.n %% 25, 4, '[]', 'MG', asker, seed.opened
       FROM seed LEFT JOIN woman own ON own.n = seed.n
       LEFT JOIN woman earlier ON earlier.n = seed.n - 1""",
    """INSERT INTO cases_case (id, practice_id, number, exam_id, protocol, rule, question, history, facts, first_opinion,
       urgency, due_at, opened_by_id, opened_at, withdrawn_at, withdrawn_because, closed_at)
       SELECT seed.id, seed.practice, 'C-' || pg_temp.code(n + 7), exam, protocol, '{}',
       'Is the distortion on the left new?', '', '{}', '{}', urgency, opened + term, asker, opened,
       CASE WHEN fate = 'withdrawn' THEN opened + took END, CASE WHEN fate = 'withdrawn' THEN 'Handed in twice' ELSE '' END,
       CASE WHEN fate = 'signed' THEN opened + took END FROM seed""",
    """CREATE TEMP TABLE placed AS
       SELECT id, opened, took, fate, 'reader' AS place,
       CASE WHEN fate NOT IN ('unread', 'withdrawn', 'no-prior') THEN first END AS member,
       CASE WHEN fate IN ('half-read', 'arbitration', 'to-sign', 'signed') THEN opened + took * 0.5 END AS done FROM seed
       UNION ALL SELECT id, opened, took, fate, 'reader2', CASE WHEN fate IN ('arbitration', 'to-sign', 'signed') THEN second END,
       CASE WHEN fate IN ('arbitration', 'to-sign', 'signed') THEN opened + took * 0.7 END FROM seed
       WHERE protocol = 'double-reading' AND first <> second
       UNION ALL SELECT id, opened, took, fate, 'arbiter', NULL, NULL FROM seed WHERE fate = 'arbitration'""",
    """INSERT INTO cases_assignment (id, case_id, place, member_id, claimed_at, claim_until, given_by_id, done_at)
       SELECT gen_random_uuid(), id, place, member, CASE WHEN member IS NOT NULL THEN opened END, NULL, NULL, done FROM placed""",
    """INSERT INTO reading_read (id, case_id, reader_id, place, lexicon, body, version, started_at, saved_at, locked_at, digest,
       revealed_at, decided_at)
       SELECT gen_random_uuid(), id, member, place, 'overread-1', '{}', 1, opened, opened,
       CASE WHEN done IS NOT NULL OR fate = 'locked' THEN coalesce(done, opened) END, '', done, done FROM placed WHERE member IS NOT NULL""",
    """INSERT INTO reading_report (id, case_id, addendum_to_id, body, text, digest, signed_by_id, signed_at)
       SELECT gen_random_uuid(), id, NULL, '{}', 'Benign.', '', first, opened + took FROM seed WHERE fate = 'signed'""",
    """INSERT INTO analysis_run (id, exam_id, release_id, revision, inputs, requested_at, enqueued_at, claimed_at, attempts, retries,
       progress, stage, finished_at, failed_because, input_hash, scored, exam_score, score_band, triage, result)
       SELECT gen_random_uuid(), exam, %(release)s, 4, '[]', opened, opened, opened, 1, 0, 1, '', opened, '', '', true, b, 1 + floor(b * 10)::int,
       CASE WHEN g < 0.1 THEN 'elevated' WHEN g < 0.6 THEN 'intermediate' ELSE 'low' END, NULL FROM seed""",
    """INSERT INTO cases_seen (case_id, user_id, at)
       SELECT id, asker, opened + took * (0.5 + e) FROM seed WHERE f < 0.9""",
    """INSERT INTO cases_missingview (id, case_id, laterality, view, why, asked_by_id, requester_id, asked_at, waived_by_id, waived_at)
       SELECT gen_random_uuid(), id, CASE WHEN fate = 'no-prior' THEN '' ELSE 'R' END, CASE WHEN fate = 'no-prior' THEN 'PRIOR' ELSE 'MLO' END,
       'missing', first, asker, opened + interval '1 hour', NULL, NULL FROM seed WHERE fate IN ('incomplete', 'no-prior') OR n %% 100 = 7""",
    """INSERT INTO exams_image (id, exam_id, series_uid, sop_uid, sop_class_uid, received_sha256, received_pixels_sha256, object_key,
       object_bytes, transfer_syntax_uid, pixel_sha256, transcoding, transcoding_note, header, laterality, view, view_modifiers,
       view_source, rows, columns, frames, burnt_in, pixel_stats, created_at)
       SELECT gen_random_uuid(), exam, '2.25.7', '2.25.' || n || '.' || view, '1.2', md5(n::text || view), '', 'o', 1, '1.2', '', 'done', '', '{}',
       substr(view, 1, 1), substr(view, 2), '[]', 'ViewPosition', 100, 80, 1, 'no', '{}',
       CASE WHEN fate = 'signed' AND view = 'RMLO' THEN opened + interval '2 hours' ELSE opened END
       FROM seed, unnest(ARRAY['RCC', 'LCC', 'RMLO', 'LMLO']) AS view
       WHERE fate <> 'withdrawn' AND (fate <> 'signed' OR n %% 100 = 7) AND (fate <> 'incomplete' OR view <> 'RMLO')""",
    """INSERT INTO reading_comment (id, case_id, requester_id, author_id, line_id, knows, text, at)
       SELECT gen_random_uuid(), id, asker, CASE WHEN e < 0.5 THEN first ELSE asker END, CASE WHEN e < 0.5 THEN first END, f < 0.1,
       'Earlier films are on the way.', opened + took * g FROM seed WHERE n %% 5 = 1""",
)

AFTER = (
    """INSERT INTO reading_comment_mentions (comment_id, user_id) SELECT reading_comment.id, seed.first
       FROM reading_comment JOIN seed ON seed.id = case_id WHERE author_id <> seed.first AND seed.n % 15 = 1""",
    """INSERT INTO reading_commentseen (comment_id, user_id, at) SELECT reading_comment.id, seed.asker, at + interval '1 day'
       FROM reading_comment JOIN seed ON seed.id = case_id WHERE author_id <> seed.asker AND at < now() - interval '3 days'""",
)
