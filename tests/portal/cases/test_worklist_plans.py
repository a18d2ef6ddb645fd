"""How PostgreSQL answers each tab, and the list of exams: the plans are kept, so that no list begins to read or sort the whole practice.

No time is asserted. A plan that reads every case is as quick as another on 30,000 rows, and fifty times slower on a
million: what is held is the number of rows that a step reads.
"""

from dataclasses import dataclass
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.base.paging import MANY, Reachable
from portal.cases.api import CaseFilter, NewestFirst
from portal.cases.models import Case
from portal.cases.selectors import SORTS, Pages, Wanted, narrowed, ordered, worklist
from portal.cases.states import STATES
from portal.cases.tabs import TABS
from portal.exams.selectors import exams_of, practices_shown_to, search
from tests.bench.crowd import Crowd, fill

CASES = 20_000
BIG = {
    "cases_case", "cases_assignment", "exams_exam", "exams_patient", "analysis_run", "reading_read", "reading_report",
    "reading_comment", "reading_commentseen", "cases_seen",
}  # fmt: skip
ASKED = [
    Wanted(page=9), Wanted(query="P-GHJ"), Wanted(urgency="soon"), Wanted(urgency="soon", sort="number"),
    *(Wanted(sort=each) for each in SORTS), *(Wanted(state=each) for each in STATES),
]  # fmt: skip


@dataclass
class Filled:
    """The crowd, and the most rows that a step may read: some for each open case, none for the others."""

    crowd: Crowd
    most: int


@pytest.fixture
def filled(db):
    """The crowd; one test asks everything of it, because it takes a while to come together."""
    if connection.vendor != "postgresql":
        pytest.skip("Plans are PostgreSQL's: set DATABASE_URL to one")
    crowd = fill(CASES)
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL random_page_cost = 1.1"
        )  # of a disk without moving parts, as docs/operations.md asks for
    return Filled(crowd, 3 * Case.objects.open().count())


def plans(act):
    """The plan of every query that `act` makes, with its SQL."""
    with CaptureQueriesContext(connection) as asked:
        act()
    for sql in {each["sql"] for each in asked.captured_queries}:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql)
            [found] = cursor.fetchone()[0]
        yield found["Plan"], sql


def steps(plan):
    """The plan's steps, itself first."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from steps(below)


def wrong(plan, most):
    """Sentences about steps that read more than `most` rows of a big table over all their turns, or sort or hash as many."""
    for step in steps(plan):
        table = step.get("Relation Name", "")
        dropped = step.get("Rows Removed by Filter", 0) + step.get("Rows Removed by Index Recheck", 0)
        read = (step["Actual Rows"] + dropped) * step["Actual Loops"]
        if read > most and (table in BIG or step["Node Type"] in ("Sort", "Hash")):
            yield f"{step['Node Type']} {table}".strip() + f" reads {read} rows, more than {most}"


def listed(person, asked):
    """The first page of the API's list."""
    cases = CaseFilter(asked, Case.objects.listed_for(person).with_state().with_waits()).qs
    return list(cases.order_by(*NewestFirst.ordering)[: NewestFirst.page_size + 1])


def exams(person, practice, text):
    """The first page of the exams, and of the API's list of them."""
    found = search(exams_of(person).filter(practice=practice), text, [practice.pk])
    rows = list(Reachable(found, 25).get_page(1))
    everywhere = search(exams_of(person), text, practices_shown_to(person))
    assert rows == list(everywhere.order_by("-created_at", "-id")[:25])


def pages(filled):
    """A name and an act for each page: every tab of every role whole, its rows by each order and filter, the API's list."""
    for text in ("", "P-GHJ", "A-GHJ", "1999-12-31"):
        yield f"exams, {text}", partial(exams, filled.crowd.people["clinician"], filled.crowd.practice, text)
    for role, person in filled.crowd.people.items():
        for asked in ({}, {"urgency": "urgent"}, *({"state": state} for state in STATES)):
            yield f"{role}'s list, {asked}", partial(listed, person, asked)
        cases = Case.objects.visible_to(person).filter(practice=filled.crowd.practice)
        for tab in (each for each in TABS if role in each.roles):
            for counted in (False, True):
                act = partial(worklist, person, filled.crowd.practice, Wanted(tab=tab.code), counted=counted)
                yield f"{role}'s {tab.code}, {counted=}", act
            picked = tab.pick(cases, person)
            for wanted in ASKED if role == min(tab.roles) else ():
                found = narrowed(picked, filled.crowd.practice, tab, wanted)
                shown = Pages(ordered(found, tab, wanted.sort), MANY)
                yield f"{role}'s {tab.code}, {wanted}", partial(shown.page, wanted.page)


def test_no_page_of_the_worklist_or_the_exams_reads_or_sorts_the_whole_practice(filled):
    found = [
        f"{name}: {each}\n{sql}"
        for name, act in pages(filled)
        for plan, sql in plans(act)
        for each in wrong(plan, filled.most)
    ]
    assert not found, "\n".join(found)


def test_the_check_bites():
    table = {"Node Type": "Seq Scan", "Relation Name": "cases_case", "Actual Rows": 1, "Actual Loops": 1}
    whole = {**table, "Rows Removed by Filter": 100}
    many = {"Node Type": "Sort", "Actual Rows": 50, "Actual Loops": 3, "Plans": [whole]}
    assert list(wrong(many, 100)) == [
        "Sort reads 150 rows, more than 100",
        "Seq Scan cases_case reads 101 rows, more than 100",
    ]
    assert list(wrong(table, 100)) == []
