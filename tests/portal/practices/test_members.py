"""Admins decide who works in their practice and as what; nobody can leave it without an admin."""

import pytest

from portal.audit.models import Event
from portal.base.errors import Conflict, Refused
from portal.practices.models import Membership, User
from portal.practices.selectors import roles_of
from portal.practices.services.people import add_member, create_practice, remove_member, set_roles


@pytest.mark.parametrize("who, code", [("ada", 200), ("alice", 403), ("otto", 403), ("charlie", 403), (None, 302)])
def test_the_members_page_is_for_admins(cast, who, code):
    assert cast.client(who).get("/members/").status_code == code


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_admin_does_not_find_members_of_another_practice(cast, method):
    address = f"/members/{cast.charlie.pk}/"
    assert getattr(cast.client("ada"), method)(address, {"roles": ["admin"]}).status_code == 404
    assert Event.objects.get(verb="user.refused").detail["asked"] == str(cast.charlie.pk)


def test_the_page_lists_everybody_with_their_roles(cast):
    add_member(user=cast.rosa, practice=cast.northside, roles=["coordinator"], actor=None)
    page = cast.client("ada").get("/members/").content.decode()
    assert "Coordinator, Reader" in page
    assert "charlie@example.org" not in page


def test_a_search_narrows_the_list(cast):
    page = cast.client("ada").get("/members/", {"q": "rufus@"}).content.decode()
    assert "rufus@example.org" in page
    assert "rosa@example.org" not in page


def test_an_admin_changes_roles_and_the_trail_says_from_what_to_what(cast):
    answer = cast.client("ada").post(f"/members/{cast.rosa.pk}/", {"roles": ["reader", "coordinator"]})
    assert answer.status_code == 302
    assert roles_of(cast.rosa, cast.northside) == {"reader", "coordinator"}
    told = Event.objects.get(verb="member.changed")
    assert (told.actor_name, told.detail["before"], told.detail["after"]) == (
        "ada@example.org", ["reader"], ["coordinator", "reader"],
    )  # fmt: skip


@pytest.mark.parametrize("roles", [[], ["emperor"]])
def test_a_member_keeps_at_least_one_real_role(cast, roles):
    answer = cast.client("ada").post(f"/members/{cast.rosa.pk}/", {"roles": roles})
    assert answer.status_code == 400
    assert roles_of(cast.rosa, cast.northside) == {"reader"}
    with pytest.raises(Refused):
        set_roles(user=cast.rosa, practice=cast.northside, roles=roles, actor=cast.ada)


def test_the_last_admin_cannot_give_the_role_up(cast):
    answer = cast.client("ada").post(f"/members/{cast.ada.pk}/", {"roles": ["auditor"]})
    assert "Make somebody else an admin first" in answer.content.decode()
    assert roles_of(cast.ada, cast.northside) == {"admin"}


def test_the_last_admin_cannot_be_removed(cast):
    answer = cast.client("ada").post(f"/members/{cast.ada.pk}/remove/", follow=True)
    assert "last admin" in answer.content.decode()
    assert roles_of(cast.ada, cast.northside) == {"admin"}


def test_a_removed_member_sees_nothing_and_their_tokens_are_dead(cast, token_of):
    secret = token_of("rosa", "exams:read")
    client = cast.client("rosa")
    remove_member(user=cast.rosa, practice=cast.northside, actor=cast.ada)
    assert client.get("/").status_code == 403
    assert client.get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert Event.objects.get(verb="member.removed").detail["tokens_revoked"] == 1


def test_removing_somebody_who_left_already_is_said(cast):
    remove_member(user=cast.rosa, practice=cast.northside, actor=cast.ada)
    with pytest.raises(Refused, match="no longer a member"):
        remove_member(user=cast.rosa, practice=cast.northside, actor=cast.ada)


def test_a_deactivated_admin_does_not_count_as_the_one_who_stays(cast):
    add_member(user=cast.cora, practice=cast.northside, roles=["admin"], actor=None)
    User.objects.filter(pk=cast.cora.pk).update(is_active=False)
    with pytest.raises(Conflict, match="last admin"):
        remove_member(user=cast.ada, practice=cast.northside, actor=cast.ada)


def test_two_practices_cannot_share_a_name(cast):
    with pytest.raises(Conflict, match="another name"):
        create_practice(name=" northside ", actor=None)


def test_the_list_asks_the_database_as_often_for_thirty_members_as_for_six(cast, django_assert_num_queries):
    from portal.practices.people import members_of

    for number in range(24):
        user = User.objects.create_user(f"m{number}@example.org", f"Member {number}")
        Membership.objects.create(user=user, practice=cast.northside, role="reader")
    with django_assert_num_queries(2):
        assert sum(len(person.here) for person in members_of(cast.northside)) == 30
