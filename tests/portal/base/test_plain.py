"""Pasted words become plain ones, whichever door they come by."""

import json

import pytest

from portal.base.plain import plain
from portal.cases.services import withdraw
from portal.reading.body import parse_body
from portal.reading.comments import write_comment
from portal.reading.models import Comment
from tests.portal.cases.story import a_case, an_exam, suspicious

PASTED = (
    "Mass,\u00a05\u202fmm\x00\u202e new\u202c?\r\nSee pri\u00ador\u2028\ufeffhere\x0bu\u0308ber <3 mm \ud800<b>b</b>"
)
PLAIN = "Mass, 5 mm new?\nSee prior\nhere\n\u00fcber <3 mm <b>b</b>"


@pytest.mark.parametrize(
    "text, kept",
    [
        (PASTED, PLAIN),
        ("  two\tcolumns \n", "two\tcolumns"),
        ("\u200b\u2060\x07", ""),
        ("Größe ½ – „gut“ ≥ 5 µm", "Größe ½ – „gut“ ≥ 5 µm"),
    ],
)
def test_what_is_not_seen_is_dropped_and_what_is_seen_stays(text, kept):
    assert plain(text) == kept == plain(kept)


def test_every_door_for_free_words_of_a_case_keeps_plain_ones(cast):
    exam = an_exam(cast.northside, cast.alice)
    whole = json.dumps({"exam": str(exam.pk), "question": PASTED})
    refused = cast.client("alice").post("/api/v1/cases/", whole, content_type="application/json")
    assert refused.status_code == 400 and "a character that cannot be kept" in refused.content.decode()
    sent = PASTED.replace("\x00", "").replace("\ud800", "")
    asked = {
        "exam": str(exam.pk), "question": sent, "protocol": "second-reader", "history": "Since\u00a0May",
        "first_opinion": {"category": {"L": "2"}, "text": sent},
    }  # fmt: skip
    answer = cast.client("alice").post("/api/v1/cases/", json.dumps(asked), content_type="application/json")
    assert answer.status_code == 201, answer.content
    case = exam.cases.get()
    assert (case.question, case.history, case.first_opinion["text"]) == (PLAIN, "Since May", PLAIN)
    write_comment(case=case, actor=cast.alice, text=PASTED)
    assert Comment.objects.get().text == PLAIN
    withdraw(case=case, actor=cast.alice, because=PASTED)
    case.refresh_from_db()
    assert case.withdrawn_because == PLAIN


def test_a_reads_free_words_are_plain_before_they_are_hashed():
    body = suspicious()
    body["text"], body["findings"][0]["note"] = PASTED, PASTED
    kept = parse_body(body)
    assert (kept["text"], kept["findings"][0]["note"]) == (PLAIN, PLAIN)


@pytest.mark.parametrize("recall", [1, 0, "no", []])
def test_a_first_opinions_recall_is_said_or_not_and_nothing_else(cast, recall):
    exam = an_exam(cast.northside, cast.alice)
    asked = {"exam": str(exam.pk), "question": "Is it new?", "first_opinion": {"recall": recall}}
    answer = cast.client("alice").post("/api/v1/cases/", json.dumps(asked), content_type="application/json")
    assert answer.status_code == 400 and "first_opinion.recall" in answer.content.decode()
    assert not a_case(exam, cast.alice, first_opinion={"recall": False}).first_opinion["recall"]
