"""The tabs *Due* and *Waiting for a prior*, and counts that stay right while cases move."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.cases.claims import claim, release
from portal.cases.incomplete import await_prior, go_on
from portal.cases.models import Case
from portal.cases.selectors import LATER, PAGE
from tests.portal.cases.story import a_case, an_exam


def counts(cast, who):
    """The counts of the tabs, as the refresh of the rows brings them: it needs no new page."""
    rows = cast.client(who).get("/cases/?tab=pool", headers={"HX-Request": "true"}).content.decode()
    return {code: int(count) for code, count in re.findall(r'\?tab=(\w+)"[^>]*>[^<]*<span class="count">(\d+)', rows)}


def numbers(cast, who, tab):
    """The numbers of the cases in a tab, in order."""
    page = cast.client(who).get(f"/cases/?tab={tab}").content.decode()
    return re.findall(r'class="code">(C-\w+)</a>', page)


@pytest.fixture
def by_due(cast):
    """One case overdue, one due in an hour, one in two days, one at no time."""
    made = {
        name: a_case(an_exam(cast.northside, cast.alice, pseudonym=f"P-{name}"), cast.alice, due_at=due)
        for name, due in {"soon": timezone.now() + timedelta(hours=1), "later": timezone.now() + timedelta(days=2),
                          "late": timezone.now() + timedelta(days=1), "never": None}.items()
    }  # fmt: skip
    made["late"].due_at = timezone.now() - timedelta(hours=1)
    made["late"].save(update_fields=["due_at"])
    return made


def test_due_holds_what_the_reader_has_or_may_take_within_a_day(cast, by_due):
    assert numbers(cast, "rosa", "due") == [by_due["late"].number, by_due["soon"].number]
    claim(case=by_due["soon"], user=cast.rosa)
    assert numbers(cast, "rosa", "due") == [by_due["late"].number, by_due["soon"].number]
    assert numbers(cast, "rufus", "due") == [by_due["late"].number]


def test_a_case_that_waits_for_a_prior_is_there_and_nowhere_else_until_it_goes_on(cast, by_due):
    await_prior(case=by_due["soon"], actor=cast.alice)
    assert numbers(cast, "rosa", "prior") == [by_due["soon"].number] == numbers(cast, "cora", "prior")
    assert by_due["soon"].number not in numbers(cast, "rosa", "due") + numbers(cast, "rosa", "pool")
    go_on(case=by_due["soon"], actor=cast.alice)
    assert numbers(cast, "rosa", "prior") == []
    assert by_due["soon"].number in numbers(cast, "rosa", "due")


def test_an_earlier_exam_ends_the_wait_by_itself(cast, by_due):
    case = by_due["soon"]
    case.exam.study_date = timezone.localdate()
    case.exam.save(update_fields=["study_date"])
    await_prior(case=case, actor=cast.alice)
    assert counts(cast, "rosa")["prior"] == 1
    an_exam(cast.northside, cast.alice, pseudonym="P-soon", study_date=timezone.localdate() - timedelta(days=700))
    assert counts(cast, "rosa")["prior"] == 0


def test_the_counts_follow_each_case_that_moves(cast, by_due):
    before = counts(cast, "rosa")
    assert (before["mine"], before["pool"], before["due"]) == (0, 4, 2)
    claim(case=by_due["late"], user=cast.rosa)
    assert (counts(cast, "rosa")["mine"], counts(cast, "rosa")["pool"]) == (1, 3)
    assert (counts(cast, "rufus")["mine"], counts(cast, "rufus")["pool"], counts(cast, "rufus")["due"]) == (0, 3, 1)
    release(case=by_due["late"], actor=cast.rosa)
    assert counts(cast, "rosa") == before


def test_the_rows_do_not_wait_for_the_counts_which_the_first_refresh_brings(cast, by_due):
    page = cast.client("rosa").get("/cases/")
    assert page.context["list"].tab.code == "pool"  # the first tab that holds a case, though nobody counted
    assert {count for _, count in page.context["list"].tabs} == {LATER}
    text = page.content.decode()
    assert 'hx-trigger="load, every 10s"' in text and "tab=pool" in text.partition("hx-get=")[2].partition(">")[0]
    assert counts(cast, "rosa")["pool"] == 4


@pytest.mark.parametrize("rows, many", [(PAGE, False), (PAGE + 1, True)])
def test_a_page_whose_cases_nobody_counted_knows_whether_there_is_a_next_one(cast, rows, many):
    exam = an_exam(cast.northside, cast.alice)
    Case.objects.bulk_create(
        Case(exam=exam, practice=cast.northside, number=f"C-{at:04}", opened_by=cast.alice, protocol="second-reader")
        for at in range(rows)
    )
    client = cast.client("cora")
    page = client.get("/cases/?tab=open")
    assert len(page.context["list"].page) == PAGE
    assert page.context["list"].page.has_next() is many
    assert ("of …" in page.content.decode()) is many
    refreshed = client.get("/cases/?tab=open", headers={"HX-Request": "true"}).content.decode()
    assert (f"of {rows}" in refreshed) is many
    assert len(client.get("/cases/?tab=open&page=2").context["list"].page) == (1 if many else PAGE)


def test_a_search_that_finds_nothing_comes_with_its_counts(cast, by_due):
    page = cast.client("rosa").post("/cases/", {"q": "C-NOWHERE", "tab": "pool"})
    assert {tab.code: count for tab, count in page.context["list"].tabs}["pool"] == "4"
    assert "hx-trigger" not in page.content.decode()
