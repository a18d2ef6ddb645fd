"""A line of the worklist tells what the database derives, in a few plain queries; many keys travel as one."""

import re
from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.cases.models import Assignment, Case, MissingView
from portal.cases.rows import rows_of
from portal.cases.states import STATES
from portal.exams.models import Exam, Image
from portal.practices.models import Membership
from portal.reading.models import Read
from tests.portal.cases.story import a_case, an_exam

ENDS = (None, "closed_at", "withdrawn_at")
VIEWS = ("none", "asked", "waived", "came")
PLACES = (  # of a case: place, who holds it ("" for nobody), whether it is done
    (("reader", "", False),),
    (("reader", "rosa", False),),
    (("reader", "rosa", True),),
    (("reader", "rufus", True), ("reader2", "", False)),
    (("reader", "rufus", False), ("reader2", "rosa", False)),
    (("reader", "rufus", True), ("reader2", "rosa", True), ("arbiter", "", False)),
    (("reader", "rufus", True), ("reader2", "rosa", True), ("meeting", "rosa", False)),
    (("reader", "rufus", True), ("arbiter", "", False), ("meeting", "rosa", False)),
    (),
)
READS = (None, "draft", "locked", "decided")


@pytest.fixture
def every_kind(cast):
    """A case of each combination of how it ended, views asked for, places and a read."""
    now = timezone.now()
    model = a_case(an_exam(cast.northside, cast.alice), cast.alice)
    Assignment.objects.all().delete()
    kinds = list(product(ENDS, VIEWS, PLACES, READS))
    exams = [
        Exam(practice=cast.northside, patient=model.exam.patient, study_uid=f"2.25.9.{at}") for at in range(len(kinds))
    ]
    Exam.objects.bulk_create(exams)
    cases, views, images, places, reads = [], [], [], [], []
    for at, ((ended, view, held, read), exam) in enumerate(zip(kinds, exams, strict=True)):
        case = Case(
            practice=cast.northside, number=f"C-{at:08}", exam=exam, question="Is it new?", opened_by=cast.alice
        )
        if ended:
            setattr(case, ended, now)
        cases.append(case)
        if view != "none":
            who = {"asked_by": cast.rosa, "requester": cast.alice}
            asked = MissingView(case=case, laterality="R", view="MLO", why="missing", asked_at=now, **who)
            asked.waived_at = now if view == "waived" else None
            views.append(asked)
        if view == "came":
            images.append(_an_image(exam, at))
        for place, who, done in held:
            member = cast.people[who] if who else None
            places.append(Assignment(case=case, place=place, member=member, done_at=now if done else None))
        if read:
            times = {"locked_at": now if read != "draft" else None, "decided_at": now if read == "decided" else None}
            reads.append(Read(case=case, reader=cast.rosa, place="reader", **times))
    for many in (cases, views, images, places, reads):
        type(many[0]).objects.bulk_create(many)
    Image.objects.update(created_at=now + timedelta(minutes=1))
    return [case.pk for case in cases]


def _an_image(exam, at):
    return Image(
        exam=exam, series_uid="2.25.7", sop_uid=f"2.25.8.{at}", sop_class_uid="1.2", header={}, received_sha256="0" * 64,
        object_key=f"o/{at}", object_bytes=1, rows=1, columns=1, transfer_syntax_uid="1.2", laterality="R", view="MLO",
        view_source="ViewPosition",
    )  # fmt: skip


def test_a_row_says_of_every_kind_of_case_what_the_database_derives(every_kind):
    derived = Case.objects.with_state().with_waits().in_bulk(every_kind)
    rows = rows_of(every_kind)
    assert [row.pk for row in rows] == every_kind
    for row in rows:
        case = derived[row.pk]
        assert row.state == case.state, row
        if not row.ended:
            assert (row.held_by, row.waits_for) == (case.held_by, case.waits_for), row
    assert {row.state for row in rows} == set(STATES)


def test_what_ended_is_told_by_one_query_and_what_is_open_by_four(every_kind, django_assert_num_queries):
    ended = list(Case.objects.ended().values_list("pk", flat=True)[:25])
    with django_assert_num_queries(1):
        assert len(rows_of(ended)) == 25
    whole = list(Case.objects.open().filter(missing_views=None).values_list("pk", flat=True)[:25])
    with django_assert_num_queries(4):
        assert len(rows_of(whole)) == 25
    with django_assert_num_queries(0):
        assert rows_of([]) == []


@pytest.mark.parametrize(
    "who, tab, most",
    [
        ("rosa", "pool", 16),
        ("alice", "asked", 11),
        ("cora", "open", 11),
        ("cora", "done", 6),
    ],  # the pool is walked in parts
)
def test_a_page_asks_no_more_for_many_cases_than_for_few(cast, every_kind, who, tab, most):
    client = cast.client(who)

    def page():
        with CaptureQueriesContext(connection) as queries:
            shown = client.get(f"/cases/?tab={tab}").content.decode()
        return shown.count("<tr data-case="), len(queries)

    first = client.get(f"/cases/?tab={tab}").content.decode()  # the session keeps which list was looked at
    shown = re.findall('<tr data-case="([^"]+)"', first)
    many, asked_for_many = page()
    Case.objects.exclude(pk__in=shown[:2]).update(practice=cast.southside)
    few, asked_for_few = page()
    assert few == 2 and many > 20
    assert asked_for_many <= asked_for_few + 1  # whether a view came is asked where one is asked for
    assert asked_for_many <= most


def test_many_keys_are_looked_up_as_one_parameter(every_kind):
    few, none = every_kind[:40], Case.objects.filter(pk__among=[])
    assert set(Case.objects.filter(pk__among=few).values_list("pk", flat=True)) == set(few)
    assert not none.exists() and Case.objects.exclude(pk__among=every_kind).count() == 1
    assert Case.objects.filter(pk__among=few).filter(assignments__place="meeting").count() > 0
    with CaptureQueriesContext(connection) as queries:
        list(Case.objects.filter(pk__among=few))
    assert (" = ANY(" in queries[0]["sql"]) is (connection.vendor == "postgresql")


def test_where_a_person_belongs_is_asked_once_a_request_and_anew_by_the_next(cast):
    client = cast.client("rosa")
    client.get("/cases/?tab=pool")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/cases/?tab=pool").status_code == 200
    assert len([each for each in queries if 'FROM "practices_membership"' in each["sql"].split("WHERE")[0]]) == 1
    Membership.objects.filter(user=cast.rosa, role="reader").delete()
    assert client.get("/cases/?tab=pool").status_code == 403


def test_a_program_whose_roles_are_taken_away_is_turned_away_by_its_next_call(cast):
    ada = cast.client("ada")
    assert [each["roles"] for each in ada.get("/api/v1/practices/").json()] == [["admin"]]
    Membership.objects.filter(user=cast.ada).delete()
    assert ada.get("/api/v1/practices/").status_code == 403
