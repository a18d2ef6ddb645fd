"""From case to case, in the order of the list that one came from, without taking any."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.audit.models import Event
from portal.cases.claims import claim
from portal.cases.models import Assignment
from portal.cases.neighbours import KEPT
from portal.cases.services import withdraw
from tests.portal.cases.story import a_case, an_exam


@pytest.fixture
def cases(cast):
    """Four cases, due one after the other: the last one opened presses most."""
    now = timezone.now()
    return [
        a_case(an_exam(cast.northside, cast.alice, pseudonym=f"P-STEP000{at}"), cast.alice, due_at=now + timedelta(days=9 - at))
        for at in range(4)
    ]  # fmt: skip


def led(client, case, way, query=""):
    """The address that a step leads to."""
    answer = client.get(f"/cases/{case.pk}/{way}/{query}")
    assert answer.status_code == 302
    return answer.url


def walked(client, start, way, cases):
    """The places in `cases` that steps from `start` on come to, until the list ends."""
    pages, found, at = [f"/cases/{case.pk}/" for case in cases], [], cases[start]
    while (url := led(client, at, way)) in pages:
        at = cases[pages.index(url)]
        found.append(pages.index(url))
    assert url.startswith("/cases/?")
    return found


def test_steps_go_by_the_list_that_was_looked_at_last(cast, cases):
    client = cast.client("rosa")
    client.get("/cases/?tab=pool")
    assert walked(client, 3, "next", cases) == [2, 1, 0]
    assert walked(client, 0, "previous", cases) == [1, 2, 3]
    client.get("/cases/?tab=pool&sort=opened")
    assert walked(client, 0, "next", cases) == [1, 2, 3]
    client.get("/cases/?tab=pool&q=P-STEP0001")
    assert walked(client, 1, "next", cases) == []


def test_who_has_looked_at_no_list_goes_through_their_own_and_then_the_pool(cast, cases):
    claim(case=cases[0], user=cast.rosa)
    client = cast.client("rosa")
    assert KEPT not in client.session
    assert walked(client, 0, "next", cases) == [3, 2, 1]
    assert walked(client, 1, "previous", cases) == [2, 3, 0]


def test_a_case_that_has_left_the_list_counts_from_where_it_stood(cast, cases):
    client = cast.client("rosa")
    client.get("/cases/?tab=pool")
    claim(case=cases[2], user=cast.rosa)
    assert walked(client, 2, "next", cases) == [1, 0]
    assert led(client, cases[2], "previous") == f"/cases/{cases[3].pk}/"
    withdraw(case=cases[1], actor=cast.alice, because="Asked twice")
    assert walked(client, 2, "next", cases) == [0]


def test_a_step_takes_no_case_and_opens_none(cast, cases):
    client = cast.client("rosa")
    before = Event.objects.count()
    assert led(client, cases[3], "next", "?images") == f"/cases/{cases[2].pk}/view/"
    assert not Assignment.objects.exclude(member=None).exists()
    assert Event.objects.count() == before


def test_at_its_ends_the_list_itself_comes_with_a_word(cast, cases):
    client = cast.client("rosa")
    client.get("/cases/?tab=pool&sort=opened")
    answer = client.get(f"/cases/{cases[3].pk}/next/", follow=True)
    assert answer.redirect_chain == [("/cases/?tab=pool&sort=opened", 302)]
    assert b"That was the last case of this list." in answer.content
    assert b"That was the first case" in client.get(f"/cases/{cases[0].pk}/previous/", follow=True).content


def test_a_page_that_asks_for_itself_is_told_of_the_end_and_the_word_waits_for_the_list(cast, cases):
    client = cast.client("rosa")
    client.get("/cases/?tab=pool&sort=opened")
    asked = {"X-Requested-With": "fetch"}
    assert client.get(f"/cases/{cases[3].pk}/next/?images", headers=asked).status_code == 204
    assert client.get(f"/cases/{cases[2].pk}/next/?images", headers=asked).url == f"/cases/{cases[3].pk}/view/"
    assert b"That was the last case" in client.get(f"/cases/{cases[3].pk}/next/", follow=True).content


@pytest.mark.parametrize("kept", ["tab=nonsense", "tab=open", "page=x&q=%00", "sort=score&state=x&urgency=x"])
def test_a_list_that_is_none_of_ones_own_is_the_usual_one(cast, cases, kept):
    client = cast.client("rosa")
    session = client.session
    session[KEPT] = kept
    session.save()
    assert led(client, cases[3], "next").endswith(f"/cases/{cases[2].pk}/")


def test_nothing_of_another_practice_comes_up(cast, cases):
    other = a_case(an_exam(cast.southside, cast.charlie, pseudonym="P-ELSE0001"), cast.charlie)
    client = cast.client("rosa")
    client.get("/cases/?tab=pool&sort=-opened")
    assert walked(client, 3, "next", cases) == [2, 1, 0]
    assert client.get(f"/cases/{other.pk}/next/").status_code == 404


def test_a_refresh_of_the_rows_changes_no_list_and_writes_no_session(cast, cases):
    client = cast.client("rosa")
    client.get("/cases/?tab=pool")
    client.get("/cases/?tab=done", headers={"HX-Request": "true"})
    assert client.session[KEPT] == "tab=pool"
    with CaptureQueriesContext(connection) as asked:
        client.get("/cases/?tab=pool&page=2")
    assert not [one["sql"] for one in asked if "django_session" in one["sql"] and not one["sql"].startswith("SELECT")]


def test_a_step_asks_little(cast, cases, django_assert_max_num_queries):
    client = cast.client("rosa")
    client.get("/cases/?tab=pool")
    with django_assert_max_num_queries(18):
        led(client, cases[3], "next")
