"""Programs sign in by token; its scopes and its owner's roles both hold."""

import pytest
from django.test import Client
from django.utils import timezone

from portal.audit.models import Event
from portal.practices.models import ApiToken
from portal.practices.selectors import roles_of
from portal.practices.services.people import add_member


def ask(secret, path, method="get", **extra):
    return getattr(Client(), method)(path, headers={"Authorization": f"Bearer {secret}", **extra})


def test_me_says_who_the_token_stands_for_and_where(cast, token_of):
    me = ask(token_of("rosa", "exams:read"), "/api/v1/me/").json()
    assert (me["email"], me["practices"][0]["name"], me["practices"][0]["roles"]) == (
        "rosa@example.org", "Northside", ["reader"],
    )  # fmt: skip


def test_a_header_chooses_among_ones_own_practices_and_no_other(cast, token_of):
    add_member(user=cast.rosa, practice=cast.southside, roles=["auditor"], actor=None)
    secret = token_of("rosa", "exams:read")
    practices = ask(secret, "/api/v1/practices/", **{"Overread-Practice": str(cast.southside.pk)}).json()
    assert {one["name"]: one["active"] for one in practices} == {"Northside": False, "Southside": True}
    others = ask(token_of("rufus", "exams:read"), "/api/v1/practices/", **{"Overread-Practice": str(cast.southside.pk)})
    assert [one["name"] for one in others.json()] == ["Northside"]


@pytest.mark.parametrize("scope, code", [("members:read", 200), ("members:write", 403), ("exams:read", 403)])
def test_a_token_needs_the_scope_and_is_told_which(cast, token_of, scope, code):
    answer = ask(token_of("ada", scope), "/api/v1/members/")
    assert answer.status_code == code
    assert code == 200 or "members:read" in answer.json()["detail"]


def test_a_scope_does_not_replace_a_role(cast, token_of):
    answer = ask(token_of("rosa", "members:read"), "/api/v1/members/")
    assert (answer.status_code, "role admin" in answer.json()["detail"]) == (403, True)
    assert Event.objects.get(verb="api.refused").detail == {"page": "api-members-list", "needs": ["admin"]}


@pytest.mark.parametrize("spoil", ["revoked_at", "expires_at"])
def test_a_dead_token_is_401(cast, token_of, spoil):
    secret = token_of("rosa", "exams:read")
    ApiToken.objects.update(**{spoil: timezone.now()})
    assert ask(secret, "/api/v1/me/").status_code == 401


def test_a_tokens_last_use_is_noted(cast, token_of):
    ask(token_of("rosa", "exams:read"), "/api/v1/me/")
    assert ApiToken.objects.get().last_used_at is not None


def test_nobody_signed_in_is_401(db):
    answer = Client().get("/api/v1/me/")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def put(client, cast, who, roles):
    return client.put(f"/api/v1/members/{cast.people[who].pk}/", {"roles": roles}, content_type="application/json")


def test_an_admin_sets_roles_over_the_api(cast):
    answer = put(cast.client("ada"), cast, "rosa", ["reader", "auditor"])
    assert (answer.status_code, answer.json()["roles"]) == (200, ["auditor", "reader"])


def test_the_last_admin_is_409(cast):
    answer = put(cast.client("ada"), cast, "ada", ["reader"])
    assert (answer.status_code, answer.json()["code"]) == (409, "last-admin")
    assert cast.client("ada").delete(f"/api/v1/members/{cast.ada.pk}/").status_code == 409


@pytest.mark.parametrize("who, code", [("ada", 404), ("rosa", 403), (None, 401)])
def test_a_member_elsewhere_is_not_found(cast, who, code):
    assert put(cast.client(who), cast, "charlie", ["reader"]).status_code == code
    assert roles_of(cast.charlie, cast.southside) == {"clinician", "reader", "coordinator"}


def test_a_refused_look_is_told_to_the_practice_of_who_looked(cast):
    cast.client("ada").get(f"/api/v1/members/{cast.charlie.pk}/")
    told = Event.objects.get(verb="user.refused")
    assert (told.chain, told.actor_name, told.outcome) == (str(cast.northside.pk), "ada@example.org", "refused")


def test_the_schema_describes_what_is_here(db):
    schema = Client().get("/api/v1/schema/").content.decode()
    assert all(f"/api/v1/{path}" in schema for path in ("me/", "practices/", "members/{id}/", "events/"))
