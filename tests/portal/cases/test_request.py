"""What is asked with a case: the history as data, a wished-for reader, priors, and a rule of its own for the arbiter."""

from datetime import date

import pytest

from portal.audit.models import Event
from portal.base.errors import Refused
from portal.cases.claims import claim, release
from portal.cases.desk import set_pause
from portal.cases.history import in_words, parse_facts
from portal.cases.incomplete import go_on
from portal.cases.models import Assignment, Case
from portal.cases.priors import priors_of
from portal.cases.protocols import protocol_for
from portal.reading.draft_report import compose
from portal.reading.services.decide import confirm
from portal.reading.services.reveal import reveal
from tests.portal.cases.story import a_case, a_locked_read, an_exam, benign, send

FACTS = {
    "age": 52, "symptoms": ["lump", "pain"], "symptom_side": "L", "family": "first", "hormones": "past",
    "surgery": ["biopsy"], "surgery_side": "R", "implants": "none",
}  # fmt: skip
TOLD = ("lump, pain (left)", "breast cancer in a first-degree relative", "biopsy or benign excision (right)")


@pytest.fixture
def exam(cast):
    return an_exam(cast.northside, cast.alice, study_date=date(2020, 5, 4))


def prior(cast, exam, day=date(2018, 1, 1)):
    return an_exam(cast.northside, cast.alice, pseudonym=exam.patient.pseudonym, study_date=day)


def test_the_history_is_kept_as_data_and_shown_on_the_page_beside_the_images_and_in_the_report(cast, exam):
    answer = send(
        cast.client("alice"), "post", "/api/v1/cases/", {"exam": str(exam.pk), "question": "Mass?", "facts": FACTS}
    )
    assert answer.status_code == 201 and answer.json()["facts"] == FACTS
    case = Case.objects.get()
    page = cast.client("rosa").get(f"/cases/{case.pk}/").content.decode().lower()
    beside = cast.client("rosa").get(f"/api/v1/cases/{case.pk}/manifest/").json()["case"]["history"].lower()
    read = a_locked_read(case, cast.rosa, benign())
    reveal(read=read, actor=cast.rosa, without=True)
    confirm(read=read, actor=cast.rosa)
    indication = "\n".join(compose(case, cast.rosa)["sections"][0]["lines"]).lower()
    for told in TOLD:
        assert told in page and told in beside and told in indication


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"age": 12}, "facts.age"), ({"age": "52"}, "facts.age"), ({"age": True}, "facts.age"), ({"symptoms": ["itch"]}, "facts.symptoms"),
        ({"symptoms": "lump"}, "facts.symptoms"), ({"symptoms": ["none", "lump"]}, "facts.symptoms"), ({"family": ["first"]}, "facts.family"),
        ({"symptom_side": "L"}, "facts.symptom_side"), ({"surgery": ["none"], "surgery_side": "L"}, "facts.surgery_side"),
        ({"implants": "yes"}, "facts.implants"), ({"surgery": ["biopsy", "biopsy"]}, "facts.surgery"), ({"name": "Jane"}, "facts.name"),
    ],
)  # fmt: skip
def test_a_fact_that_cannot_be_is_named(cast, exam, wrong, field):
    answer = send(
        cast.client("alice"), "post", "/api/v1/cases/", {"exam": str(exam.pk), "question": "Mass?", "facts": wrong}
    )
    assert answer.status_code == 400 and list(answer.json()["errors"]) == [field]
    assert not Case.objects.exists()


def test_what_is_not_given_is_not_said():
    assert parse_facts({"age": None, "symptoms": [], "family": ""}) == {}
    assert in_words({"symptoms": ["none"]}) == [("Symptoms", "no symptoms")]
    with pytest.raises(Refused):
        parse_facts(["age"])


def test_the_form_takes_the_history_and_says_what_does_not_fit_beside_its_field(cast, exam):
    form = {"exam": str(exam.pk), "question": "New mass?", "urgency": "soon", "age": "52", "symptoms": ["lump"]}
    wrong = cast.client("alice").post("/cases/new/", {**form, "surgery_side": "L"})
    assert wrong.status_code == 400 and "A side needs something under earlier surgery" in wrong.content.decode()
    assert cast.client("alice").post("/cases/new/", {**form, "symptom_side": "L"}).status_code == 302
    assert Case.objects.get().facts == {"age": 52, "symptoms": ["lump"], "symptom_side": "L"}


def test_a_reader_who_is_wished_for_has_the_case_and_may_give_it_to_the_pool(cast, exam):
    form = {"exam": str(exam.pk), "question": "New mass?", "urgency": "soon", "reader": str(cast.rosa.pk)}
    assert "Rosa has it now" in cast.client("alice").post("/cases/new/", form, follow=True).content.decode()
    case = Case.objects.get()
    place = Assignment.objects.get()
    assert (place.member, place.given_by, place.claim_until) == (cast.rosa, cast.alice, None)
    assert case.number in cast.client("rosa").get("/cases/?tab=mine").content.decode()
    assert case.number not in cast.client("rufus").get("/cases/?tab=pool").content.decode()
    release(case=case, actor=cast.rosa)
    assert case.number in cast.client("rufus").get("/cases/?tab=pool").content.decode()


@pytest.mark.parametrize("who", ["charlie", "alice", "cora"])
def test_nobody_is_wished_for_who_could_not_read_it(cast, exam, who):
    body = {"exam": str(exam.pk), "question": "Mass?", "reader": str(getattr(cast, who).pk)}
    answer = send(cast.client("alice"), "post", "/api/v1/cases/", body)
    assert answer.status_code == 400 and list(answer.json()["errors"]) == ["reader"] and not Case.objects.exists()


def test_a_reader_who_pauses_is_not_offered(cast, exam):
    set_pause(practice=cast.northside, reader=cast.rosa, actor=cast.cora, pauses=True)
    page = cast.client("alice").get(f"/cases/new/?exam={exam.pk}").content.decode()
    assert "Rufus" in page and str(cast.rosa.pk) not in page


def test_a_prior_is_taken_off_and_attached_again_and_hangs_or_does_not(cast, exam):
    earlier = prior(cast, exam)
    case = a_case(exam, cast.alice)

    def hung():
        return [each["id"] for each in cast.client("rosa").get(f"/api/v1/cases/{case.pk}/manifest/").json()["priors"]]

    assert hung() == [str(earlier.pk)]
    body = {"exam": str(earlier.pk), "attached": False}
    answer = send(cast.client("alice"), "post", f"/api/v1/cases/{case.pk}/priors/", body)
    assert answer.json() == [{"exam": str(earlier.pk), "study_date": "2018-01-01", "attached": False}]
    assert hung() == [] and list(priors_of(case)) == []
    cast.client("cora").post(f"/cases/{case.pk}/priors/", {"exam": str(earlier.pk), "attached": "yes"})
    assert hung() == [str(earlier.pk)]
    told = Event.objects.filter(verb__startswith="case.prior-").order_by("sequence").values_list("verb", "detail")
    detail = {"prior": str(earlier.pk)}
    assert list(told) == [("case.prior-detached", detail), ("case.prior-attached", detail)]


def test_one_filed_later_is_found_and_one_left_out_at_the_start_stays_out(cast, exam):
    out = prior(cast, exam)
    body = {"exam": str(exam.pk), "question": "Mass?", "without": [str(out.pk)]}
    assert send(cast.client("alice"), "post", "/api/v1/cases/", body).status_code == 201
    case = Case.objects.get()
    later = prior(cast, exam, date(2019, 1, 1))
    assert list(priors_of(case)) == [later]


@pytest.mark.parametrize("who, code", [("alice", 200), ("cora", 200), ("rosa", 400), ("charlie", 404), (None, 401)])
def test_priors_are_changed_by_who_asked_or_coordinates(cast, exam, who, code):
    earlier, case = prior(cast, exam), a_case(exam, cast.alice)
    body = {"exam": str(earlier.pk), "attached": False}
    assert send(cast.client(who), "post", f"/api/v1/cases/{case.pk}/priors/", body).status_code == code
    assert priors_of(case).exists() is (code != 200)


def test_only_an_earlier_exam_of_the_same_woman_is_a_prior(cast, exam):
    case, other = a_case(exam, cast.alice), an_exam(cast.northside, cast.alice, pseudonym="P-OTHER")
    for wrong in (other, exam, prior(cast, exam, date(2021, 1, 1))):
        answer = send(
            cast.client("alice"), "post", f"/api/v1/cases/{case.pk}/priors/", {"exam": str(wrong.pk), "attached": False}
        )
        assert answer.status_code == 400 and "earlier exam of the same patient" in answer.json()["detail"]


def test_a_case_waits_for_a_prior_until_one_is_filed_or_somebody_goes_on_without(cast, exam):
    form = {"exam": str(exam.pk), "question": "New mass?", "urgency": "soon", "await_prior": "on"}
    assert cast.client("alice").post("/cases/new/", form).status_code == 302
    case = Case.objects.get()
    assert case.number in cast.client("rosa").get("/cases/?tab=prior").content.decode()
    assert "an earlier exam is awaited" in cast.client("alice").get(f"/cases/{case.pk}/").content.decode().lower()
    with pytest.raises(Refused, match="an earlier exam is awaited"):
        claim(case=case, user=cast.rosa)
    an_exam(cast.northside, cast.alice, pseudonym="P-OTHER", study_date=date(2018, 1, 1))
    prior(cast, exam, date(2021, 1, 1))
    assert Case.objects.with_state().get().state == "incomplete"
    prior(cast, exam)
    assert Case.objects.with_state().get().state == "unread"
    assert case.number not in cast.client("rosa").get("/cases/?tab=prior").content.decode()
    assert send(cast.client("cora"), "post", f"/api/v1/cases/{case.pk}/await-prior/").status_code == 200
    assert send(cast.client("cora"), "post", f"/api/v1/cases/{case.pk}/await-prior/").status_code == 400
    go_on(case=case, actor=cast.alice)
    claim(case=case, user=cast.rosa)


@pytest.mark.parametrize("who, code", [("alice", 200), ("rosa", 400), ("charlie", 404)])
def test_who_has_no_part_in_a_case_does_not_let_it_wait(cast, exam, who, code):
    case = a_case(exam, cast.alice)
    assert send(cast.client(who), "post", f"/api/v1/cases/{case.pk}/await-prior/").status_code == code


def test_a_case_may_have_its_own_rule_for_the_arbiter(cast, exam):
    cast.northside.settings = {"protocols": {"second-reader": {"category_step": 3}}}
    cast.northside.save(update_fields=["settings"])
    exam.refresh_from_db()
    body = {"exam": str(exam.pk), "question": "Mass?", "discordance": ["recall", "category"]}
    assert send(cast.client("alice"), "post", "/api/v1/cases/", body).status_code == 201
    protocol = protocol_for(Case.objects.get())
    assert (protocol.discordance, protocol.category_step) == (("category", "recall"), 3)
    assert (
        "two human opinions are discordant by"
        in cast.client("rosa").get(f"/cases/{Case.objects.get().pk}/").content.decode().lower()
    )
