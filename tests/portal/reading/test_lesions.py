"""The comparison's rows and marks: shown beside the images to whom the opinions are open, and to nobody before."""

import json
import re

import pytest

from tests.portal.cases.story import a_case, a_locked_read, a_run, an_exam, benign, send, suspicious
from tests.portal.reading.meeting_story import a_meeting, a_third_reader


@pytest.fixture
def case(cast):
    exam = an_exam(cast.northside, cast.alice)
    a_run(exam)
    return a_case(exam, cast.alice, protocol="double-reading", settled_by="meeting")


def marked(case, at):
    """A suspicious read whose mass is marked on LCC."""
    image = case.exam.images.get(laterality="L", view="CC")
    body = suspicious()
    body["findings"][0]["marks"] = [
        {"id": "k1", "image": str(image.pk), "tool": "point", "points": [[at, 50.0]], "mm": None}
    ]
    return body


def read_by(case, cast, who, body):
    read = a_locked_read(case, cast.people[who], body)
    for step in ("reveal/", "confirm/"):
        send(cast.client(who), "post", f"/api/v1/reads/{read.pk}/{step}")
    return read


def linked_of(client, read):
    page = client.get(f"/reads/{read.pk}/panel/").content.decode()
    held = re.search(r'<script id="lesions-data"[^>]*>(.*?)</script>', page)
    return json.loads(held[1]) if held else None


def test_a_readers_own_panel_holds_their_own_and_the_suggestion_after_the_reveal_and_nothing_before(cast, case):
    rosa = cast.client("rosa")
    read = a_locked_read(case, cast.rosa, marked(case, 40.0))
    assert linked_of(rosa, read) is None
    send(rosa, "post", f"/api/v1/reads/{read.pk}/reveal/")
    linked = linked_of(rosa, read)
    assert [voice["who"] for voice in linked["voices"]] == ["Reader", "Suggestion"]
    [lesion] = linked["lesions"]
    assert [cell["said"] for cell in lesion["cells"]] == ["category 4B, 12 mm", "score 90"]
    assert linked["marks"] == []  # the form still draws its own
    send(rosa, "post", f"/api/v1/reads/{read.pk}/confirm/")
    assert [mark["lesion"] for mark in linked_of(rosa, read)["marks"]] == [1]


def test_who_meets_has_every_voice_in_one_row_for_each_lesion_and_its_marks_on_the_images(cast, case):
    image = str(case.exam.images.get(laterality="L", view="CC").pk)
    read_by(case, cast, "rosa", marked(case, 10.0))
    other = read_by(case, cast, "rufus", {**marked(case, 70.0), "density": "C"})
    nina = a_third_reader(cast)
    meeting = a_meeting(cast, case, attendees=[cast.rosa, nina])
    assert [voice["who"] for voice in linked_of(cast.client("rufus"), other)["voices"]] == [
        "Second reader",
        "Suggestion",
    ]
    cast.client("rosa").post(f"/meetings/{meeting.pk}/next/")
    linked = linked_of(cast.client("rosa"), case.reads.get(place="meeting"))
    assert [voice["who"] for voice in linked["voices"]] == ["Reader", "Second reader", "Suggestion"]
    assert len({voice["shape"] for voice in linked["voices"]}) == 3
    said = [[bool(cell["said"]) for cell in lesion["cells"]] for lesion in linked["lesions"]]
    assert sorted(said) == [[False, True, False], [True, False, True]]  # 60 of 100 px apart: two lesions
    assert {(mark["who"], mark["image"]) for mark in linked["marks"]} == {("Reader", image), ("Second reader", image)}
    assert all(lesion["places"] for lesion in linked["lesions"])
    assert "not mentioned" in cast.client("rosa").get(f"/cases/{case.pk}/").content.decode()
    assert (
        linked_of(cast.client("rufus"), other)["voices"][0]["who"] == "Second reader"
    )  # was not there: still their own


def test_two_places_in_one_breast_alone_call_for_settling(cast, case):
    read_by(case, cast, "rosa", marked(case, 10.0))
    read_by(case, cast, "rufus", marked(case, 70.0))
    assert case.assignments.filter(place="meeting", done_at=None).exists()


def test_readers_who_find_nothing_have_no_rows(cast, case):
    read = read_by(case, cast, "rosa", benign())
    assert linked_of(cast.client("rosa"), read)["lesions"][0]["cells"][0]["said"] == ""
