"""Which findings of two opinions are the same lesion: the same both ways round, and none of them twice."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.cases.protocols import SECOND_READER
from portal.reading.discordance import compare
from portal.reading.findings import (
    NEAR,
    NIPPLE,
    NIPPLE_AND_QUADRANT,
    TITLES,
    UNSURE,
    Finding,
    alone,
    apart,
    of_read,
    of_result,
    same,
)
from portal.reading.lesions import lesions_among
from portal.reading.lexicon.shape import QUADRANTS
from portal.reading.nipple import Frame, Spot
from portal.reading.opinions import of_body, of_suggestion
from tests.portal.cases.story import RESULT, suspicious

SHARE = st.floats(0, 1, allow_nan=False)
SEEN = {"LCC": "above", "LMLO": "aside", "RCC": "above"}
SPOTS = st.builds(
    lambda image, x, y, r, mm: Spot(image, x, y, r, SEEN[image], mm),
    st.sampled_from(list(SEEN)), SHARE, SHARE, st.floats(0, 0.2), st.sampled_from([None, (100.0, 100.0)]),
)  # fmt: skip
NIPPLES = st.dictionaries(st.sampled_from(list(SEEN)), st.tuples(SHARE, SHARE)).map(lambda held: tuple(held.items()))
ON_A_BUSY_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
FINDINGS = st.lists(
    st.builds(
        Finding, st.uuids().map(str), st.sampled_from(["R", "L", ""]), st.sampled_from([None, *TITLES]),
        st.sampled_from([None, *QUADRANTS]), st.sampled_from([None, "2", "4B"]), st.none(), st.none(),
        st.lists(SPOTS, max_size=3).map(tuple), st.booleans(), st.none() | st.floats(0, 80), NIPPLES,
    ),
    max_size=6, unique_by=lambda each: each.key,
)  # fmt: skip


@ON_A_BUSY_MACHINE
@given(FINDINGS, FINDINGS)
def test_matching_is_the_same_both_ways_round_and_no_finding_is_matched_twice(ones, others):
    pairs = same(ones, others)
    assert sorted((to, at) for at, to in pairs) == sorted(same(others, ones))
    assert len({at for at, _ in pairs}) == len(pairs) == len({to for _, to in pairs})
    for at, to in pairs:
        assert apart(ones[at], others[to]) == apart(others[to], ones[at]) is not None
    left, right = alone(ones, others)
    assert (right, left) == alone(others, ones)


@ON_A_BUSY_MACHINE
@given(FINDINGS, FINDINGS)
def test_what_is_left_over_on_both_sides_could_not_have_been_matched(ones, others):
    pairs = same(ones, others)
    left = [each for at, each in enumerate(ones) if at not in {at for at, _ in pairs}]
    right = [each for to, each in enumerate(others) if to not in {to for _, to in pairs}]
    could = [apart(one, other) for one in left for other in right]
    if not any(
        apart(one, other) and apart(one, other)[0] in (NIPPLE_AND_QUADRANT, NIPPLE) for one in ones for other in others
    ):
        assert all(how is None or how[0] == UNSURE for how in could)


@ON_A_BUSY_MACHINE
@given(FINDINGS, FINDINGS)
def test_what_lies_as_far_from_the_nipple_is_left_only_where_another_could_be_it(ones, others):
    pairs = same(ones, others)
    free_ones = [at for at in range(len(ones)) if at not in {at for at, _ in pairs}]
    free_others = [to for to in range(len(others)) if to not in {to for _, to in pairs}]
    hows = {(at, to): apart(one, other) for at, one in enumerate(ones) for to, other in enumerate(others)}
    by_nipple = {pair for pair, how in hows.items() if how and how[0] in (NIPPLE_AND_QUADRANT, NIPPLE)}
    for at in free_ones:
        for to in free_others:
            if (at, to) in by_nipple:
                assert [pair for pair in by_nipple if pair != (at, to) and (pair[0] == at or pair[1] == to)]


@ON_A_BUSY_MACHINE
@given(FINDINGS)
def test_an_opinion_misses_nothing_of_itself(findings):
    placed = [each for each in findings if each.side]
    assert alone(placed, placed) == ([], [])


@ON_A_BUSY_MACHINE
@given(st.lists(FINDINGS, max_size=4))
def test_every_finding_is_in_one_lesion_and_a_lesion_holds_one_of_each_voice(voices):
    found = lesions_among(voices)
    held = [(at, each.key) for lesion in found for at, each in lesion.by.items()]
    assert sorted(held) == sorted((at, each.key) for at, voice in enumerate(voices) for each in voice)
    assert [lesion.number for lesion in found] == list(range(1, len(found) + 1))
    for lesion in found:
        assert all(apart(one, other) for one in lesion.by.values() for other in lesion.by.values() if one is not other)


@ON_A_BUSY_MACHINE
@given(FINDINGS, FINDINGS)
def test_two_voices_are_grouped_as_they_are_matched(ones, others):
    both = {(lesion.by[0].key, lesion.by[1].key) for lesion in lesions_among([ones, others]) if len(lesion.by) == 2}
    pairs = same(ones, others)
    assert len(both) == len(pairs)


def finding(key="f", side="L", quadrant=None, category="4B", **spots):
    return Finding(key, side, "mass", quadrant, category, spots=tuple(Spot(name, *at) for name, at in spots.items()))


@pytest.mark.parametrize(
    "one, other, is_same",
    [
        (finding(LCC=(0.5, 0.5, 0.02)), finding(LCC=(0.52, 0.5, 0.02)), True),  # they overlap
        (finding(LCC=(0.5, 0.5, 0)), finding(LCC=(0.5 + NEAR * 0.99, 0.5, 0)), True),
        (finding(LCC=(0.5, 0.5, 0)), finding(LCC=(0.5 + NEAR * 1.01, 0.5, 0)), False),
        (finding(quadrant="UOQ", LCC=(0.2, 0.2, 0)), finding(quadrant="UOQ", LCC=(0.8, 0.8, 0)), False),  # far on one image
        (finding(LCC=(0.1, 0.1, 0), LMLO=(0.5, 0.5, 0)), finding(LMLO=(0.51, 0.5, 0)), True),  # linked in the other view
        (finding(quadrant="UOQ", LCC=(0.2, 0.2, 0)), finding(quadrant="UOQ", LMLO=(0.8, 0.8, 0)), True),
        (finding(quadrant="UOQ", LCC=(0.2, 0.2, 0)), finding(quadrant="LIQ", LMLO=(0.8, 0.8, 0)), False),
        (finding(quadrant="UOQ"), finding(quadrant="UIQ"), False),
        (finding(quadrant="UOQ"), finding(), True),
        (finding(), finding(side="R"), False),
        (finding(side=""), finding(side=""), False),
    ],
)  # fmt: skip
def test_the_rule_case_by_case(one, other, is_same):
    assert bool(same([one], [other])) is is_same


def test_of_two_near_ones_the_nearest_is_taken_and_the_other_is_left():
    near, far = finding("a", LCC=(0.50, 0.5, 0)), finding("b", LCC=(0.53, 0.5, 0))
    wanted = finding("c", LCC=(0.525, 0.5, 0))
    assert same([near, far], [wanted]) == [(1, 0)]
    assert alone([near, far], [wanted]) == ([near], [])


def a_read(place, *findings):
    """A read whose findings lie on the left breast: (quadrant, category, x of a mark on LCC or None)."""
    body = suspicious()
    [model] = body["findings"]
    body["findings"] = [
        {**model, "id": f"m{at}", "quadrant": quadrant, "category": category,
         "marks": [] if x is None else [{"id": "k", "image": "LCC", "tool": "point", "points": [[x, 500.0]], "mm": None}]}
        for at, (quadrant, category, x) in enumerate(findings)
    ]  # fmt: skip
    return of_body(place, body, {"LCC": Frame(1000.0), "LMLO": Frame(1000.0)})


def says(one, other):
    return [found.say for found in compare(one, other, SECOND_READER) if found.field == "finding"]


def test_a_second_lesion_in_the_same_breast_is_a_finding_that_the_other_has_not():
    one = a_read("reader", ("UOQ", "4B", 200.0))
    two = a_read("reader2", ("UOQ", "4B", 210.0), ("LIQ", "4A", 700.0))
    assert says(one, two) == ["Left breast: Second reader has a finding (mass, lower inner) that Reader lacks."]
    assert says(two, one) == says(one, two)
    elsewhere = a_read("reader2", ("UOQ", "4B", 700.0))
    assert len(says(one, elsewhere)) == 2  # each has one that the other has not


def test_what_its_own_reader_calls_benign_is_missed_by_nobody_and_still_matched():
    one, two = a_read("reader", ("UOQ", "2", 200.0)), a_read("reader2")
    assert says(one, two) == []
    assert says(one, a_read("reader2", ("UOQ", "4B", 200.0))) == []


@pytest.mark.parametrize(
    "side, hour, quadrant", [("L", 2, "UOQ"), ("R", 2, "UIQ"), ("L", 12, None), ("R", 8, "LOQ"), (None, 2, None)]
)
def test_an_hour_that_lies_in_one_quadrant_says_it(side, hour, quadrant):
    [found] = of_read(
        {"findings": [{**suspicious()["findings"][0], "laterality": side, "quadrant": None, "clock": hour}]}, {}
    )
    assert found.quadrant == quadrant


def test_an_ellipse_is_held_by_its_half_axes():
    mark = {"id": "k", "image": "LCC", "tool": "ellipse", "points": [[512, 512], [640, 512], [512, 576]], "mm": None}
    [found] = of_read({"findings": [{**suspicious()["findings"][0], "marks": [mark]}]}, {"LCC": Frame(1024.0)})
    assert found.spots == (Spot("LCC", 0.5, 0.5, 0.125),)


def test_a_suggested_region_and_its_pair_are_one_finding_and_the_highest_of_a_side_counts():
    def region(name, score, pair=None):
        return {"id": name, "score": score, "box": [128, 128, 256, 384], "pairs_with": pair}

    result = {
        "images": [
            {"key": "LCC", "laterality": "L", "findings": [region("a", 0.62, "b"), region("c", 0.11)]},
            {"key": "LMLO", "laterality": "L", "findings": [region("b", 0.5, "a")]},
        ]
    }
    first, second = of_result(result, {"LCC": Frame(1024.0), "LMLO": Frame(1024.0)})
    assert [spot.image for spot in first.spots] == ["LCC", "LMLO"] and first.spots[0] == Spot(
        "LCC", 0.1875, 0.25, 0.125
    )
    assert (first.said, first.counts, second.counts) == ("score 62", True, False)
    assert [each.spots for each in of_result(RESULT, {})] == [()]  # without a place it is matched by its side
    assert says(a_read("reader", ("UOQ", "4B", None)), of_suggestion(RESULT)) == []


def test_rows_tell_what_each_voice_says_of_a_lesion():
    voices = [a_read("reader", ("UOQ", "4B", 200.0)), a_read("reader2", ("LIQ", "3", 800.0), ("UOQ", "3", 210.0))]
    found = lesions_among([voice.findings for voice in voices])
    table = [(each.name, {at: one.said for at, one in each.by.items()}) for each in found]
    assert table == [
        ("Left upper outer: mass", {0: "category 4B, 12 mm", 1: "category 3, 12 mm"}),
        ("Left lower inner: mass", {1: "category 3, 12 mm"}),
    ]
