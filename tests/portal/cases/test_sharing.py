"""Who shares a case, with whom, for how long; and that nobody learns who works elsewhere."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from portal.audit.models import Event
from portal.cases.models import Share
from portal.practices.models import Membership
from tests.portal.cases.story import a_case, an_exam, send


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def case(cast):
    return a_case(an_exam(cast.northside, cast.alice), cast.alice)


def allow(cast, sharing="clinician", days=30):
    cast.northside.settings = {"sharing": sharing, "share_days": days}
    cast.northside.save(update_fields=["settings"])


def ask(cast, case, who, to="charlie@example.org", days=7, **more):
    body = {"to": to, "ends_at": (timezone.now() + timedelta(days=days)).isoformat(), **more}
    return send(cast.client(who), "post", f"/api/v1/cases/{case.pk}/shares/", body)


@pytest.mark.parametrize(
    "sharing, allowed", [("off", ()), ("coordinator", ("cora",)), ("clinician", ("alice", "cora"))]
)
def test_who_shares_is_the_practices_choice(cast, case, sharing, allowed):
    allow(cast, sharing)
    answers = {who: ask(cast, case, who).status_code for who in ("alice", "cora", "rosa", "ada", "charlie")}
    assert answers == {
        **dict.fromkeys(("alice", "cora", "rosa"), 400),
        "ada": 404,
        "charlie": 404,
        **dict.fromkeys(allowed, 201),
    }
    assert Share.objects.count() == len(allowed)


def test_the_answer_is_alike_whether_or_not_there_is_such_a_reader(cast, case):
    allow(cast)
    Membership.objects.create(user=cast.otto, practice=cast.southside, role="auditor")
    unknown, known, no_reader = (
        ask(cast, case, "alice", to=to) for to in ("nobody@example.org", "charlie@example.org", "otto@example.org")
    )
    shapes = []
    for answer, to in ((unknown, "nobody@"), (known, "charlie@"), (no_reader, "otto@")):
        body = answer.json()
        assert body["address"].startswith(to)
        shapes.append((answer.status_code, {key: body[key] for key in ("name", "guest_of", "opened_at", "purpose")}))
    assert shapes[0] == shapes[1] == shapes[2]
    page = cast.client("alice").get(f"/cases/{case.pk}/share/").content.decode()
    assert page.count("Not opened yet") == 3 and "Southside" not in page and "Charlie" not in page
    told = [event.detail for event in Event.objects.filter(chain=str(cast.northside.pk), verb="case.shared")]
    assert [sorted(each) for each in told] == [["address", "purpose", "until"]] * 3


def test_the_guest_is_named_once_they_have_come(cast, case):
    allow(cast)
    ask(cast, case, "alice", to=cast.charlie.guest_code.lower())
    assert cast.client("charlie").get(f"/cases/{case.pk}/").status_code == 200
    [row] = cast.client("alice").get(f"/api/v1/cases/{case.pk}/shares/").json()
    assert (row["name"], row["guest_of"]) == ("Charlie", "Southside") and row["opened_at"]


def test_invitations_are_limited_in_an_hour(cast, case):
    allow(cast)
    answers = [ask(cast, case, "alice", to=f"n{at}@example.org").status_code for at in range(21)]
    assert answers == [201] * 20 + [400]
    assert ask(cast, case, "cora").status_code == 201


@pytest.mark.parametrize(
    "field, change",
    [
        ("to", {"to": "Jane Doe, 12 May"}),
        ("to", {"to": "rosa@example.org"}),
        ("purpose", {"purpose": "download"}),
        ("ends_at", {"days": 0}),
        ("ends_at", {"days": 11}),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(cast, case, field, change):
    allow(cast, days=10)
    answer = ask(cast, case, "alice", **change)
    body = answer.json()
    assert answer.status_code == 400 and (field in body.get("errors", {}) or field in body)
    days = timedelta(days=change.get("days", 7))
    form = {
        "to": "charlie@example.org",
        "purpose": "read",
        "ends_at": (timezone.localtime() + days).strftime("%Y-%m-%dT%H:%M"),
        **change,
    }
    page = cast.client("alice").post(f"/cases/{case.pk}/share/", form)
    assert page.status_code == 400 and "field-error" in page.content.decode()
    assert not Share.objects.exists()


@pytest.mark.parametrize("who, code", [("alice", 200), ("cora", 200), ("rosa", 400), ("charlie", 404)])
def test_who_takes_it_back(cast, case, who, code):
    allow(cast)
    pk = ask(cast, case, "alice").json()["id"]
    answer = send(cast.client(who), "post", f"/api/v1/cases/{case.pk}/shares/{pk}/withdraw/")
    assert answer.status_code == code
    assert (cast.client("charlie").get(f"/cases/{case.pk}/").status_code == 404) is (code == 200)
    if code == 200:
        again = send(cast.client(who), "post", f"/api/v1/cases/{case.pk}/shares/{pk}/withdraw/")
        assert again.status_code == 400 and "over already" in again.json()["detail"]


def test_by_the_pages_from_invitation_to_withdrawal(cast, case):
    allow(cast)
    alice, charlie = cast.client("alice"), cast.client("charlie")
    until = (timezone.localtime() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    sent = alice.post(f"/cases/{case.pk}/share/", {"to": "charlie@example.org", "purpose": "look", "ends_at": until})
    assert sent.status_code == 302
    listed = charlie.get("/cases/?tab=shared").content.decode()
    assert case.number in listed and "of Northside" in listed
    assert "Shared with you by Northside" in charlie.get(f"/cases/{case.pk}/").content.decode()
    pk = Share.objects.get().pk
    alice.post(f"/cases/{case.pk}/shares/{pk}/withdraw/")
    assert charlie.get(f"/cases/{case.pk}/").status_code == 404
    assert "Shared with you" not in charlie.get("/cases/").content.decode()


def test_a_case_that_was_withdrawn_or_signed_is_not_shared_to_be_read(cast, case):
    allow(cast)
    type(case).objects.filter(pk=case.pk).update(closed_at=timezone.now())
    assert "purpose" in ask(cast, case, "alice").json()["errors"]
    assert ask(cast, case, "alice", purpose="look").status_code == 201
    type(case).objects.filter(pk=case.pk).update(closed_at=None, withdrawn_at=timezone.now())
    assert ask(cast, case, "alice").status_code == 400
