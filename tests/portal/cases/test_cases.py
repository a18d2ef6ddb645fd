"""Opening, listing and withdrawing cases, by page and by API."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from portal.audit.models import Event
from portal.cases.models import Case
from portal.cases.priors import priors_of
from portal.exams.models import Exam, Patient
from tests.portal.cases.story import a_case, an_exam, send


@pytest.fixture
def exam(cast):
    return an_exam(cast.northside, cast.alice, study_date=date(2020, 5, 4))


def asked(exam, **more):
    return {"exam": str(exam.pk), "question": "Is the left mass new?", **more}


@pytest.mark.parametrize(
    "who, code", [("alice", 201), ("cora", 201), ("rosa", 400), ("charlie", 400), ("otto", 400), (None, 401)]
)
def test_clinicians_and_coordinators_open_cases(cast, exam, who, code):
    answer = send(cast.client(who), "post", "/api/v1/cases/", asked(exam, urgency="urgent"))
    assert answer.status_code == code
    assert Case.objects.exists() == (code == 201)
    if code == 201:
        assert answer.json()["state"] == "unread" and answer.json()["number"].startswith("C-")
        assert Event.objects.get(verb="case.opened").case_id == answer.json()["id"]


@pytest.mark.parametrize(
    "more, field",
    [
        ({"question": "x"}, "question"), ({"question": "x" * 2001}, "question"), ({"urgency": "now"}, "urgency"),
        ({"protocol": "guess"}, "protocol"), ({"due_at": "soon"}, "due_at"), ({"due_at": "2001-01-01T10:00:00Z"}, "due_at"),
        ({"history": "x" * 4001}, "history"),
        ({"first_opinion": {"category": {"L": "7"}}}, "first_opinion.category"),
        ({"first_opinion": {"recall": "maybe"}}, "first_opinion.recall"),
        ({"first_opinion": {"name": "Jane"}}, "first_opinion"),
    ],
)  # fmt: skip
def test_a_malformed_request_names_its_field(cast, exam, more, field):
    answer = send(cast.client("alice"), "post", "/api/v1/cases/", asked(exam, **more))
    assert answer.status_code == 400
    body = answer.json()
    assert field in {**body, **body.get("errors", {})}
    assert Case.objects.count() == 0


def test_an_exam_has_one_open_case_and_needs_images(cast, exam):
    first = a_case(exam, cast.alice)
    refused = send(cast.client("alice"), "post", "/api/v1/cases/", asked(exam))
    assert refused.status_code == 400 and first.number in refused.json()["detail"]
    empty = an_exam(cast.northside, cast.alice, pseudonym="P-EMPTY", views=())
    assert "Hand them in first" in send(cast.client("alice"), "post", "/api/v1/cases/", asked(empty)).json()["detail"]


def test_earlier_exams_of_the_same_woman_become_priors(cast, exam):
    woman = Patient.objects.get()
    earlier = Exam.objects.create(
        practice=cast.northside, patient=woman, study_uid="2.25.99", study_date=date(2018, 1, 1)
    )
    assert list(priors_of(a_case(exam, cast.alice))) == [earlier]


def test_the_practices_own_protocol_is_the_default(cast, exam):
    cast.northside.settings = {"protocol": "double-reading"}
    cast.northside.save(update_fields=["settings"])
    exam.refresh_from_db()
    assert a_case(exam, cast.alice).protocol == "double-reading"


@pytest.mark.parametrize("who, code", [("alice", 200), ("cora", 200), ("rosa", 400), ("charlie", 404)])
def test_a_case_is_withdrawn_by_who_opened_it_or_a_coordinator(cast, exam, who, code):
    case = a_case(exam, cast.alice)
    answer = send(cast.client(who), "post", f"/api/v1/cases/{case.pk}/withdraw/", {"because": "Handed in twice"})
    assert answer.status_code == code
    assert (Case.objects.with_state().get().state == "withdrawn") == (code == 200)


def test_a_reason_that_is_none_is_said_beside_its_field_and_a_signed_case_says_so(cast, exam):
    case, alice = a_case(exam, cast.alice), cast.client("alice")
    answer = alice.post(f"/cases/{case.pk}/withdraw/", {"because": "x<"})
    page = answer.content.decode()
    assert answer.status_code == 400 and 'value="x&lt;"' in page and 'id="withdraw-because-error"' in page
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now())
    assert (
        "already signed"
        in alice.post(f"/cases/{case.pk}/withdraw/", {"because": "Handed in twice"}, follow=True).content.decode()
    )
    assert not Case.objects.filter(withdrawn_at__isnull=False).exists()


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(cast, exam):
    late = {
        "question": "",
        "history": "Implants",
        "urgency": "routine",
        "due_at": "2001-01-01T10:00",
        "exam": str(exam.pk),
    }
    answer = cast.client("alice").post("/cases/new/", late)
    page = answer.content.decode()
    assert answer.status_code == 400 and "Implants" in page and "still to come" in page
    assert cast.client("rosa").get(f"/cases/new/?exam={exam.pk}").status_code == 403
    assert cast.client("charlie").get(f"/cases/new/?exam={exam.pk}").status_code == 404


def test_the_form_opens_a_case_with_the_first_opinion_in_structure(cast, exam):
    data = {"exam": str(exam.pk), "question": "New mass?", "urgency": "soon", "category_l": "4A", "recall": "yes"}
    assert cast.client("alice").post("/cases/new/", data).status_code == 302
    assert Case.objects.get().first_opinion == {"category": {"L": "4A"}, "recall": True}


def test_the_worklist_puts_first_what_presses_and_finds_by_number_pseudonym_and_accession(cast):
    now = timezone.now()
    made = {}
    for name, more in {
        "later": {"due_at": now + timedelta(days=3)}, "sooner": {"due_at": now + timedelta(days=1)},
        "urgent": {"urgency": "urgent"}, "undated": {},
    }.items():  # fmt: skip
        made[name] = a_case(an_exam(cast.northside, cast.alice, pseudonym=f"P-{name}"), cast.alice, **more)
    rosa = cast.client("rosa")
    page = rosa.get("/cases/?tab=pool").content.decode()
    places = [page.index(made[name].number) for name in ("urgent", "sooner", "later", "undated")]
    assert places == sorted(places)
    for query in (made["later"].number, "P-later", made["later"].exam.accession):
        found = rosa.get("/cases/", {"tab": "pool", "q": query}).content.decode()
        assert made["later"].number in found and made["sooner"].number not in found
    assert "Nothing fits" in rosa.get("/cases/?tab=pool&q=nothing-like-it").content.decode()
    only = rosa.get("/cases/?tab=pool&urgency=urgent").content.decode()
    assert made["urgent"].number in only and made["later"].number not in only


@pytest.mark.parametrize("query", ["?page=9999", "?page=x", "?tab=nothing", "?sort=';--", "?state=nothing", "?q=%25"])
def test_odd_addresses_still_show_the_worklist(cast, exam, query):
    a_case(exam, cast.alice)
    assert cast.client("rosa").get(f"/cases/{query}").status_code == 200


def test_a_page_holds_25_rows_with_a_fixed_number_of_queries(cast, django_assert_max_num_queries):
    for at in range(30):
        a_case(an_exam(cast.northside, cast.alice, pseudonym=f"P-{at}"), cast.alice)
    rosa = cast.client("rosa")
    with django_assert_max_num_queries(23):
        page = rosa.get("/cases/?tab=pool").content.decode()
    assert page.count("<tr data-case=") == 25 and "of …" in page
    with django_assert_max_num_queries(32):
        page = rosa.get("/cases/?tab=pool", headers={"HX-Request": "true"}).content.decode()
    assert page.count("<tr data-case=") == 25 and "of 30" in page


def test_the_refresh_answers_with_the_rows_alone(cast, exam):
    a_case(exam, cast.alice)
    rows = cast.client("rosa").get("/cases/?tab=pool", headers={"HX-Request": "true"}).content.decode()
    assert "<tr data-case=" in rows and "<html" not in rows


def test_the_list_of_cases_is_filtered_by_state(cast, exam):
    case = a_case(exam, cast.alice)
    alice = cast.client("alice")
    assert [row["id"] for row in alice.get("/api/v1/cases/?state=unread").json()["results"]] == [str(case.pk)]
    assert alice.get("/api/v1/cases/?state=signed").json()["results"] == []
    assert cast.client("charlie").get("/api/v1/cases/").json()["results"] == []


def test_the_worklist_opens_on_the_first_tab_that_holds_a_case_and_counts_up_to_a_limit(cast, exam, monkeypatch):
    from portal.cases import selectors

    a_case(exam, cast.alice)
    a_case(an_exam(cast.northside, cast.alice, pseudonym="P-2"), cast.alice)
    rosa = cast.client("rosa")
    assert 'tab=pool" aria-current="page"' in rosa.get("/cases/").content.decode()
    assert 'tab=mine" aria-current="page"' in rosa.get("/cases/?tab=mine").content.decode()
    monkeypatch.setattr(selectors, "MANY", 1)
    assert "1+</span>" in rosa.get("/cases/", headers={"HX-Request": "true"}).content.decode()
