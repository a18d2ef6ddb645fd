"""A picture whose Exif asks to be turned is read upright, and what is told of it lies on its stored pixels."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from inference import dicom, phantom
from inference.cli.overlay import draw
from inference.datasets.records import DatasetError, read_pixels
from inference.networks.adapters.opened import stored_values
from inference.pipeline import Analyst, ImageInput
from inference.results import ExamResult
from inference.turn import TURNS, Turn

LESION = (150.0, 430.0, 28.0)
ROWS, COLS = 764, 573  # neither is a multiple of a cell


def upright(lesion: tuple[float, float, float] | None = LESION) -> np.ndarray:
    return phantom.mammogram("L", "MLO", rows=ROWS, cols=COLS, lesion=lesion, bits=8).astype(np.uint8)


def turned(grey: np.ndarray, orientation: int, kind: str = "PNG") -> bytes:
    """A file that stores `grey` turned and asks to be turned back."""
    turn = Turn.of(orientation, *(grey.T if orientation > 4 else grey).shape)
    picture = Image.fromarray(np.ascontiguousarray(grey if turn is None else turn.back(grey)))
    exif = Image.Exif()
    exif[274] = orientation
    out = BytesIO()
    picture.save(out, format=kind, exif=exif, **({"quality": 95} if kind == "JPEG" else {}))
    return out.getvalue()


def read(analyst: Analyst, data: bytes) -> ExamResult:
    return analyst.read_exam([ImageInput("one", data, "L", "MLO")])


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("orientation", TURNS)
def test_what_is_shown_is_what_pillow_shows_by_the_same_tag(orientation: int, kind: str) -> None:
    data = turned(upright(), orientation, kind)
    decoded = dicom.decode(data)
    with Image.open(BytesIO(data)) as picture:
        assert np.array_equal(decoded.pixels, np.asarray(picture))
        assert decoded.turn is not None
        assert np.array_equal(decoded.turn.upright(decoded.pixels), np.asarray(ImageOps.exif_transpose(picture)))


@pytest.mark.parametrize("orientation", TURNS)
def test_scores_are_those_of_the_upright_picture_and_regions_lie_on_the_stored_one(
    analyst: Analyst, orientation: int
) -> None:
    straight, data = read(analyst, turned(upright(), 1)), turned(upright(), orientation)
    found = read(analyst, data)
    assert found.exam_score == straight.exam_score
    (image,), (upright_image,) = found.images, straight.images
    (finding,), (upright_finding,) = image.findings, upright_image.findings
    assert (finding.height, finding.depth) == (upright_finding.height, upright_finding.depth)
    stored = dicom.decode(data)
    assert stored.turn is not None
    spot = np.zeros((ROWS, COLS), np.uint8)
    spot[int(LESION[1]), int(LESION[0])] = 1
    y, x = np.argwhere(stored.turn.back(spot))[0]
    x0, y0, x1, y1 = finding.box
    assert x0 < x < x1 and y0 < y < y1
    assert (x1 - x0) * (y1 - y0) == pytest.approx(area(upright_finding.box))
    corners = np.array(finding.polygon)
    assert corners.min(axis=0) == pytest.approx([x0, y0]) and corners.max(axis=0) == pytest.approx([x1, y1])
    assert image.saliency is not None and upright_image.saliency is not None
    tall, wide = stored.pixels.shape
    assert image.saliency.shape == (-(-tall // 8), -(-wide // 8))
    peak = np.argwhere(image.saliency >= image.saliency.max() * 0.95).mean(axis=0) * 8 + 3.5
    assert np.hypot(*(peak - (y, x))) < 14
    assert image.saliency.astype(int).sum() == pytest.approx(upright_image.saliency.astype(int).sum(), rel=0.02)


def area(box: tuple[float, float, float, float]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def test_the_overlay_shows_the_stored_picture_under_its_map(analyst: Analyst) -> None:
    data = turned(upright(), 6)
    (image,) = read(analyst, data).images
    drawn = draw(data, image)
    with Image.open(BytesIO(data)) as picture:
        assert drawn.size == picture.size
    red = np.asarray(drawn).astype(int)
    y, x = np.argwhere(red[..., 0] - red[..., 2] > 60).mean(axis=0)
    x0, y0, x1, y1 = image.findings[0].box
    assert x0 < x < x1 and y0 < y < y1


def test_a_turn_is_part_of_what_was_read() -> None:
    whole = turned(upright(), 1)
    square = upright()[:COLS]
    hashes = {dicom.decode(turned(square, orientation)).pixel_hash for orientation in (1, *TURNS)}
    assert len(hashes) == 8 and dicom.decode(whole).pixel_hash == dicom.decode(whole).pixel_hash


@pytest.mark.parametrize("orientation", [3, 6, 7])
def test_published_models_see_the_picture_upright_too(orientation: int) -> None:
    values = stored_values(dicom.decode(turned(upright(), orientation)))
    assert np.array_equal(values, stored_values(dicom.decode(turned(upright(), 1))))


def test_an_exif_that_cannot_be_read_turns_nothing() -> None:
    data = turned(upright(), 6, "JPEG").replace(b"Exif\0\0MM", b"Exif\0\0XX").replace(b"Exif\0\0II", b"Exif\0\0XX")
    assert dicom.decode(data).turn is None


def test_a_training_set_refuses_a_turned_picture_by_name(tmp_path: Path) -> None:
    (tmp_path / "one.png").write_bytes(turned(upright(), 6))
    with pytest.raises(DatasetError, match=r"one\.png.*save it upright"):
        read_pixels(tmp_path / "one.png")


def several(kind: str) -> bytes:
    out, grey = BytesIO(), Image.fromarray(upright())
    other = Image.fromarray(upright(None))
    grey.save(out, format=kind, save_all=True, append_images=[other])
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "MPO"])
def test_a_file_of_several_pictures_is_refused_by_name(analyst: Analyst, kind: str) -> None:
    (image,) = read(analyst, several(kind)).images
    assert not image.scored and [reason.code for reason in image.reasons] == ["several_pictures"]


@pytest.mark.parametrize("pages", [1, 2])
def test_a_tiff_is_refused_by_name_and_told_what_to_do(analyst: Analyst, pages: int) -> None:
    out, grey = BytesIO(), Image.fromarray(upright())
    grey.save(out, format="TIFF", save_all=True, append_images=[grey] * (pages - 1))
    (image,) = read(analyst, out.getvalue()).images
    assert [reason.code for reason in image.reasons] == ["tiff"] and "as PNG" in image.reasons[0].text
