"""Rights are looked up once for each request that only reads, and anew for the next one."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from portal.base.middleware import look_up_once
from portal.base.once import in_one_request, once
from portal.cases.models import Case, Share, maybe_guest
from portal.exams.models import Exam
from portal.reading.models import Report
from tests.portal.cases.story import a_case, a_share, an_exam
from tests.portal.reading.guest_story import a_case_to_share, addresses, shared


def asked(count, method):
    """What three questions in one request of `method` were answered."""
    found = []

    def view(request):
        found.extend(once("question", lambda: next(count)) for _ in range(3))
        return HttpResponse()

    look_up_once(view)(RequestFactory().generic(method, "/"))
    return found


def test_a_request_that_reads_asks_once_and_the_next_one_again():
    count = iter(range(10))
    assert asked(count, "GET") == [0, 0, 0]
    assert asked(count, "HEAD") == [1, 1, 1]
    assert once("question", lambda: 0) is None


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_request_that_changes_something_keeps_nothing(method):
    assert asked(iter(range(10)), method) == [None, None, None]


def test_a_request_that_fails_leaves_nothing_behind():
    def view(request):
        once("question", lambda: 1)
        raise LookupError

    with pytest.raises(LookupError):
        look_up_once(view)(RequestFactory().get("/"))
    assert once("question", lambda: 2) is None


@pytest.mark.django_db
def test_the_same_rows_are_seen_by_what_was_looked_up(cast):
    """Everybody sees in a request that reads what they see elsewhere: members, a guest, a stranger, nobody."""
    own = a_case(an_exam(cast.southside, cast.charlie, pseudonym="P-TEST0002"), cast.charlie)
    case = a_case_to_share(cast)
    shared(cast, case)

    def seen(user):
        return [set(model.objects.visible_to(user).values_list("pk", flat=True)) for model in (Case, Exam, Report)]

    for user in (*cast.people.values(), AnonymousUser()):
        without = seen(user)
        with in_one_request():
            assert seen(user) == without == seen(user)
    with in_one_request():
        assert seen(cast.charlie)[0] == {case.pk, own.pk}


@pytest.mark.django_db
def test_who_was_a_member_sees_nothing_with_the_next_request(cast):
    exam = an_exam(cast.northside, cast.alice)
    client = cast.client("rosa")
    assert client.get(f"/exams/{exam.pk}/").status_code == 200
    cast.rosa.memberships.update(practice=cast.southside)
    assert client.get(f"/exams/{exam.pk}/").status_code == 404


@pytest.mark.django_db
def test_who_was_a_guest_sees_nothing_with_the_next_request(cast):
    case = a_case_to_share(cast)
    shared(cast, case)
    client = cast.client("charlie")
    assert client.get(f"/cases/{case.pk}/view/").status_code == 200
    Share.objects.update(withdrawn_at=timezone.now())
    assert {client.get(address).status_code for address in addresses(case)} == {404}


@pytest.mark.django_db
def test_a_share_that_is_over_makes_no_guest(cast):
    case = a_case_to_share(cast)
    with in_one_request():
        assert not maybe_guest(cast.charlie)
    a_share(case, cast.alice, "charlie@example.org", guest=cast.charlie)
    with in_one_request():
        assert maybe_guest(cast.charlie)
    Share.objects.update(ends_at=timezone.now())
    with in_one_request():
        assert not maybe_guest(cast.charlie)
