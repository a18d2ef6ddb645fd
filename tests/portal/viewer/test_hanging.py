"""Images hang by side and view; what is missing or doubled is said, and no image is without a place."""

from dataclasses import dataclass, field

from portal.viewer import hanging, slots


@dataclass
class Img:
    pk: str
    laterality: str
    view: str
    view_modifiers: list = field(default_factory=list)
    frames: int = 1


def images(*names):
    return [Img(f"{n}{name}", name[0], name[1:]) for n, name in enumerate(names)]


def shown(found, code):
    """The images of a layout row by row, as "RCC"; "-" where there is none."""
    return [(cell["image"] or "0-")[1:] for cell in layout(found, code)["cells"]]


def steps(found):
    return [one["id"] for one in found if one["step"]]


def layout(found, code):
    return next(one for one in found if one["id"] == code)


def test_the_four_views_hang_chest_wall_to_chest_wall():
    found = hanging.layouts(images("LMLO", "RCC", "LCC", "RMLO"))
    assert [cell["image"][1:] for cell in layout(found, "4up")["cells"]] == ["RCC", "LCC", "RMLO", "LMLO"]
    assert [cell["image"][1:] for cell in layout(found, "mlo")["cells"]] == ["RMLO", "LMLO"]
    assert [one["label"] for one in found if one["id"].startswith("single")] == ["R CC", "L CC", "R MLO", "L MLO"]


def test_a_missing_view_leaves_its_place_and_is_named():
    some = images("RCC", "LCC", "LMLO")
    assert hanging.missing(some) == ["RMLO"]
    assert layout(hanging.layouts(some), "4up")["cells"][2] == {"image": None, "say": "R MLO missing"}


def test_ml_is_not_mlo():
    some = images("RCC", "LCC", "RMLO", "LML")
    assert hanging.missing(some) == ["LMLO"]
    assert layout(hanging.layouts(some), "4up")["cells"][3] == {"image": "3LML", "say": "L ML in place of MLO"}


def test_of_two_images_of_one_view_the_first_hangs_and_the_second_has_a_place_and_it_is_said():
    found = hanging.layouts(images("RCC", "LCC", "RMLO", "LMLO", "LMLO"))
    assert layout(found, "4up")["cells"][3] == {"image": "3LMLO", "say": "1 of 2"}
    assert [cell["image"] for cell in layout(found, "again:LMLO:1")["cells"]] == ["3LMLO", "4LMLO"]


def test_spot_and_magnification_views_do_not_stand_for_the_standard_one():
    some = [*images("RCC", "RMLO", "LMLO"), Img("spot", "L", "CC", ["spot", "magnification"])]
    assert hanging.missing(some) == ["LCC"]
    assert layout(hanging.layouts(some), "cc")["cells"][1]["image"] is None
    assert slots.name_of(some[3]) == "L CC spot magnification"


def test_every_image_of_an_odd_exam_has_a_place():
    some = [*images("RCC", "RCC", "RCC", "LXCCL", "LMLO", "LMLO", "RML", "RAT"), Img("dark", "", "")]
    for one in some:
        held = [found["id"] for found in hanging.layouts(some) if one.pk in [c["image"] for c in found["cells"]]]
        assert len(held) >= 2, one


def test_cells_fill_their_layouts():
    for n in range(1, 12):
        for found in hanging.layouts([Img(str(k), "L", "AT") for k in range(n)]):
            assert len(found["cells"]) == found["rows"] * found["columns"]


def test_the_first_layout_is_the_smallest_that_shows_the_standard_views():
    def start(*names):
        some = images(*names)
        return hanging.initial(hanging.layouts(some), some)

    assert start("RCC", "LCC", "RMLO", "LMLO") == "4up"
    assert start("RCC", "LCC") == "cc"
    assert start("RMLO") == "single:0RMLO"
    assert start("RMLO", "LMLO") == "mlo"
    assert start("RAT", "LAT") == "further:1"
    assert start() == "4up"


def test_an_exam_of_one_breast_hangs_both_views_beside_each_other_and_says_which_breast_is_missing():
    found = hanging.layouts(images("LCC", "LMLO"))
    assert (shown(found, "4up"), layout(found, "4up")["rows"]) == (["LCC", "LMLO"], 1)
    assert layout(found, "4up")["say"] == "No image of the right breast"
    assert hanging.initial(found, images("LCC", "LMLO")) == "4up"


def test_a_spot_view_hangs_beside_the_standard_view_it_belongs_to():
    spot = Img("9spot", "L", "CC", ["spot", "magnification"])
    found = hanging.layouts([*images("RCC", "LCC", "RMLO", "LMLO"), spot])
    assert shown(found, "spot:LCC:1") == ["LCC", "spot"]
    assert layout(found, "spot:LCC:1")["label"] == "L CC spot"


def test_images_with_the_implant_displaced_have_a_step_of_their_own_and_never_take_a_plain_ones_place():
    four = images("RCC", "LCC", "RMLO", "LMLO")
    pushed = [Img(f"9{i.laterality}{i.view}-id", i.laterality, i.view, ["implant-displaced"]) for i in four]
    found = hanging.layouts([*pushed, *four])
    assert shown(found, "4up") == ["RCC", "LCC", "RMLO", "LMLO"]
    assert layout(found, "4up")["cells"][0]["say"] == ""
    assert shown(found, "displaced") == ["RCC-id", "LCC-id", "RMLO-id", "LMLO-id"]
    alone = hanging.layouts(pushed)
    assert layout(alone, "4up")["cells"][0] == {"image": "9RCC-id", "say": "implant displaced"}


def test_tomosynthesis_has_a_step_of_its_own_beside_plain_images_and_takes_their_place_where_there_are_none():
    stacks = [Img("8Rtomo", "R", "CC", [], 60), Img("9Ltomo", "L", "CC", [], 60)]
    found = hanging.layouts([*stacks, *images("RCC", "LCC")])
    assert shown(found, "cc") == ["RCC", "LCC"]
    assert shown(found, "tomo")[:2] == ["Rtomo", "Ltomo"]
    assert shown(hanging.layouts(stacks), "cc") == ["Rtomo", "Ltomo"]


def prior(name="Prior 2009", *views):
    return hanging.Earlier(name, [Img(f"{name[-1]}{view}-then", view[0], view[1:]) for view in views])


FOUR = ("RCC", "LCC", "RMLO", "LMLO")


def test_the_earlier_exam_hangs_one_step_back_and_below_view_by_view():
    found = hanging.layouts(images(*FOUR), [prior("Prior 2009", *FOUR)])
    assert steps(found) == ["4up:prior", "4up", "cc:over", "mlo:over", "cc", "mlo"]
    assert shown(found, "4up:prior") == [f"{view}-then" for view in FOUR]
    assert shown(found, "cc:over") == ["RCC", "LCC", "RCC-then", "LCC-then"]
    assert hanging.initial(found, images(*FOUR)) == "4up"


def test_one_key_leads_from_every_layout_to_the_same_places_of_the_earlier_exam_and_back():
    found = {one["id"]: one for one in hanging.layouts(images(*FOUR), [prior("Prior 2009", "RCC", "LMLO")])}
    for here, there in [("4up", "4up:prior"), ("cc", "cc:prior"), ("single:0RCC", "single:9RCC-then")]:
        assert (found[here]["back"], found[there]["back"]) == (there, here)
        assert len(found[here]["cells"]) == len(found[there]["cells"])
    assert found["single:1LCC"]["back"] is None
    assert found["cc:prior"]["cells"][1] == {"image": None, "say": "L CC not in Prior 2009"}


def test_the_newest_earlier_exam_that_shows_a_view_of_this_one_is_compared_and_the_others_follow():
    one, two, three = prior("2011", "LMLO"), prior("2009", "RCC", "LCC"), prior("2007", "RCC")
    found = hanging.layouts(images("RCC", "RMLO"), [one, two, three])
    assert shown(found, "cc:over") == ["RCC-then", "RCC"]  # one breast: earlier beside present
    assert [layout(found, code)["label"] for code in steps(found) if "prior:" in code] == [
        "2011",
        "2009, whole",
        "2007",
    ]
    assert [view for view in shown(found, "prior:2") if view != "-"] == ["RCC-then", "LCC-then"]


def test_without_a_view_in_common_nothing_hangs_over_anything():
    found = hanging.layouts(images("RCC"), [prior("2009", "LAT")])
    assert not any("over" in code or ":prior" in code for code in steps(found))
    assert any("9LAT-then" in [cell["image"] for cell in one["cells"]] and one["step"] for one in found)


def test_a_strange_exam_starts_with_its_own_images_and_not_with_the_earlier_ones():
    some = [Img("dark", "", "")]
    found = hanging.layouts(some, [prior("2009", *FOUR)])
    start = layout(found, hanging.initial(found, some))
    assert [cell["image"] for cell in start["cells"]] == ["dark"]


def test_every_image_of_now_and_before_has_a_step():
    now = images("RCC", "RCC", "LXCCL", "LMLO", "LMLO", "RML", "RAT")
    priors = [prior("2011", "RCC", "RAT", "LSIO"), prior("2009", *FOUR, "RML"), prior("2007", "LAT")]
    found = hanging.layouts(now, priors)
    held = {cell["image"] for one in found if one["step"] for cell in one["cells"]}
    assert {str(i.pk) for exam in (now, *(one.images for one in priors)) for i in exam} <= held
    assert len({one["id"] for one in found}) == len(found)
