"""How often the suggestion changed a read, and whether that was right: counted by hand here, and by the page."""

import copy
from datetime import timedelta

import pytest

from portal.reading.effect import effects, wilson
from portal.reading.models import Read
from portal.reading.outcomes import Found, enter
from portal.reading.services.decide import amend, confirm
from portal.reading.services.reveal import reveal
from portal.reading.services.sign import sign
from tests.portal.cases.story import a_case, a_locked_read, a_run, an_exam, benign, suspicious


def read_on(cast, at, before, after, truth, *, signed=True, run="ready", protocol=""):
    """One signed read: as locked, as amended (None: confirmed), and the outcome of the left breast."""
    exam = an_exam(cast.northside, cast.alice, pseudonym=f"P-{at}")
    if run:
        a_run(exam, run)
    case = a_case(exam, cast.alice, protocol=protocol)
    read = a_locked_read(case, cast.rosa, before)
    if not Read.objects.get(pk=read.pk).decided_at:
        reveal(read=read, actor=cast.rosa, without=not run)
        if after is None:
            confirm(read=read, actor=cast.rosa)
        else:
            amend(read=read, actor=cast.rosa, reason="Looked again", data=after)
    if truth:
        enter(exam=exam, found=[Found("L", truth, "pathology", 1)], actor=cast.alice)
    if signed:
        sign(case=case, actor=cast.rosa, text="Signed words.")


@pytest.mark.parametrize(
    "before, after, truth, better, worse",
    [
        (benign, suspicious, "malignant", 1, 0), (suspicious, benign, "malignant", 0, 1),
        (suspicious, benign, "clear", 1, 0), (benign, suspicious, "benign", 0, 1), (benign, suspicious, None, 0, 0),
    ],
)  # fmt: skip
def test_a_change_is_better_or_worse_by_the_outcome(cast, before, after, truth, better, worse):
    read_on(cast, 1, before(), after(), truth)
    [all_of_them] = effects(cast.northside)
    assert (all_of_them.reads, all_of_them.amended) == (1, 1)
    assert (all_of_them.breasts, all_of_them.better, all_of_them.worse) == (1 if truth else 0, better, worse)
    way = "called" if before is benign else "cleared"
    assert dict(all_of_them.directions) == {way: 1}


def test_only_signed_blind_reads_with_an_opened_suggestion_count(cast):
    denser = copy.deepcopy(benign())
    denser["density"] = "C"
    read_on(cast, 1, benign(), None, "clear")
    read_on(cast, 2, benign(), denser, "clear")
    read_on(cast, 3, benign(), suspicious(), "malignant", signed=False)
    read_on(cast, 4, benign(), None, "malignant", run=None)
    read_on(cast, 5, benign(), None, "malignant", protocol="concurrent")
    [found] = effects(cast.northside)
    assert (found.reads, found.amended, found.unmoved, found.breasts) == (2, 1, 1, 2)
    assert (found.better, found.worse) == (0, 0)
    assert found.seconds_to_lock is not None and found.seconds_after is not None
    assert effects(cast.southside)[0].reads == 0


def test_times_are_medians_of_what_the_reads_took(cast):
    for at, (to_lock, after) in enumerate([(60, 30), (120, 10), (600, 90)]):
        read_on(cast, at, benign(), None, None)
        read = Read.objects.get(case__exam__patient__pseudonym=f"P-{at}")
        opened = read.locked_at + timedelta(seconds=5)
        Read.objects.filter(pk=read.pk).update(
            started_at=read.locked_at - timedelta(seconds=to_lock), revealed_at=opened,
            decided_at=opened + timedelta(seconds=after),
        )  # fmt: skip
    [found] = effects(cast.northside)
    assert (found.reads, found.seconds_to_lock, found.seconds_after) == (3, 120, 30)
    page = cast.client("ada").get("/effect/").content.decode()
    assert "2 min" in page and "30 s" in page


def test_the_interval_is_wilsons():
    share, low, high = wilson(1, 10)
    assert (round(share, 3), round(low, 4), round(high, 4)) == (0.1, 0.0179, 0.4042)  # Newcombe 1998, table I's method
    assert wilson(0, 0) is None and wilson(0, 5)[1] == 0 and wilson(5, 5)[2] == 1


@pytest.mark.parametrize("who, code", [("ada", 200), ("rosa", 403), ("cora", 403), ("charlie", 403), (None, 302)])
def test_the_page_is_the_admins(cast, who, code):
    read_on(cast, 1, benign(), suspicious(), "malignant")
    answer = cast.client(who).get("/effect/")
    assert answer.status_code == code
    if code == 200:
        page = answer.content.decode()
        assert "Every release" in page and "100 % (21 to 100)" in page


def test_without_reads_the_page_says_so(cast):
    assert "No read yet" in cast.client("ada").get("/effect/").content.decode()
