"""The pages of exams: who sees them, what they say, and the trail of having looked."""

from datetime import date

import pytest

from portal.audit.models import Event
from portal.base import paging
from portal.exams.models import Exam, Image
from tests.portal.filing import as_upload, hand_in, small


@pytest.fixture
def exam(cast):
    hand_in(cast.client("alice"), as_upload(small(BurnedInAnnotation="YES")))
    return Exam.objects.get()


@pytest.mark.parametrize(
    ("who", "code"), [("alice", 200), ("rosa", 200), ("cora", 200), ("ada", 403), ("charlie", 404), (None, 302)]
)
def test_an_exams_page_is_for_those_of_its_practice_who_work_with_exams(cast, exam, who, code):
    client = cast.client(who)
    assert client.get(f"/exams/{exam.pk}/").status_code == code
    assert client.get(f"/exams/{exam.pk}/images/").status_code == code


@pytest.mark.parametrize(("who", "code"), [("alice", 200), ("cora", 200), ("rosa", 403), ("otto", 403), (None, 302)])
def test_the_page_for_handing_in_is_for_those_who_may(cast, who, code):
    assert cast.client(who).get("/exams/upload/").status_code == code


def test_the_page_shows_views_their_source_what_is_missing_and_the_notes(cast, exam):
    page = cast.client("rosa").get(f"/exams/{exam.pk}/").content.decode()
    for said in (
        "ImageLaterality, ViewPosition",
        "RCC, RMLO, LMLO",
        "text is burnt into the pixels",
        exam.patient.pseudonym,
    ):
        assert said in page
    assert "Open identity" not in page
    assert "Open identity" in cast.client("alice").get(f"/exams/{exam.pk}/").content.decode()


def test_looking_at_an_exam_is_written_down(cast, exam):
    cast.client("rosa").get(f"/exams/{exam.pk}/")
    event = Event.objects.get(verb="exam.shown")
    assert (event.actor_name, event.exam_id) == ("rosa@example.org", str(exam.pk))


def test_images_are_polled_only_until_they_are_ready(cast, exam):
    url = f"/exams/{exam.pk}/images/"
    assert 'hx-trigger="every 2s"' in cast.client("alice").get(url).content.decode()
    Image.objects.update(transcoding="done")
    assert "hx-trigger" not in cast.client("alice").get(url).content.decode()


def test_the_list_is_searched_and_shows_nothing_of_another_practice(cast, exam):
    client = cast.client("alice")
    assert exam.patient.pseudonym in client.get("/exams/").content.decode()
    assert exam.patient.pseudonym in client.post("/exams/", {"q": "ACC-1"}).content.decode()
    assert exam.patient.pseudonym in client.get(f"/exams/?q={exam.accession}").content.decode()
    assert "No exam found" in client.get("/exams/?q=nobody").content.decode()
    assert exam.patient.pseudonym not in cast.client("charlie").get("/exams/").content.decode()


@pytest.mark.parametrize(
    ("typed", "found"),
    [("{0}", True), ("{0:.6}", True), ("{1}", True), ("{2}", True), ("{0:.3}", False), ("2001-02-03", False)],
)  # fmt: skip
def test_an_exam_is_found_by_the_beginning_of_its_codes_or_its_date_by_page_and_by_api(cast, exam, typed, found):
    exam.study_date = date(2011, 5, 3)
    exam.save()
    code = exam.patient.pseudonym
    typed = typed.format(code, code.removeprefix("P-").lower(), exam.study_date)
    page = cast.client("alice").get("/exams/", {"q": typed}).content.decode()
    assert (f"/exams/{exam.pk}/" in page) == found
    for who in ("alice", "charlie"):
        listed = cast.client(who).get("/api/v1/exams/", {"search": typed}).json()["results"]
        assert bool(listed) == (found and who == "alice")


def test_the_lists_pages_tell_each_exam_once_and_reach_so_far(cast, exam, monkeypatch):
    monkeypatch.setattr(paging, "MANY", 28)
    for number in range(29):
        Exam.objects.create(practice=exam.practice, patient=exam.patient, study_uid=f"2.25.{number}")
    alice = cast.client("alice")
    told, url = [], "/api/v1/exams/?page_size=10"
    while url:
        answer = alice.get(url).json()
        told += [each["id"] for each in answer["results"]]
        url = answer["next"]
    newest = [str(each.pk) for each in Exam.objects.order_by("-created_at", "-pk")]
    assert told == newest
    second = alice.get("/exams/?page=2").content.decode()
    assert "of the first 28" in second
    assert [each for each in newest if f"/exams/{each}/" in second] == newest[25:28]


def test_an_original_number_never_stands_in_an_address(cast, exam):
    client = cast.client("alice")
    assert "No exam found" in client.get("/exams/?q=ACC-1").content.decode()
    page = client.post("/exams/", {"q": "ACC-1"}).content.decode()
    assert exam.patient.pseudonym in page
    assert "ACC-1" not in page
    assert 'method="post"' in page
    assert "hx-get" not in page


def test_an_empty_list_says_what_comes_next(cast):
    assert "/exams/upload/" in cast.client("alice").get("/exams/").content.decode()
    assert "clinician or coordinator" in cast.client("rosa").get("/exams/").content.decode()


def test_a_long_list_is_paged_with_a_bounded_number_of_queries(cast, django_assert_max_num_queries):
    for number in range(30):
        hand_in(cast.client("alice"), as_upload(small(rows=64, cols=64, StudyInstanceUID=f"1.2.{number + 10}")))
    client = cast.client("alice")
    with django_assert_max_num_queries(14):
        page = client.get("/exams/")
    assert page.content.decode().count("<tr>") == 26  # the head and 25 exams
    assert "of 30" in page.content.decode()
