"""What is new: to who asked for a case, until they have looked; found by whom it is for, which stands beside each row."""

import importlib
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from portal.cases.incomplete import await_prior, send_back
from portal.cases.models import Case, MissingView, case_query
from portal.reading.comments import write_comment
from portal.reading.models import Comment
from portal.reading.services.decide import confirm
from portal.reading.services.draft import begin
from portal.reading.services.reveal import reveal
from portal.reading.services.sign import add, sign
from tests.portal.cases.story import a_case, a_locked_read, a_run, an_exam, benign


def is_new_to(user):
    """The numbers of the cases in which something is new to `user`."""
    return set(Case.objects.news_for(user).values_list("number", flat=True))


def signed(cast, number=0):
    """A signed report on a case of Alice's."""
    case = a_case(an_exam(cast.northside, cast.alice, pseudonym=f"P-NEWS-{number}"), cast.alice)
    read = a_locked_read(case, cast.rosa, benign())
    reveal(read=read, actor=cast.rosa, without=True)
    confirm(read=read, actor=cast.rosa)
    return sign(case=case, actor=cast.rosa, text="Benign.")


def test_a_report_and_an_addendum_are_news_until_who_asked_has_looked(cast):
    report = signed(cast)
    case, alice = report.case, cast.client("alice")
    assert is_new_to(cast.alice) == {case.number} and is_new_to(cast.cora) == is_new_to(cast.rosa) == set()
    alice.get(f"/cases/{case.pk}/")
    assert is_new_to(cast.alice) == set()
    add(report=report, actor=cast.rosa, text="The films of 2019 have come and change nothing.")
    assert is_new_to(cast.alice) == {case.number}
    alice.get(f"/cases/{case.pk}/")
    assert is_new_to(cast.alice) == set()


def test_words_after_the_signature_are_news_and_those_that_were_closed_before_it_come_with_the_report(cast):
    exam = an_exam(cast.northside, cast.alice)
    a_run(exam)
    case = a_case(exam, cast.alice)
    read = a_locked_read(case, cast.rosa, benign())
    reveal(read=read, actor=cast.rosa)
    write_comment(case=case, actor=cast.rosa, text="I have seen what the others say.")
    cast.client("alice").get(f"/cases/{case.pk}/")
    assert Comment.objects.get().knows is True and is_new_to(cast.alice) == set()
    confirm(read=read, actor=cast.rosa)
    sign(case=case, actor=cast.rosa, text="Benign.")
    cast.client("alice").get(f"/cases/{case.pk}/")
    assert is_new_to(cast.alice) == set()
    write_comment(case=case, actor=cast.cora, text="The woman has been written to.")
    assert is_new_to(cast.alice) == {case.number}


def test_a_view_that_is_asked_for_is_news_to_who_asked_for_the_case(cast):
    case = a_case(an_exam(cast.northside, cast.alice), cast.alice)
    begin(case=case, user=cast.rosa)
    cast.client("alice").get(f"/cases/{case.pk}/")
    send_back(case=case, actor=cast.rosa, views=["RMLO"], why="missing")
    assert is_new_to(cast.alice) == {case.number} and is_new_to(cast.rosa) == is_new_to(cast.cora) == set()
    cast.client("alice").get(f"/cases/{case.pk}/")
    assert is_new_to(cast.alice) == set()


def test_what_lies_a_month_back_is_no_news(cast):
    report = signed(cast)
    past = timezone.now() - case_query.NEWS - timedelta(hours=1)
    Case.objects.update(closed_at=past, opened_at=past)
    assert is_new_to(cast.alice) == set() and report.case_id


def test_of_endless_reports_the_newest_are_listed_and_there_are_said_to_be_more(cast, monkeypatch):
    monkeypatch.setattr(case_query, "FEW", 1)
    reports = [signed(cast, at) for at in range(3)]
    assert is_new_to(cast.alice) == {each.case.number for each in reports[1:]}  # one more than can be listed
    write_comment(case=reports[0].case, actor=cast.cora, text="Look at this one again.")
    assert is_new_to(cast.alice) == {each.case.number for each in reports}


@pytest.fixture
def beside(cast):
    """A comment and two views that were asked for, in a case of Alice's."""
    case = a_case(an_exam(cast.northside, cast.alice), cast.alice)
    begin(case=case, user=cast.rosa)
    write_comment(case=case, actor=cast.rosa, text="The right MLO is blurred.")
    send_back(case=case, actor=cast.rosa, views=["RMLO"], why="missing")
    await_prior(case=case, actor=cast.cora)


def whose():
    """Who asked for the case, as each comment and each view says."""
    return {each.requester.name for rows in (Comment, MissingView) for each in rows.objects.all()}


def test_each_comment_and_each_view_names_who_opened_its_case(cast, beside):
    assert whose() == {"Alice"} and Comment.objects.count() == 1 and MissingView.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("portal.cases.migrations.0014_who_views_are_asked_of", MissingView),
        ("portal.reading.migrations.0012_whom_words_are_for", Comment),
    ],
)
def test_rows_from_before_are_filled_from_their_cases(cast, beside, name, rows):
    rows.objects.update(requester=cast.cora)
    importlib.import_module(name).fill(None, connection.schema_editor())
    assert whose() == {"Alice"}
