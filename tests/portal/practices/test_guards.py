"""Every door that turns somebody away writes it down, and tells a stranger nothing."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.test import RequestFactory

from portal.audit.models import Event
from portal.practices.guards import admit, visible_or_404
from portal.practices.models import Practice
from portal.practices.selectors import active_practice, has_role
from portal.practices.services.people import add_member


def refusals():
    return list(Event.objects.filter(outcome="refused").values_list("verb", "chain", "actor_name"))


def test_what_one_may_see_is_given_and_nothing_is_told(cast):
    assert visible_or_404(Practice.objects.of(cast.rosa), cast.rosa, pk=cast.northside.pk) == cast.northside
    assert refusals() == []


@pytest.mark.parametrize("other", ["southside", "nowhere"])
def test_a_hidden_row_and_a_missing_row_look_alike_and_are_both_told(cast, other):
    asked = cast.southside.pk if other == "southside" else uuid.uuid4()
    with pytest.raises(Http404) as refused:
        visible_or_404(Practice.objects.of(cast.rosa), cast.rosa, pk=asked)
    assert str(refused.value) == ""
    assert refusals() == [("practice.refused", str(cast.northside.pk), "rosa@example.org")]
    assert Event.objects.get(verb="practice.refused").detail == {"asked": str(asked)}


def test_words_typed_in_place_of_an_identifier_are_not_kept(cast):
    with pytest.raises(Http404):
        visible_or_404(Practice.objects.of(cast.rosa), cast.rosa, pk="DOE^JANE")
    assert Event.objects.get(verb="practice.refused").detail == {}


def test_nobody_signed_in_is_told_on_the_systems_chain(db):
    with pytest.raises(Http404):
        visible_or_404(Practice.objects.none(), AnonymousUser(), pk=uuid.uuid4())
    assert refusals() == [("practice.refused", "system", "")]


@pytest.mark.django_db(transaction=True)
def test_a_refusal_inside_a_transaction_would_be_lost_and_is_an_error(cast):
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        visible_or_404(Practice.objects.of(cast.rosa), cast.rosa, pk=uuid.uuid4())


def request_of(user, **headers):
    request = RequestFactory().get("/", headers=headers)
    request.user, request.session = user, {}
    return request


def test_a_role_in_one_practice_opens_nothing_in_another(cast):
    add_member(user=cast.ada, practice=cast.southside, roles=["reader"], actor=None)
    request = request_of(cast.ada, **{"Overread-Practice": str(cast.southside.pk)})
    assert active_practice(request) == cast.southside
    with pytest.raises(PermissionDenied, match="for the role admin"):
        admit(request, "admin")
    assert Event.objects.get(verb="page.refused").detail == {"needs": ["admin"]}


def test_somebody_without_a_practice_is_told_what_to_do(cast):
    cast.rosa.memberships.all().delete()
    with pytest.raises(PermissionDenied, match="Ask an admin"):
        active_practice(request_of(cast.rosa))
    page = cast.client("rosa").get("/")
    assert (page.status_code, "You belong to no practice" in page.content.decode()) == (403, True)


def test_a_deactivated_user_holds_no_role(cast):
    cast.rosa.is_active = False
    assert not has_role(cast.rosa, cast.northside, "reader")
    assert not has_role(AnonymousUser(), cast.northside)


def test_one_switches_between_ones_own_practices_only(cast):
    add_member(user=cast.rosa, practice=cast.southside, roles=["reader"], actor=None)
    client = cast.client("rosa")
    assert client.post("/practices/switch/", {"practice": cast.southside.pk}).status_code == 302
    assert client.get("/account/").context["practice"] == cast.southside
    stranger = cast.client("rufus")
    assert stranger.post("/practices/switch/", {"practice": cast.southside.pk}).status_code == 404
    assert stranger.get("/account/").context["practice"] == cast.northside
