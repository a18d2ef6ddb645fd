"""A blind reader looks behind every route there is: in worlds that differ in the suggestion alone, all answers are the same.

What is compared: status, every header (ETag, Content-Length, Location, cookies), every byte of the body (HTML, JSON, CSV,
PNG, the words of a PDF), so the order of each list as well, and the queries that the answer took.
"""

from dataclasses import replace

import pytest
from django.core import mail
from django.db import connection, transaction

from portal.reading.models import Report
from portal.reading.tasks import tell_clinician
from tests.portal.cases.story import benign, suspicious
from tests.portal.sealing.situations import UNTOUCHED
from tests.portal.sealing.walk import broken, differences, leaks
from tests.portal.sealing.worlds import ground, said, world

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="it looks at the same code a second time, for minutes: walked on SQLite"
    ),
]
EVERYTHING = ("clinician", "coordinator", "auditor", "admin")
RICH = ("second-draft", "double-second", "double-meeting", "again", "stratified-low")
RICHEST = ("double-second", "again")  # the walker's own draft beside what colleagues have read, and a signed case
OPENED = {
    "case", "case-view", "case-manifest", "exam", "exam-view", "exam-manifest", "worklist", "api-run", "api-runs", "read-panel",
    "read-api-detail", "batch", "trail", "trail-export", "api-events-list", "wado-metadata", "effect", "training-set",
}  # fmt: skip
# Routes that say how far an analysis is; the others say nothing of it to a blind reader.
STATE = {"run-progress", "api-runs", "api-run"}


def needles():
    """What no sealed answer may hold; the reader of "stratified-marks" knows the score, the report of "prior" is open."""
    return [
        (kind, needle)
        for which in (0, 1)
        for name, each in said(which).items()
        if name != "prior"
        for kind, needle in (each.marks if name == "stratified-marks" else each.needles).items()
    ]


def sealed(one, other):
    """Nothing failed, nothing differs, nothing leaks."""
    assert not broken(one)
    assert differences(one, other) == {}
    assert leaks(one, needles()) == leaks(other, needles()) == {}


@pytest.mark.parametrize("roles", [(), EVERYTHING], ids=["reader", "all-roles"])
def test_every_route_answers_alike_in_every_situation(cast, walks, roles):
    one, other = walks(ground(cast, roles), [said(0), said(1)])
    sealed(one, other)
    if roles:  # the walk came in: nothing was equal for want of a door
        assert {name for (name, _, _), answer in one.items() if answer.status == 200} >= OPENED


@pytest.mark.parametrize("role", EVERYTHING)
def test_no_role_beside_the_readers_opens_more(cast, walks, role):
    sealed(*walks(ground(cast, (role,)), [said(0), said(1)], names=RICHEST))


def test_a_token_with_every_scope_opens_no_more(cast, walks):
    one, other = walks(ground(cast, EVERYTHING), [said(0), said(1)], names=RICH, token=True)
    sealed(one, other)
    assert sum(answer.status == 200 for answer in one.values()) > 30


def test_a_guest_of_another_practice_is_blind_like_a_reader_of_ones_own(cast, walks):
    def as_guest(made):
        made.walker = cast.charlie

    one, other = walks(ground(cast), [said(0), said(1)], names=("guest", "double-second"), then=as_guest)
    sealed(one, other)
    assert {name for (name, _, _), answer in one.items() if answer.status == 200} >= {
        "case",
        "case-manifest",
        "read-panel",
    }


@pytest.mark.parametrize(
    ("roles", "names"),
    [((), ("double-second",)), (EVERYTHING, ("second-draft", "double-second"))],
    ids=["reader", "all-roles"],
)
def test_whatever_is_sent_is_answered_alike(cast, walks, roles, names):
    methods = ("POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
    one, other = walks(ground(cast, roles), [said(0), said(1)], names=names, methods=methods)
    sealed(one, other)
    taken = {(name, method) for (name, method, _), answer in one.items() if answer.status in (200, 201, 204, 302)}
    assert {("read-api-draft", "PUT"), ("read-api-lock", "POST"), ("case-comments-api", "POST")} <= taken
    refused = [answer for (name, _, _), answer in one.items() if name == "read-api-reveal" and answer.status == 400]
    assert refused and all(b"Lock it first" in answer.body for answer in refused)


def test_an_exam_that_was_not_scored_looks_like_one_that_was(cast, walks):
    names = [name for name in UNTOUCHED if not name.startswith("triage")]  # whose order is what triage is for
    unscored = {name: replace(each, scored=name not in names) for name, each in said(0).items()}
    sealed(*walks(ground(cast, EVERYTHING), [said(0), unscored], names=names))


def test_only_what_tells_how_far_a_run_is_tells_whether_it_has_ended(cast, walks):
    names = [name for name in UNTOUCHED if name not in ("second-locked", "triage-free", "triage-draft")]
    unended = {name: each for name, each in said(0).items() if name not in names}
    one, other = walks(ground(cast, EVERYTHING), [said(0), unended], names=names)
    assert {name for name, _, _ in differences(one, other)} == STATE
    assert leaks(one, needles()) == {}


def test_triage_changes_the_order_of_the_pool_and_nothing_else(cast, walks):
    high = said(0)
    high["triage-free"] = replace(high["triage-free"], triage="elevated")
    low = {**high, "triage-free": replace(high["triage-free"], triage="low")}
    one, other = walks(ground(cast, EVERYTHING), [high, low], names=("triage-free", "triage-draft"))
    told = differences(one, other)
    steps = ("case-next", "case-previous")  # through the pool, in its order
    lists = [key for key in told if key[0] not in steps]
    assert {name for name, _, _ in lists} == {"worklist"} and {name for name, _, _ in told} <= {"worklist", *steps}
    assert all("tab=pool" in key[2] or key[2] == "/cases/" for key in lists)
    for key in lists:
        assert sorted(one[key].body.splitlines()) == sorted(other[key].body.splitlines())
        assert one[key].headers == other[key].headers and one[key].queries == other[key].queries


def test_what_a_colleague_read_is_sealed_like_the_suggestion(cast, walks):
    other_words = lambda: {**benign(), "density": "D", "text": "Words of another length."}  # noqa: E731
    names = ("double-second", "concurrent-taken", "again")
    one, other = walks(ground(cast, EVERYTHING), [said(0)] * 2, first=(benign, other_words), names=names)
    sealed(one, other)
    assert suspicious()["text"].encode() in b"".join(answer.body for answer in one.values())  # the walker's own


def test_letters_tell_nothing(cast, stand):
    base, letters = ground(cast), []
    for each in (said(0), said(1)):
        here = transaction.savepoint()
        world(base, each, stand)
        for report in Report.objects.order_by("signed_at"):
            tell_clinician(str(report.pk))
        letters.append([(letter.subject, letter.body, letter.to) for letter in mail.outbox])
        mail.outbox.clear()
        transaction.savepoint_rollback(here)
    assert letters[0] == letters[1] and len(letters[0]) == 4
