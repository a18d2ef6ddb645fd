"""Writing and marks over the breast keep an image from being scored; labels beside it, and lesions, do not."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inference import breast, phantom
from inference.dicom import decode
from inference.presentation import present
from inference.quality import burnt_in
from tests.inference.conftest import SHARED

IN_BREAST, IN_AIR = (220, 520), (560, 90)


def found(image: np.ndarray) -> list[str]:
    shown = np.asarray(image, dtype=np.float32)
    return [reason.code for reason in burnt_in(shown, breast.find(shown))]


def film(**options: object) -> np.ndarray:
    return phantom.mammogram("L", "CC", rows=1024, cols=768, **options).astype(np.float32) / 4095


def stamp(image: np.ndarray, kind: str, at: tuple[int, int], size: int = 30) -> np.ndarray:
    """`image` with something drawn over it in white."""
    picture = Image.fromarray((image * 255).astype(np.uint8))
    pen, (x, y) = ImageDraw.Draw(picture), at
    if kind == "text":
        pen.text((x - size, y), "CAD 87", fill=255, font=ImageFont.load_default(size=size), anchor="lm")
    elif kind == "upright text":
        line = Image.new("L", (6 * size, 2 * size))
        ImageDraw.Draw(line).text((0, size), "CAD 87", fill=255, font=ImageFont.load_default(size=size), anchor="lm")
        turned = line.rotate(90, expand=True)
        picture.paste(255, (x, y - 3 * size), turned)
    elif kind == "ring":
        pen.ellipse((x - size, y - 0.8 * size, x + size, y + 0.8 * size), outline=255, width=3)
    else:
        corners = [(x, y - size), (x - size, y + size), (x + size, y + size)]
        pen.polygon(corners, outline=255, fill=255 if kind == "filled triangle" else None, width=3)
    return np.asarray(picture, dtype=np.float32) / 255


KINDS = {
    "text": "text_burnt_in",
    "upright text": "text_burnt_in",
    "ring": "mark_burnt_in",
    "triangle": "mark_burnt_in",
    "filled triangle": "mark_burnt_in",
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_drawn_over_the_breast_is_named(kind: str) -> None:
    assert found(film()) == []
    assert found(stamp(film(), kind, IN_BREAST)) == [KINDS[kind]]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_beside_the_breast_does_no_harm(kind: str) -> None:
    assert found(stamp(film(), kind, IN_AIR)) == []


@pytest.mark.parametrize("radius", [4, 15, 40])
def test_a_bright_round_lesion_or_marker_is_no_drawing(radius: int) -> None:
    assert found(film(lesion=(*IN_BREAST, radius))) == []
    yy, xx = np.indices((1024, 768))
    assert found(np.where(np.hypot(xx - 220, yy - 520) < radius, 1.0, film())) == []


def test_calcifications_are_no_writing() -> None:
    image = film()
    rng = np.random.default_rng(0)
    for x, y in rng.integers((180, 480), (260, 560), (40, 2)):
        image[y : y + 3, x : x + 3] = 1.0
    assert found(image) == []


@pytest.mark.slow
@pytest.mark.parametrize(("name", "most"), [("mias", 0), ("cdd-cesm", 1)])
def test_real_mammograms_with_labels_beside_the_breast_are_let_through(name: str, most: int) -> None:
    files = sorted((SHARED / name / "images").glob("*"))[::3]
    if not files:
        pytest.skip(f"../shared/data/{name} is not here")
    refused = [path.name for path in files if found(present(decode(Path(path))))]
    assert len(refused) <= most, refused


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["text", "ring", "filled triangle"])
def test_most_drawings_over_real_breasts_are_found(kind: str) -> None:
    files = sorted((SHARED / "cdd-cesm" / "images").glob("*"))[::6]
    if not files:
        pytest.skip("../shared/data/cdd-cesm is not here")
    hits = 0
    for path in files:
        shown = present(decode(path))
        box = breast.find(shown).box
        middle = (round((box.left + box.right) / 2), round((box.top + box.bottom) / 2))
        hits += bool(found(stamp(shown, kind, middle, size=max(shown.shape) // 40)))
    assert hits >= 0.8 * len(files)
