"""Earlier exams of the same woman come with the manifest: only hers, only earlier ones, never with a result."""

from datetime import date

import pytest

from portal.analysis.services import reveal
from portal.audit.models import Event
from portal.exams.models import Exam, Patient
from portal.viewer import priors
from tests.portal.cases.story import LEAKS, a_case, a_run
from tests.portal.viewer.filing import file_exam

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(cast):
    return file_exam(cast.northside, study_date=date(2011, 4, 2))


def earlier(exam, *views, **fields):
    """Another exam of the same woman."""
    one = file_exam(exam.practice, views or [("R", "CC"), ("L", "CC")], **fields)
    one.patient = exam.patient
    one.save(update_fields=["patient"])
    return one


def fetch(cast, who, exam, **headers):
    return cast.client(who).get(f"/api/v1/exams/{exam.pk}/manifest/", headers=headers)


def test_an_earlier_exam_comes_with_its_date_its_images_and_a_place_in_the_hanging(cast, exam):
    before = earlier(exam, study_date=date(2009, 3, 1))
    found = fetch(cast, "rosa", exam).json()
    [prior] = found["priors"]
    assert (prior["id"], prior["name"], prior["say"]) == (str(before.pk), "Prior 2009-03-01", "2 y 1 m earlier")
    assert [(image["label"], image["prior"]["say"]) for image in prior["images"]] == [
        ("R CC", "2 y 1 m earlier"), ("L CC", "2 y 1 m earlier"),
    ]  # fmt: skip
    assert [image["prior"] for image in found["images"]] == [None] * 4
    assert [one["id"] for one in found["hanging"]["layouts"] if one["step"]][:3] == ["4up:prior", "4up", "cc:over"]
    for image in prior["images"]:
        assert cast.client("rosa").get(image["frame_urls"][0]).status_code == 200


def test_later_exams_other_women_and_other_practices_are_no_priors(cast, exam):
    earlier(exam, study_date=date(2013, 1, 1))
    file_exam(cast.northside, study_date=date(2009, 1, 1))
    foreign = file_exam(cast.southside, study_date=date(2009, 1, 1))
    Patient.objects.filter(pk=foreign.patient_id).update(pseudonym=exam.patient.pseudonym, key=exam.patient.key)
    assert fetch(cast, "rosa", exam).json()["priors"] == []


def test_the_newest_come_first_and_what_is_left_out_is_said(cast, exam):
    for year in range(2003, 2011):
        earlier(exam, study_date=date(year, 1, 1))
    found = fetch(cast, "rosa", exam).json()
    assert [prior["study_date"][:4] for prior in found["priors"]] == ["2010", "2009", "2008", "2007"]
    assert "Only the 4 newest earlier exams hang here; 4 more on the exams page." in found["exam"]["notes"]


def test_an_exam_without_a_date_comes_last_and_is_not_called_earlier(cast, exam):
    earlier(exam)
    earlier(exam, study_date=date(2009, 1, 1))
    told = [(prior["name"], prior["say"]) for prior in fetch(cast, "rosa", exam).json()["priors"]]
    assert told[0][0] == "Prior 2009-01-01"
    assert told[1] == ("Undated", "without a date it may not be earlier")


def test_dates_cut_down_to_the_year_claim_no_months(cast, exam):
    cast.northside.settings = {"dates": "year"}
    cast.northside.save(update_fields=["settings"])
    earlier(exam, study_date=date(2009, 1, 1))
    [prior] = fetch(cast, "rosa", exam).json()["priors"]
    assert (prior["name"], prior["say"]) == ("Prior 2009", "about 2 y earlier")


@pytest.mark.parametrize(
    ("then", "now", "words"),
    [
        (date(2010, 4, 2), date(2011, 4, 2), "1 y earlier"),
        (date(2010, 4, 3), date(2011, 4, 2), "11 m earlier"),
        (date(2011, 3, 20), date(2011, 4, 2), "13 d earlier"),
    ],
)
def test_how_much_earlier_is_counted_in_full_months(then, now, words):
    assert priors.apart(then, now) == words


def test_nothing_of_an_earlier_exams_analysis_is_told_even_to_whom_it_was_revealed(cast, exam):
    before = earlier(exam, study_date=date(2009, 1, 1))
    plain = fetch(cast, "rosa", exam)
    for state in ("waiting", "running", "failed"):
        before.runs.all().delete()
        a_run(before, state)
        assert fetch(cast, "rosa", exam).content == plain.content
    before.runs.all().delete()
    reveal(run=a_run(before), user=cast.rosa, why="read-locked")
    answer = fetch(cast, "rosa", exam)
    assert answer.content == plain.content
    assert not any(leak in answer.content.decode() for leak in LEAKS)


def test_seeing_an_earlier_exam_is_in_its_trail_once_and_a_poll_that_learns_nothing_is_not(cast, exam):
    before = earlier(exam, study_date=date(2009, 1, 1))
    case = a_case(exam, cast.alice)
    url = f"/api/v1/cases/{case.pk}/manifest/"
    etag = cast.client("rosa").get(url).headers["ETag"]
    cast.client("rosa").get(url, headers={"If-None-Match": etag})
    [event] = Event.objects.filter(verb="exam.opened", exam_id=str(before.pk))
    assert (event.subject_id, event.case_id, event.detail) == (str(before.pk), str(case.pk), {"prior_of": str(exam.pk)})


def test_an_earlier_exam_without_images_and_a_stranger_get_nothing(cast, exam):
    empty = file_exam(cast.northside, views=[], study_date=date(2009, 1, 1))
    Exam.objects.filter(pk=empty.pk).update(patient=exam.patient)
    assert fetch(cast, "rosa", exam).json()["priors"] == []
    assert fetch(cast, "charlie", exam).status_code == 404


def test_more_earlier_exams_ask_no_more_of_the_database(cast, exam, django_assert_max_num_queries):
    for year in (2005, 2007, 2009):
        earlier(exam, study_date=date(year, 1, 1))
    with django_assert_max_num_queries(4):
        assert len(priors.of(exam, cast.rosa)[0]) == 3


def test_a_woman_without_earlier_exams_is_asked_for_no_images_of_theirs(cast, exam, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert priors.of(exam, cast.rosa) == ([], "")
