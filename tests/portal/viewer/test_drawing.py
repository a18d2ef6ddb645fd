"""Key images are drawn as the viewer shows them: grey, side, and each mark where it lies, to a pixel."""

from __future__ import annotations

import io

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image as Pillow
from pydicom import dcmread

from inference import phantom
from portal.exams.elements import Elements
from portal.reading.key_images import CannotDraw
from portal.viewer.drawing import LONGEST, STRIP, draw, placed, shades, turned
from portal.viewer.pose import Pose

RECIPE = {"frame": 1, "center": 2048, "width": 4096, "function": "LINEAR", "lut": None, "invert": False, "marks": []}


class Stored:
    """What a row of an image tells the drawer."""

    view_modifiers, frames, pixel_stats = [], 1, {}

    def __init__(self, data: bytes, laterality: str = "L", view: str = "CC") -> None:
        self.laterality, self.view = laterality, view
        self.header = dcmread(io.BytesIO(data)).to_json_dict()
        self.object_key = default_storage.save("test-drawing/image.dcm", ContentFile(data))


def stored(rows=600, columns=480, **keywords) -> Stored:
    return Stored(phantom.dicom(laterality="L", view="CC", rows=rows, cols=columns, **keywords))


def picture(image, **recipe):
    return np.asarray(Pillow.open(io.BytesIO(draw(image, {**RECIPE, **recipe}))).convert("RGB")).astype(int)


def ink(drawn):
    """Where the marks' colour is: (rows, columns) of pixels that are clearly bluish."""
    return np.nonzero((drawn[..., 2] - drawn[..., 0] > 90)[STRIP:])


@pytest.mark.parametrize("rows, columns", [(600, 480), (2800, 2100)])
def test_a_mark_lies_within_a_pixel_of_its_place_also_in_a_reduced_picture(rows, columns):
    image = stored(rows, columns)
    x, y = columns * 0.31, rows * 0.62
    mark = {"number": 3, "tool": "ellipse", "points": [[x, y], [x + columns * 0.1, y], [x, y + rows * 0.05]]}
    drawn = picture(image, marks=[mark])
    scale = min(1.0, LONGEST / max(rows, columns))
    assert drawn.shape[:2] == (round(rows * scale) + STRIP, round(columns * scale))
    down, across = ink(drawn)
    near = across < (x + columns * 0.1) * scale + 3  # without the number to its right
    middle = ((across[near].min() + across[near].max()) / 2, (down[near].min() + down[near].max()) / 2)
    hung = draw_pose(image)
    wanted = placed([x, y], (rows, columns), hung, (drawn.shape[1] / columns, (drawn.shape[0] - STRIP) / rows))
    assert hung == Pose(0, False, "left")
    assert abs(middle[0] - wanted[0]) <= 1 and abs(middle[1] + STRIP - wanted[1]) <= 1
    assert abs(wanted[0] - ((x + 0.5) * scale - 0.5)) < 0.5


def draw_pose(image):
    from portal.viewer.images import pose_of

    return pose_of(image, Elements(image.header))


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("flip", [False, True])
def test_points_go_where_the_pixels_go_in_every_pose(rotate, flip):
    grey = np.zeros((7, 5), dtype=np.uint8)
    grey[2, 3] = 255
    hung = Pose(rotate, flip, "left")
    (row,), (column,) = np.nonzero(turned(grey, hung))
    assert placed([3.0, 2.0], grey.shape, hung, (1.0, 1.0)) == (column, row + STRIP)


def header(**keywords):
    made = dcmread(io.BytesIO(phantom.dicom(laterality="L", view="CC", rows=64, cols=48, **keywords)))
    return Elements(made.to_json_dict())


@pytest.mark.parametrize("function, value, grey", [
    ("LINEAR", 1499.5, 0.5), ("LINEAR", 1000, 0.0), ("LINEAR_EXACT", 1500, 0.5), ("LINEAR_EXACT", 1250, 0.25), ("SIGMOID", 1500, 0.5),
    ("SIGMOID", 1750, 0.731),
])  # fmt: skip
def test_windows_follow_the_standard(function, value, grey):
    recipe = {**RECIPE, "center": 1500, "width": 1000, "function": function}
    shown = shades(np.array([[value]]), header(), recipe)
    assert abs(shown[0, 0] / 255 - grey) < 0.004


def test_monochrome1_is_inverted_once_after_the_window_and_again_where_the_reader_inverts():
    values = np.array([[1100, 1900]])
    recipe = {**RECIPE, "center": 1500, "width": 1000, "function": "LINEAR_EXACT"}
    one, two = header(PhotometricInterpretation="MONOCHROME1"), header(PhotometricInterpretation="MONOCHROME2")
    for elements, invert, brighter in ((two, False, 1), (two, True, 0), (one, False, 0), (one, True, 1)):
        shown = shades(values, elements, {**recipe, "invert": invert})[0]
        assert int(np.argmax(shown)) == brighter
        assert sorted(shown) == pytest.approx([25.5, 229.5], abs=0.6)


def test_padding_stays_black_whatever_the_inversion():
    elements = header(PixelPaddingValue=0)
    for invert in (False, True):
        shown = shades(np.array([[0, 900]]), elements, {**RECIPE, "center": 1500, "width": 1000, "invert": invert})
        assert shown[0, 0] == 0


def test_the_side_and_view_stand_above_the_image_and_not_on_it():
    one, other = stored(), stored()
    other.laterality, other.header["00200062"] = "R", {"vr": "CS", "Value": ["R"]}
    first, second = picture(one), picture(other)
    assert (first[:STRIP] > 200).any() and (first[:STRIP] != second[:STRIP]).any()


def test_what_is_gone_or_broken_says_so():
    image = stored()
    image.object_key = "test-drawing/none.dcm"
    with pytest.raises(CannotDraw, match="not in the storage"):
        draw(image, RECIPE)
    image.object_key = default_storage.save("test-drawing/broken.dcm", ContentFile(b"nothing"))
    with pytest.raises(CannotDraw, match="cannot be decoded"):
        draw(image, RECIPE)
