"""The pages and the API of consensus meetings: convened, opened case by case, closed with a password, told in the report."""

import pytest
from django.utils import timezone

from portal.audit.models import Event
from portal.cases.models import Case
from portal.reading.models import Meeting, Minutes, Report
from portal.reading.services.draft import begin
from tests.conftest import PASSWORD
from tests.portal.cases.story import LEAKS, send, suspicious
from tests.portal.reading.meeting_story import a_discordant_case, a_meeting, a_third_reader


@pytest.fixture
def case(cast):
    return a_discordant_case(cast)


def page(client, url, code=200):
    answer = client.get(url)
    assert answer.status_code == code, answer.content[:300]
    return answer.content.decode()


def lock_by_api(client, read):
    send(client, "put", f"/api/v1/reads/{read['id']}/draft/", {"version": read["version"], "body": suspicious()})
    answer = send(client, "post", f"/api/v1/reads/{read['id']}/lock/", {"version": read["version"] + 1})
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_sitting_from_convening_to_the_signed_report(cast, case, django_capture_on_commit_callbacks):
    cora, rosa, rufus = cast.client("cora"), cast.client("rosa"), cast.client("rufus")
    other = a_discordant_case(cast, at=1)
    assert "Convene a meeting" in page(cora, f"/cases/{case.pk}/")
    form = page(cora, "/meetings/new/")
    assert case.number in form and other.number in form
    sent = {
        "at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"), "chair": cast.rosa.pk,
        "attendees": [cast.rosa.pk, cast.rufus.pk], "cases": [case.pk, other.pk],
    }  # fmt: skip
    answer = cora.post("/meetings/new/", sent)
    meeting = Meeting.objects.get()
    assert answer.url == f"/meetings/{meeting.pk}/"
    shown = page(rosa, f"/meetings/{meeting.pk}/")
    first, second = [each.case for each in meeting.agenda.all()]
    assert f"Open {first.number}" in shown and "Not discussed yet" in shown
    assert f"Open {first.number}" not in page(rufus, f"/meetings/{meeting.pk}/")
    assert rosa.post(f"/meetings/{meeting.pk}/next/").url == f"/cases/{first.pk}/view/"
    read = first.reads.get(place="meeting")
    panel = page(rosa, f"/reads/{read.pk}/panel/")
    for words in (
        "Agreed assessment",
        "Keep the minutes",
        "Not agreed: to an arbiter",
        "Rosa",
        "Rufus",
        "test-release",
    ):
        assert words in panel
    kept = send(
        rosa, "post", f"/api/v1/meetings/{meeting.pk}/cases/{first.pk}/minutes/", {"text": "A mass.", "version": 0}
    )
    assert kept.json()["version"] == 1
    lock_by_api(rosa, {"id": str(read.pk), "version": 0})
    assert "Next case" in page(rosa, f"/reads/{read.pk}/panel/")
    shown = page(rosa, f"/meetings/{meeting.pk}/")
    assert f'Take off<span class="visually-hidden"> {second.number}' in shown
    assert f'Take off<span class="visually-hidden"> {first.number}' not in shown  # it is agreed on
    assert rosa.post(f"/meetings/{meeting.pk}/next/").url == f"/cases/{second.pk}/view/"
    rosa.post(f"/meetings/{meeting.pk}/cases/{second.pk}/minutes/", {"text": "We differ.", "version": 0, "why": ""})
    rosa.post(f"/meetings/{meeting.pk}/cases/{second.pk}/not-agreed/")
    assert rosa.post(f"/meetings/{meeting.pk}/close/", {"password": "wrong"}).status_code == 400
    assert Event.objects.get(verb="meeting.close-refused").outcome == "refused"
    closed = rosa.post(f"/meetings/{meeting.pk}/close/", {"password": PASSWORD}, follow=True).content.decode()
    assert "The meeting is closed" in closed and "Not agreed: goes to an arbiter" in closed
    states = dict(Case.objects.with_state().values_list("pk", "state"))
    assert states == {first.pk: "to-sign", second.pk: "arbitration"}
    with django_capture_on_commit_callbacks():
        rosa.post(f"/cases/{first.pk}/report/", {"text": "Agreed words.", "password": PASSWORD})
    report = Report.objects.get()
    told = page(cast.client("alice"), f"/reports/{report.pk}/")
    assert "Consensus meeting" in told and "Rosa, Rufus; Rosa in the chair. They agreed" in told
    assert Minutes.objects.get(item__case=first).digest in told and "A mass." not in told


def test_who_is_there_without_a_read_sees_the_opinions_beside_the_images_once_the_case_is_open(cast, case):
    nina = a_third_reader(cast)
    client = cast.client("nina")
    meeting = a_meeting(cast, case, attendees=[cast.rosa, nina])
    from django.template import Context, Template
    from django.test import RequestFactory

    def panel():
        request = RequestFactory().get("/")
        request.user = nina
        return Template("{% load reading %}{% read_panel case %}").render(Context({"case": case, "request": request}))

    assert "Rufus" not in panel() and "You are looking only" in panel()
    manifest = client.get(f"/api/v1/cases/{case.pk}/manifest/").content.decode()
    assert not any(leak in manifest for leak in LEAKS)
    cast.client("rosa").post(f"/meetings/{meeting.pk}/next/")
    assert "Rufus" in panel() and "You are in the meeting" in panel()
    assert client.get(f"/api/v1/cases/{case.pk}/manifest/").json()["results"]["exam_score"] == 0.87654321


def test_a_meetings_page_tells_nothing_of_what_was_said_to_who_was_not_there(cast, case):
    nina = a_third_reader(cast)
    meeting = a_meeting(cast, case)
    rosa = cast.client("rosa")
    rosa.post(f"/meetings/{meeting.pk}/next/")
    url = f"/meetings/{meeting.pk}/cases/{case.pk}/minutes/"
    rosa.post(url, {"text": "Spiculated mass, model says 4C.", "version": 0})
    for who in ("nina", "cora"):
        client = cast.client(who)
        shown = [client.get(each).content.decode() for each in (
            f"/meetings/{meeting.pk}/", url, f"/api/v1{url}", f"/api/v1/meetings/{meeting.pk}/", f"/cases/{case.pk}/",
            f"/api/v1/cases/{case.pk}/manifest/",
        )]  # fmt: skip
        assert not any("Spiculated" in each or leak in each for each in shown for leak in LEAKS)
    assert nina is not None and "Spiculated" in page(cast.client("rufus"), url)
    seen = Event.objects.filter(verb="meeting.minutes-viewed")
    assert set(seen.values_list("actor_name", flat=True)) == {"rufus@example.org"}  # rosa's first had nothing to show
    assert cast.client("alice").get(f"/meetings/{meeting.pk}/").status_code == 403


def test_every_wrong_field_has_its_sentence_beside_it(cast, case):
    cora = cast.client("cora")
    answer = cora.post("/meetings/new/", {"at": "yesterdayish", "chair": "", "cases": [case.pk]})
    assert answer.status_code == 400 and answer.content.decode().count("field-error") >= 2
    sent = {"at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"), "chair": cast.rosa.pk, "cases": [case.pk]}
    answer = cora.post("/meetings/new/", sent)
    assert answer.status_code == 400 and "Choose 2 to 30 readers" in answer.content.decode()
    meeting = a_meeting(cast, case)
    answer = cora.post(f"/meetings/{meeting.pk}/seats/", {"chair": cast.rosa.pk, "attendees": [cast.rosa.pk]})
    assert answer.status_code == 400 and "Choose 2 to 30 readers" in answer.content.decode()
    rosa = cast.client("rosa")
    rosa.post(f"/meetings/{meeting.pk}/next/")
    url = f"/meetings/{meeting.pk}/cases/{case.pk}/minutes/"
    answer = rosa.post(url, {"text": "ab", "version": 0})
    assert answer.status_code == 400 and "Write 3 to 4000 characters" in answer.content.decode()
    answer = rosa.post(f"/meetings/{meeting.pk}/close/", {"password": PASSWORD})
    assert answer.status_code == 400 and f"Not decided yet: {case.number}" in answer.content.decode()


def test_the_api_convenes_opens_and_keeps_minutes_with_conflicts_named(cast, case):
    rosa = cast.client("rosa")
    sent = {"at": timezone.now().isoformat(), "chair": str(cast.rosa.pk), "attendees": [str(cast.rufus.pk)]}
    made = send(rosa, "post", "/api/v1/meetings/", {**sent, "cases": [str(case.pk)]})
    assert made.status_code == 201, made.content
    url = f"/api/v1/meetings/{made.json()['id']}/"
    assert [row["standing"] for row in made.json()["agenda"]] == ["waiting"]
    again = send(rosa, "post", "/api/v1/meetings/", {**sent, "cases": [str(case.pk)]})
    assert again.status_code == 409 and again.json()["code"] == "on-an-agenda"
    read = send(rosa, "post", f"{url}cases/{case.pk}/open/").json()
    assert read["place"] == "meeting" and read["state"] == "draft"
    assert send(cast.client("rufus"), "post", f"{url}cases/{case.pk}/open/").status_code == 400
    one = {"text": "First words.", "version": 0}
    assert send(rosa, "post", f"{url}cases/{case.pk}/minutes/", one).json()["version"] == 1
    stale = send(cast.client("rufus"), "post", f"{url}cases/{case.pk}/minutes/", {"text": "Mine.", "version": 0})
    assert stale.status_code == 409
    assert [each["text"] for each in rosa.get(f"{url}cases/{case.pk}/minutes/").json()] == ["First words."]
    lock_by_api(rosa, read)
    assert rosa.get(url).json()["agenda"][0]["standing"] == "agreed"
    assert rosa.get("/api/v1/meetings/").json()["count"] == 1
    assert cast.client("charlie").get("/api/v1/meetings/").json()["count"] == 0


@pytest.mark.parametrize(
    "who, code", [("rosa", 200), ("cora", 200), ("alice", 403), ("ada", 403), ("otto", 403), (None, 302)]
)
def test_meetings_are_for_readers_and_coordinators(cast, who, code):
    for url in ("/meetings/", "/meetings/new/"):
        assert cast.client(who).get(url).status_code == code


def test_where_either_may_settle_the_case_page_offers_both_until_an_arbiter_has_it(cast):
    nina = a_third_reader(cast)
    case = a_discordant_case(cast, settled_by="either")
    shown = page(cast.client("nina"), f"/cases/{case.pk}/")
    assert "Arbitrate this case" in shown and "Convene a meeting" in shown
    assert "Convene a meeting" not in page(cast.client("alice"), f"/cases/{case.pk}/")
    begin(case=case, user=nina)
    assert "Convene a meeting" not in page(cast.client("cora"), f"/cases/{case.pk}/")


def test_a_practice_and_a_case_say_who_settles(cast, case):
    ada = cast.client("ada")
    answer = send(ada, "put", "/api/v1/protocols/double-reading/", {"settled_by": "either"})
    assert answer.json()["settled_by"] == "either" and "or a consensus meeting" in " ".join(answer.json()["in_words"])
    wrong = send(ada, "put", "/api/v1/protocols/double-reading/", {"settled_by": "dice"})
    assert wrong.status_code == 400 and list(wrong.json()["errors"]) == ["settled_by"]
    assert "A consensus meeting" in page(ada, "/protocols/")
    assert case.rule["settled_by"] == "meeting"
