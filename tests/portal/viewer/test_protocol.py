"""A practice's own order of the hanging: it moves steps and never takes an image away."""

import pytest

from portal.viewer import hanging, protocol
from tests.portal.viewer.filing import file_exam
from tests.portal.viewer.test_hanging import FOUR, images, prior, steps


def arranged(chosen, views=FOUR):
    now = images(*views)
    found = hanging.layouts(now, [prior("Prior 2009", *FOUR)])
    return protocol.arranged(found, hanging.initial(found, now), chosen)


def test_the_named_steps_come_first_in_their_order_and_the_others_follow_as_they_were():
    found, start = arranged({"steps": ["mlo", "cc:over"], "start": "cc:over"})
    assert steps(found) == ["mlo", "cc:over", "4up:prior", "4up", "mlo:over", "cc"]
    assert start == "cc:over"


@pytest.mark.parametrize(
    "chosen", [None, {}, "cc", {"steps": "cc", "start": 7}, {"steps": [{}], "start": "no such step"}, {"steps": ["?"]}]
)
def test_without_a_choice_or_with_one_that_makes_no_sense_nothing_moves(chosen):
    plain, start = arranged(None)
    assert arranged(chosen) == (plain, "4up")
    assert start == "4up"


def test_a_start_that_shows_nothing_is_passed_over():
    assert arranged({"start": "cc"}, views=["RMLO", "LMLO"])[1] == "mlo"


def test_no_layout_is_lost_whatever_is_chosen():
    plain, _ = arranged(None)
    found, _ = arranged({"steps": ["cc", "cc", "gone"]})
    assert sorted(one["id"] for one in found) == sorted(one["id"] for one in plain)


@pytest.mark.django_db
def test_the_manifest_hangs_as_the_practice_chose(cast):
    exam = file_exam(cast.northside)
    cast.northside.settings = {**cast.northside.settings, "hanging": {"steps": ["mlo"], "start": "mlo"}}
    cast.northside.save(update_fields=["settings"])
    found = cast.client("rosa").get(f"/api/v1/exams/{exam.pk}/manifest/").json()["hanging"]
    assert (found["initial"], steps(found["layouts"])) == ("mlo", ["mlo", "4up", "cc"])
