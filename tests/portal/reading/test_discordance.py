"""Opinions are held against each other by the protocol; the suggestion alone settles nothing."""

import pytest

from portal.cases.models import Assignment
from portal.cases.protocols import SECOND_READER
from portal.reading.discordance import among, apart, compare
from portal.reading.opinions import of_body, of_first, of_suggestion
from portal.reading.services.decide import confirm
from portal.reading.services.reveal import reveal
from tests.portal.cases.story import RESULT, a_case, a_locked_read, a_run, an_exam, benign, suspicious


@pytest.mark.parametrize(
    "one, other, discordant",
    [
        ("1", "2", False), ("2", "3", False), ("1", "3", True), ("3", "4A", True), ("4A", "4B", False),
        ("4A", "4C", True), ("5", "5", False), ("0", "2", True), ("0", "0", False), ("6", "5", True),
    ],
)  # fmt: skip
def test_categories_are_discordant_from_two_steps_or_across_tissue_sampling(one, other, discordant):
    assert apart(one, other, 2) is discordant
    assert apart(other, one, 2) is discordant


def fields(one, other):
    return {found.field for found in compare(one, other, SECOND_READER)}


def test_every_field_of_the_protocol_can_differ():
    reader, first = of_body("reader", suspicious()), of_first({"category": {"L": "1", "R": "1"}, "recall": False})
    assert fields(first, reader) == {"category", "recall"}
    assert fields(of_body("reader", benign()), reader) == {"category", "recall", "finding"}
    other_side = suspicious()
    other_side.update(recall_sides=["R"], breasts={"R": {"category": "4B"}, "L": {"category": "1"}})
    other_side["findings"][0]["laterality"] = "R"
    assert "laterality" in fields(of_body("reader2", other_side), reader)


def test_what_an_opinion_does_not_state_is_no_difference():
    assert of_first({"text": "See attached letter"}) is None
    assert fields(of_first({"recall": True}), of_body("reader", suspicious())) == set()


def test_the_suggestion_is_held_against_the_worse_breast():
    suggested = of_suggestion(RESULT)
    assert fields(of_body("reader", suspicious()), suggested) == set()
    assert fields(of_body("reader", benign()), suggested) == {"category", "recall", "finding"}
    assert of_suggestion({**RESULT, "scored": False}) is None
    abstained = of_suggestion({**RESULT, "suggestion": {"category": "3", "abstained": True}})
    assert abstained.recall is None and fields(of_body("reader", benign()), abstained) == set()


def test_the_suggestion_alone_never_calls_an_arbiter(cast):
    exam = an_exam(cast.northside, cast.alice)
    a_run(exam)
    case = a_case(exam, cast.alice, first_opinion={"category": {"L": "2", "R": "1"}, "recall": False})
    read = a_locked_read(case, cast.rosa, benign())
    reveal(read=read, actor=cast.rosa)
    confirm(read=read, actor=cast.rosa)
    assert among([of_body("reader", benign()), of_suggestion(RESULT)], SECOND_READER) == []
    assert not Assignment.objects.filter(case=case, place="arbiter").exists()


def test_two_blind_readers_of_double_reading_are_compared_once_both_are_done(cast):
    exam = an_exam(cast.northside, cast.alice)
    a_run(exam)
    case = a_case(exam, cast.alice, protocol="double-reading")
    for reader, body in ((cast.rosa, benign()), (cast.rufus, suspicious())):
        read = a_locked_read(case, reader, body)
        assert not Assignment.objects.filter(case=case, place="arbiter").exists()
        reveal(read=read, actor=reader)
        confirm(read=read, actor=reader)
    assert Assignment.objects.filter(case=case, place="arbiter", member=None).exists()
