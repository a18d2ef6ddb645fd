"""Images hang by side and view; what is missing or doubled is said, and no image is without a place."""

from dataclasses import dataclass, field

from portal.viewer import hanging


@dataclass
class Img:
    pk: str
    laterality: str
    view: str
    view_modifiers: list = field(default_factory=list)


def images(*names):
    return [Img(f"{n}{name}", name[0], name[1:]) for n, name in enumerate(names)]


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
    assert [cell["image"] for cell in layout(found, "further:1")["cells"]] == ["4LMLO"]


def test_spot_and_magnification_views_do_not_stand_for_the_standard_one():
    some = [*images("RCC", "RMLO", "LMLO"), Img("spot", "L", "CC", ["spot", "magnification"])]
    assert hanging.missing(some) == ["LCC"]
    assert layout(hanging.layouts(some), "cc")["cells"][1]["image"] is None
    assert hanging.name_of(some[3]) == "L CC spot magnification"


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
