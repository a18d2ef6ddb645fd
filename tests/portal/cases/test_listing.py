"""`GET /api/v1/cases/`: page after page, newest first, nothing counted."""

from base64 import b64encode
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from portal.cases.incomplete import send_back
from portal.cases.models import Case
from portal.practices.models import Membership
from tests.portal.cases.story import a_case, an_exam


def told(answer):
    """The numbers of the cases in an answer."""
    return [each["number"] for each in answer.json()["results"]]


@pytest.fixture
def seven(cast):
    """Seven cases an hour apart, two of them opened at the same moment; newest first."""
    made = [a_case(an_exam(cast.northside, cast.alice, pseudonym=f"P-{at}"), cast.alice) for at in range(7)]
    for at, case in enumerate(made):
        Case.objects.filter(pk=case.pk).update(opened_at=timezone.now() - timedelta(hours=at - (at == 3)))
    return list(Case.objects.order_by("-opened_at", "-pk"))


def test_a_walk_tells_each_case_once_though_new_ones_are_opened(cast, seven):
    rosa, seen = cast.client("rosa"), []
    answer = rosa.get("/api/v1/cases/?page_size=2")
    assert answer.json().keys() == {"next", "previous", "results"}
    while True:
        seen += told(answer)
        if not answer.json()["next"]:
            break
        a_case(an_exam(cast.northside, cast.alice, pseudonym=f"P-new-{len(seen)}"), cast.alice)
        answer = rosa.get(answer.json()["next"])
    assert seen == [case.number for case in seven]
    assert told(rosa.get(answer.json()["previous"])) == seen[4:6]


@pytest.mark.parametrize("place", [b"p=", b"p=x", b"p=2026-02-31 08:00", b"o=-1", b"p=\0", b"\xff"])
def test_a_place_in_the_list_that_nobody_gave_is_not_found(cast, seven, place):
    cursor = quote(b64encode(place))
    answer = cast.client("rosa").get(f"/api/v1/cases/?cursor={cursor}")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Invalid cursor"})


def test_a_member_of_two_practices_is_told_of_both_and_a_stranger_of_neither(cast, seven):
    theirs = a_case(an_exam(cast.southside, cast.charlie, pseudonym="P-south"), cast.charlie)
    assert told(cast.client("charlie").get("/api/v1/cases/")) == [theirs.number]
    Membership.objects.create(user=cast.charlie, practice=cast.northside, role="reader")
    assert len(told(cast.client("charlie").get("/api/v1/cases/"))) == 8


def test_what_each_case_waits_for_is_looked_up_at_once(cast, seven, django_assert_max_num_queries):
    for case in seven[:4]:
        send_back(case=case, actor=cast.cora, views=["RMLO"], why="missing")
    cora = cast.client("cora")
    with django_assert_max_num_queries(9):
        rows = cora.get("/api/v1/cases/?state=incomplete").json()["results"]
    assert [row["number"] for row in rows] == [case.number for case in seven[:4]]
    assert all(row["waits_for"] == ["RMLO"] and row["state"] == "incomplete" for row in rows)
    page = cora.get("/cases/?tab=incomplete").content.decode()
    assert page.count("Incomplete: RMLO wanted") == 4
