"""Triage: the suggestion orders the pool, and nothing but the order leaks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.analysis.models import Run
from portal.reading.services.draft import begin
from tests.portal.cases.story import LEAKS, a_case, a_run, an_exam
from tests.portal.reading.test_sealing import _without_tokens, addresses, everything


def cases_of(cast, count, **asked):
    exams = [an_exam(cast.northside, cast.alice, pseudonym=f"P-{at}") for at in range(count)]
    return [a_case(exam, cast.alice, **{"protocol": "triage", **asked}) for exam in exams]


def said(case, triage, **more):
    run = a_run(case.exam)
    Run.objects.filter(pk=run.pk).update(triage=triage, **more)


def pool(client, query=""):
    page = client.get(f"/cases/?tab=pool{query}").content.decode()
    return [part.split('"')[0] for part in page.split('<tr data-case="')[1:]]


def keys(cases):
    return [str(case.pk) for case in cases]


def test_elevated_comes_first_and_low_last_and_what_has_not_ended_stands_between(cast):
    low, waiting, elevated, between = cases_of(cast, 4)
    rosa = cast.client("rosa")
    assert pool(rosa) == keys([low, waiting, elevated, between])
    said(low, "low")
    said(elevated, "elevated")
    said(between, "intermediate")
    a_run(waiting.exam, "running")
    assert pool(rosa) == keys([elevated, waiting, between, low])


def test_the_newest_run_speaks_also_while_it_goes_on(cast):
    first, second = cases_of(cast, 2)
    said(second, "elevated")
    assert pool(cast.client("rosa")) == keys([second, first])
    second.exam.revision += 1
    second.exam.save(update_fields=["revision"])
    a_run(second.exam, "running")
    assert pool(cast.client("rosa")) == keys([first, second])


def test_urgency_and_an_overdue_date_come_before_the_suggestion(cast):
    urgent, late, elevated = cases_of(cast, 3)
    type(urgent).objects.filter(pk=urgent.pk).update(urgency="urgent")
    type(late).objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(hours=1))
    for case, triage in ((urgent, "low"), (late, "low"), (elevated, "elevated")):
        said(case, triage)
    assert pool(cast.client("rosa")) == keys([urgent, late, elevated])


def test_only_the_three_steps_order_and_never_the_score(cast):
    cases = cases_of(cast, 3)
    for case, score in zip(cases, (0.1, 0.9, 0.5), strict=True):
        said(case, "intermediate", exam_score=score, score_band=int(10 * score))
    assert pool(cast.client("rosa")) == keys(cases)


def test_cases_of_other_protocols_are_never_ordered_by_what_a_run_says(cast):
    cases = cases_of(cast, 2, protocol="second-reader")
    said(cases[1], "elevated")
    assert pool(cast.client("rosa")) == keys(cases)


@pytest.mark.parametrize("who", ["rosa", "cora", "alice"])
def test_nothing_but_the_order_of_the_pool_differs(cast, who):
    cases = cases_of(cast, 3)
    client = cast.client(who)
    tabs = {"rosa": ("done", "urgent", "pool&sort=opened"), "cora": ("open", "overdue"), "alice": ("asked",)}[who]
    lists = ["/api/v1/cases/", *(f"/cases/?tab={tab}" for tab in tabs)]
    elsewhere = [*lists, *(f"/cases/{case.pk}/" for case in cases)]
    before = [_without_tokens(client.get(url).content) for url in elsewhere]
    rows = sorted(_rows(client))
    for case, triage in zip(cases, ("low", "intermediate", "elevated"), strict=True):
        said(case, triage)
    assert sorted(_rows(client)) == rows
    assert [_without_tokens(client.get(url).content) for url in elsewhere] == before


def _rows(client):
    page = client.get("/cases/?tab=pool").content.decode()
    return [part.split("</tr>")[0] for part in page.split('<tr data-case="')[1:]]


@pytest.mark.parametrize("who", ["rosa", "rufus", "alice", "cora"])
@pytest.mark.parametrize("protocol", ["triage", "double-reading", "score-stratified", "concurrent"])
def test_no_address_leaks_the_suggestion_to_whom_it_is_not_open(cast, who, protocol):
    [case] = cases_of(cast, 1, protocol=protocol)
    a_run(case.exam)
    read = begin(case=case, user=cast.rosa)
    if who == "rosa" and protocol in ("score-stratified", "concurrent"):
        return  # theirs is open, and tests/portal/reading/test_opening.py says to whom else
    client = cast.client(who)
    seen = [client.get(url) for url in addresses(case, read)]
    assert not {(one.request["PATH_INFO"], leak) for one in seen for leak in LEAKS if leak in everything(one)}
