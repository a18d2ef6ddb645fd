"""Protocols: what each does, said from its own values; what a practice may set; the score that calls a second reader."""

import re
from html import unescape

import pytest

from portal.audit.models import Event
from portal.base.errors import Conflict
from portal.cases.claims import claim
from portal.cases.models import Assignment, Case
from portal.cases.protocol_rules import in_words, parse_rule
from portal.cases.protocols import PROTOCOLS, protocol_for
from portal.reading.services.draft import begin, save_draft
from portal.reading.services.lock import lock
from tests.portal.cases.story import a_case, a_locked_read, a_run, an_exam, benign, send


@pytest.fixture
def exam(cast):
    return an_exam(cast.northside, cast.alice)


def banded(exam, band):
    run = a_run(exam)
    run.score_band = band
    run.save(update_fields=["score_band"])
    return run


def places(case):
    return sorted(Assignment.objects.filter(case=case).values_list("place", flat=True))


@pytest.mark.parametrize("band, expected", [(1, 1), (9, 1), (10, 2), (None, 2)])
def test_the_score_decides_how_many_read_when_the_case_is_first_taken(cast, exam, band, expected):
    banded(exam, band)
    case = a_case(exam, cast.alice, protocol="score-stratified")
    assert places(case) == ["reader"]
    claim(case=case, user=cast.rosa)
    assert len(places(case)) == expected
    told = Event.objects.filter(verb="case.stratified").values_list("detail", flat=True)
    assert [each["why"] for each in told] == ([] if expected == 1 else ["score" if band else "no-score"])


@pytest.mark.parametrize("state, taken", [("waiting", False), ("running", False), ("failed", True), (None, True)])
def test_a_stratified_case_is_taken_once_the_analysis_has_ended(cast, exam, state, taken):
    if state:
        a_run(exam, state)
    case = a_case(exam, cast.alice, protocol="score-stratified")
    answer = send(cast.client("rosa"), "post", f"/api/v1/cases/{case.pk}/claim/")
    assert answer.status_code == (200 if taken else 409)
    assert len(places(case)) == (2 if taken else 1)
    assert taken or "has not ended" in answer.json()["detail"]


def test_both_readers_of_a_high_score_read_and_the_second_sees_nothing_of_the_first(cast, exam):
    banded(exam, 10)
    case = a_case(exam, cast.alice, protocol="score-stratified")
    a_locked_read(case, cast.rosa, {**benign(), "text": "Words of the first reader."})
    assert Case.objects.with_state().get().state == "unread"
    begin(case=case, user=cast.rufus)
    assert b"Words of the first" not in cast.client("rufus").get(f"/cases/{case.pk}/").content
    a_locked_read(case, cast.rufus, benign())
    assert Case.objects.with_state().get().state == "to-sign"


def test_a_score_that_rises_with_later_images_still_calls_the_second_reader(cast, exam):
    banded(exam, 3)
    case = a_case(exam, cast.alice, protocol="score-stratified")
    read = save_draft(read=begin(case=case, user=cast.rosa), version=0, data=benign())
    exam.revision += 1
    exam.save(update_fields=["revision"])
    banded(exam, 10)
    lock(read=read, actor=cast.rosa, version=1)
    assert places(case) == ["reader", "reader2"]


def test_nobody_takes_both_places_of_a_stratified_case(cast, exam):
    banded(exam, 10)
    case = a_case(exam, cast.alice, protocol="score-stratified")
    a_locked_read(case, cast.rosa, benign())
    with pytest.raises(Exception, match="already read this case"):
        claim(case=case, user=cast.rosa)
    claim(case=case, user=cast.rufus)
    with pytest.raises(Conflict):
        claim(case=case, user=_another(cast))


def _another(cast):
    from portal.practices.models import Membership, User

    third = User.objects.create_user("third@example.org", "Third")
    Membership.objects.create(user=third, practice=cast.northside, role="reader")
    return third


@pytest.mark.parametrize("code", PROTOCOLS)
def test_each_protocol_is_told_in_words_made_from_its_values(cast, code):
    page = unescape(cast.client("rosa").get("/protocols/").content.decode())
    words = in_words(PROTOCOLS[code])
    assert all(sentence in page for sentence in words)
    shown = {each["code"]: each for each in cast.client("rosa").get("/api/v1/protocols/").json()}
    assert shown[code]["in_words"] == words


def test_the_words_follow_the_numbers(cast):
    cast.northside.settings = {"protocols": {"score-stratified": {"double_from": 9, "marks_from": 7}}}
    cast.northside.save(update_fields=["settings"])
    page = cast.client("alice").get("/protocols/").content.decode()
    assert "up to score band 8, two from 9 on" in page and "from score band 7 on" in page
    assert "two from 10 on" in cast.client("charlie").get("/protocols/").content.decode()  # another practice's own


@pytest.mark.parametrize("who, code", [("ada", 200), ("rosa", 400), ("cora", 400), ("otto", 400), (None, 401)])
def test_an_admin_sets_the_numbers_and_open_cases_keep_theirs(cast, exam, who, code):
    before = a_case(exam, cast.alice, protocol="score-stratified")
    sent = {"double_from": 9, "discordance": ["recall"]}
    answer = send(cast.client(who), "put", "/api/v1/protocols/score-stratified/", sent)
    assert answer.status_code == code
    cast.northside.refresh_from_db()
    after = a_case(an_exam(cast.northside, cast.alice, pseudonym="P-2"), cast.alice, protocol="score-stratified")
    assert protocol_for(before).double_from == 10
    after.refresh_from_db()
    assert (protocol_for(after).double_from, protocol_for(after).discordance == ("recall",)) == (
        (9, True) if code == 200 else (10, False)
    )
    assert Event.objects.filter(verb="protocol.set").exists() is (code == 200)


@pytest.mark.parametrize(
    "sent, field",
    [
        ({"double_from": 11}, "double_from"), ({"double_from": 0}, "double_from"), ({"marks_from": "8"}, "marks_from"),
        ({"category_step": True}, "category_step"), ({"discordance": []}, "discordance"),
        ({"discordance": ["smell"]}, "discordance"), ({"discordance": "recall"}, "discordance"), ({"blind": True}, "blind"),
        ({"discordance": [[]]}, "discordance"), ({"double_from": None}, "double_from"),
    ],
)  # fmt: skip
def test_a_number_that_cannot_be_is_named_and_changes_nothing(cast, sent, field):
    answer = send(cast.client("ada"), "put", "/api/v1/protocols/score-stratified/", sent)
    assert answer.status_code == 400 and list(answer.json()["errors"]) == [field]
    cast.northside.refresh_from_db()
    assert "protocols" not in cast.northside.settings


def test_a_blind_protocol_has_no_score_to_set():
    with pytest.raises(Exception, match="cannot be used") as refused:
        parse_rule(PROTOCOLS["triage"], {"double_from": 9})
    assert refused.value.fields == {"double_from": ["This protocol has no such number."]}


def test_the_page_takes_the_numbers_from_an_admin_alone(cast):
    form = {"discordance": ["recall", "category"], "category_step": "3", "double_from": "9", "marks_from": "8"}
    assert cast.client("rosa").post("/protocols/score-stratified/", form).status_code == 403
    wrong = cast.client("ada").post("/protocols/score-stratified/", {**form, "double_from": "many"})
    assert wrong.status_code == 400 and "whole number from 1 to 10" in wrong.content.decode()
    assert cast.client("ada").post("/protocols/nothing/", form).status_code == 400
    assert cast.client("ada").post("/protocols/score-stratified/", form).status_code == 302
    cast.northside.refresh_from_db()
    rule = cast.northside.settings["protocols"]["score-stratified"]
    assert rule == {"discordance": ["category", "recall"], "category_step": 3, "double_from": 9}


FORM = {"discordance": ["recall", "category"], "category_step": "3", "double_from": "9", "marks_from": "8"}


def test_a_refused_protocol_keeps_what_was_typed_with_the_reason_beside_its_field(cast):
    page = cast.client("ada").post("/protocols/score-stratified/", {**FORM, "double_from": "many"}).content.decode()
    form = page.split('action="/protocols/score-stratified/"')[1].split("</form>")[0]
    assert 'id="score-stratified-double_from-error"' in form and 'value="many"' in form and 'value="3"' in form
    ticked = set(re.findall(r'value="([\w-]+)" checked', form))
    assert ticked == {"recall", "category"} and 'name="marks_from" value="8"' in form


def test_who_sets_a_protocol_after_another_admin_is_told_first(cast):
    ada, page = cast.client("ada"), "/protocols/score-stratified/"
    form = ada.get("/protocols/").content.decode().split(f'action="{page}"')[1].split("</form>")[0]
    shown = re.search(r'name="seen" value="(\w+)"', form)[1]
    api = "/api/v1/protocols/score-stratified/"
    tag = ada.get(api).headers["ETag"]
    assert tag == f'"{shown}"'
    assert send(ada, "put", api, {"double_from": 7}).status_code == 200
    late = ada.post(page, {**FORM, "seen": shown})
    told = late.content.decode().split(f'action="{page}"')[1].split("</form>")[0]
    assert late.status_code == 409 and "Somebody else saved this" in told and 'name="double_from" value="9"' in told
    held = ada.put(api, {"double_from": 9}, content_type="application/json", headers={"If-Match": tag})
    assert (held.status_code, held.json()["code"]) == (409, "changed-meanwhile")
    cast.northside.refresh_from_db()
    assert cast.northside.settings["protocols"]["score-stratified"] == {"double_from": 7}
    again = re.search(r'name="seen" value="(\w+)"', told)[1]
    assert ada.post(page, {**FORM, "seen": again}).status_code == 302
    fresh = ada.get(api).headers["ETag"]
    held = ada.put(api, {"double_from": 8}, content_type="application/json", headers={"If-Match": fresh})
    assert held.status_code == 200 and held.headers["ETag"] not in (tag, fresh)
    newest = held.headers["ETag"]
    for several, code in ((f"{tag}, {fresh}", 409), (fresh.strip('"'), 409), (f"{tag}, {newest}", 200), ("*", 200)):
        again = {"double_from": 6 if several == "*" else 5}
        held = ada.put(api, again, content_type="application/json", headers={"If-Match": several})
        assert held.status_code == code, several


def test_what_a_practice_counts_as_discordant_is_what_calls_the_arbiter(cast, exam):
    cast.northside.settings = {"protocols": {"second-reader": {"discordance": ["laterality"]}}}
    cast.northside.save(update_fields=["settings"])
    exam.refresh_from_db()
    case = a_case(exam, cast.alice, first_opinion={"recall": True})
    read = a_locked_read(case, cast.rosa, benign())
    send(cast.client("rosa"), "post", f"/api/v1/reads/{read.pk}/reveal/", {"without": True})
    send(cast.client("rosa"), "post", f"/api/v1/reads/{read.pk}/confirm/")
    assert Case.objects.with_state().get().state == "to-sign"
