"""One reader marks a lesion on CC, another on MLO: linked by how far it lies from the nipple, or not, and it is said."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from portal.reading.findings import (
    NIPPLE,
    NIPPLE_AND_QUADRANT,
    QUADRANT,
    UNSURE,
    Finding,
    apart,
    of_read,
    of_result,
    same,
)
from portal.reading.lesions import lesions_among, linked
from portal.reading.nipple import SLACK, Frame, seen_from
from portal.reading.selectors import frames_of
from tests.portal.cases.story import a_case, a_locked_read, an_exam, suspicious

MM = (0.1, 0.1)
FRAMES = {  # LCC lies on a smaller detector than LMLO: shares of the longer side cannot be compared, millimetres can
    "LCC": Frame(1000.0, "above", MM), "LMLO": Frame(2000.0, "aside", MM), "LCC2": Frame(1000.0, "above", MM),
}  # fmt: skip
NIPPLE_AT = {"LCC": (800.0, 500.0), "LMLO": (1600.0, 1000.0)}


def body(*findings, nipples=(), **more):
    """A read of findings of the left breast: (id, quadrant, {image: mm from the nipple toward the chest wall}, nipple_mm)."""
    model = {**suspicious()["findings"][0], "clock": None, "nipple_mm": None}
    made = [
        {**model, "id": key, "quadrant": quadrant, "nipple_mm": stated,
         "marks": [{"id": "k", "image": image, "tool": "point", "mm": None,
                    "points": [[NIPPLE_AT[image.rstrip("2")][0] - 10 * mm, NIPPLE_AT[image.rstrip("2")][1]]]}
                   for image, mm in at.items()]}
        for key, quadrant, at, stated in findings
    ]  # fmt: skip
    marks = [{"id": f"n{at}", "image": image, "tool": "nipple", "points": [list(NIPPLE_AT[image])], "mm": None, **more}
             for at, image in enumerate(nipples)]  # fmt: skip
    return {**suspicious(), "findings": made, **({"landmarks": marks} if marks else {})}


def read(*findings, nipples=(), frames=FRAMES, **more):
    return of_read(body(*findings, nipples=nipples, **more), frames)


def on(image, mm, quadrant=None, key="f", stated=None):
    return (key, quadrant, {image: mm}, stated)


BOTH = ("LCC", "LMLO")


@pytest.mark.parametrize(
    "one, other, how",
    [
        ((on("LCC", 40), ("LCC",)), (on("LMLO", 47), ("LMLO",)), NIPPLE),
        ((on("LCC", 40, "UOQ"), ("LCC",)), (on("LMLO", 47, "UOQ"), ("LMLO",)), NIPPLE_AND_QUADRANT),
        ((on("LCC", 40), ("LCC",)), (on("LMLO", 40 + SLACK + 1, "UOQ"), ("LMLO",)), None),  # too far: two lesions
        ((on("LCC", 40, "UOQ"), ("LCC",)), (on("LMLO", 55, "UOQ"), ("LMLO",)), None),  # whatever the quadrant
        ((on("LCC", 40, "UOQ"), ("LCC",)), (on("LMLO", 40, "LOQ"), ("LMLO",)), None),  # another quadrant, as far
        ((on("LCC", 40), ("LCC",)), (on("LMLO", 40), ()), UNSURE),  # one view's nipple is marked by nobody
        ((on("LCC", 40), ()), (on("LMLO", 40), ()), UNSURE),
        ((on("LCC", 40, "UOQ"), ()), (on("LMLO", 70, "UOQ"), ()), QUADRANT),  # what both say of the place still counts
        ((on("LCC", 40), BOTH), (on("LMLO", 47), ()), NIPPLE),  # one of the two has marked both nipples: it is the same breast
        ((on("LCC", 40, stated=44), ()), (on("LMLO", 47), ("LMLO",)), NIPPLE),  # or says the distance
    ],
)  # fmt: skip
def test_the_rule_case_by_case(one, other, how):
    [first], [second] = (read(found, nipples=nipples) for found, nipples in (one, other))
    found = apart(first, second)
    assert found == apart(second, first)
    assert (found[0] if found else None) == how
    assert bool(same([first], [second])) is (how not in (None, UNSURE))


def test_a_distance_is_of_its_own_readers_nipple_first():
    mine, theirs = read(on("LCC", 40), nipples=("LCC",)), read(on("LMLO", 40), nipples=BOTH)
    moved = [
        Finding(each.key, each.side, spots=each.spots, nipples=(("LCC", (0.2, 0.5)), *each.nipples[1:]))
        for each in theirs
    ]
    assert apart(mine[0], moved[0])[0] == NIPPLE  # the other's nipple on LCC lies 60 mm off: not asked


def test_without_millimetres_or_with_a_nipple_that_was_only_proposed_nothing_is_measured():
    blind = {name: Frame(frame.long, frame.seen) for name, frame in FRAMES.items()}
    one, other = (read(on(image, 40), nipples=BOTH, frames=blind) for image in BOTH)
    assert apart(one[0], other[0])[0] == UNSURE
    one, other = (read(on(image, 40), nipples=BOTH, proposed=True) for image in BOTH)
    assert apart(one[0], other[0])[0] == UNSURE
    one, other = (read(on(image, 40), nipples=BOTH, proposed=False) for image in BOTH)
    assert apart(one[0], other[0])[0] == NIPPLE


def test_of_two_that_lie_as_far_none_is_taken_and_both_are_named():
    one = read(on("LCC", 40, key="a"), nipples=BOTH)
    two = read(on("LMLO", 36, key="b"), on("LMLO", 45, key="c"), nipples=BOTH)
    assert same(one, two) == same(two, one) == []
    assert [each.note for each in lesions_among([one, two])] == [
        "could be lesion 2 or 3: as far from the nipple, more than one",
        *["could be lesion 1: as far from the nipple, more than one"] * 2,
    ]


def test_a_quadrant_that_both_name_settles_which_of_two_it_is():
    one = read(on("LCC", 40, "UOQ", key="a"), nipples=BOTH)
    two = read(on("LMLO", 36, key="b"), on("LMLO", 45, "UOQ", key="c"), nipples=BOTH)
    assert same(one, two) == [(0, 1)]
    assert [each.note for each in lesions_among([one, two])] == ["40 and 45 mm from the nipple", ""]


def test_who_marks_both_views_brings_the_others_together():
    """No nipple anywhere: A on CC and B on MLO could be the same, and C, who has it on both, says that they are."""
    a, b = read(on("LCC", 40)), read(on("LMLO", 40))
    c = read(("f", None, {"LCC": 41, "LMLO": 42}, None))
    assert [sorted(each.by) for each in lesions_among([a, b])] == [[0], [1]]
    assert [each.note for each in lesions_among([a, b])] == [
        "could be lesion 2: the nipple is not marked on both views",
        "could be lesion 1: the nipple is not marked on both views",
    ]
    assert [sorted(each.by) for each in lesions_among([a, b, c])] == [[0, 1, 2]]


def test_two_images_from_above_and_a_spot_view_follow_the_older_rule():
    one, other = read(on("LCC", 40), nipples=BOTH), read(on("LCC2", 70), nipples=BOTH)
    assert same(one, other) == [(0, 0)]  # by the side: a second CC is no view from the side
    assert [seen_from(*each) for each in (("CC", []), ("MLO", []), ("XCCL", []), ("ML", []), ("CC", ["spot"]), ("AT", []))] == [
        "above", "aside", "above", "aside", "", "",
    ]  # fmt: skip
    assert seen_from("CC", ["rolled-lateral"]) == ""


def test_a_suggested_region_is_held_against_the_readers_nipples():
    def regions(mm):
        x = NIPPLE_AT["LMLO"][0] - 10 * mm
        box = [x - 50, 950.0, x + 50, 1050.0]
        return of_result(
            {"images": [{"key": "LMLO", "laterality": "L", "findings": [{"id": "a", "score": 0.6, "box": box}]}]},
            FRAMES,
        )

    one = read(on("LCC", 40), nipples=BOTH)
    assert same(one, regions(45)) == [(0, 0)]
    assert same(one, regions(65)) == []


def test_millimetres_come_from_the_headers_of_images_with_a_nipple_alone(cast, django_assert_num_queries):
    exam = an_exam(cast.northside, cast.alice)
    spaced = {"00181164": {"vr": "DS", "Value": [0.2, 0.1]}, "00181114": {"vr": "DS", "Value": [2.0]}}
    exam.images.update(header=spaced)
    above, aside = (str(exam.images.get(laterality="L", view=view).pk) for view in ("CC", "MLO"))
    marked = {"landmarks": [{"image": above, "tool": "nipple", "points": [[1, 1]]}]}
    frames = frames_of(exam, {}, marked)
    assert (frames[above], frames[aside]) == (Frame(100.0, "above", (0.1, 0.05)), Frame(100.0, "aside"))
    with django_assert_num_queries(1):  # nobody has a nipple: no header is read
        frames_of(exam, {})


def test_the_readers_rows_say_how_they_were_linked(cast):
    exam = an_exam(cast.northside, cast.alice)
    exam.images.update(header={"00181164": {"vr": "DS", "Value": [0.5, 0.5]}})
    case = a_case(exam, cast.alice, protocol="double-reading")
    ids = {view: str(exam.images.get(laterality="L", view=view).pk) for view in ("CC", "MLO")}

    def a_body(view, x):
        made = suspicious()
        made["findings"][0].update(quadrant=None, marks=[_mark("k", ids[view], "point", x)])
        return {**made, "landmarks": [_mark("n", ids[view], "nipple", 70.0)]}

    def _mark(key, image, tool, x):
        return {"id": key, "image": image, "tool": tool, "points": [[x, 50.0]], "mm": None}

    reads = [
        a_locked_read(case, cast.people[who], a_body(view, x))
        for who, view, x in (("rosa", "CC", 30.0), ("rufus", "MLO", 22.0))
    ]
    [lesion] = linked(case, reads, None)["lesions"]
    assert lesion["note"] == "20 and 24 mm from the nipple"
    assert {place["image"] for place in lesion["places"]} == set(ids.values())


def test_the_viewer_draws_the_same_slack():
    said = Path(settings.ROOT / "static/viewer/src/viewer/geometry/breast.ts").read_text()
    assert float(re.search(r"export const SLACK = ([\d.]+);", said)[1]) == SLACK
