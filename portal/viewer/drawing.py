"""Pictures drawn on the server: stored pixels through the reader's window, hung as the viewer hangs them; a key image with
its marks, or a rendering for a browser that cannot draw the image itself.

Only workers call it. Points are stored pixels, (0, 0) the centre of the first; a mark's place is exact to a pixel of the
picture (tests/portal/viewer/test_drawing.py).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from django.core.files.storage import default_storage
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from portal.exams import notes
from portal.exams.elements import Elements
from portal.exams.models import Image
from portal.exams.pixels import DecodeError, decode
from portal.reading.key_images import CannotDraw
from portal.viewer import voi
from portal.viewer.images import pose_of
from portal.viewer.pose import Pose
from portal.viewer.slots import name_of

LONGEST = 1400  # pixels of the picture's longer side: a reduced reproduction
STRIP = 28  # pixels above the image, for its name
NOT_FOR_DIAGNOSIS = "not for diagnosis"
INK, HALO = (92, 208, 222), (0, 0, 0)
Point = tuple[float, float]


def draw(image: Image, recipe: dict[str, Any]) -> bytes:
    """The key image as JPEG. Raises CannotDraw where the file is gone or its pixels cannot be read."""
    grey, shape, hung = hung_grey(image, recipe)
    canvas = under_a_strip(reduced(grey), name_of(image))
    size = (canvas.width, canvas.height - STRIP)
    pen = ImageDraw.Draw(canvas)
    for mark in recipe["marks"]:
        points = [
            placed(point, shape, hung, (size[0] / grey.shape[1], size[1] / grey.shape[0])) for point in mark["points"]
        ]
        _mark(pen, mark, points)
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=92, subsampling=0)
    return out.getvalue()


def render(image: Image, recipe: dict[str, Any]) -> bytes:
    """The image as an 8-bit PNG that says itself what it is not for. Raises CannotDraw as `draw` does."""
    grey, _, _ = hung_grey(image, recipe)
    out = io.BytesIO()
    under_a_strip(reduced(grey), f"{name_of(image)}: {NOT_FOR_DIAGNOSIS}").convert("L").save(
        out, "PNG", compress_level=3
    )
    return out.getvalue()


def hung_grey(image: Image, recipe: dict[str, Any]) -> tuple[NDArray[np.uint8], tuple[int, ...], Pose]:
    """The recipe's frame as it hangs, the shape it is stored in, and how it was turned. Raises CannotDraw."""
    try:
        with default_storage.open(image.object_key) as file:
            frames = decode(file.read()).values
    except OSError:
        raise CannotDraw(notes.NOT_STORED) from None
    except DecodeError as error:
        raise CannotDraw(notes.NOT_DECODED.format(sentence=error)) from None
    frame = frames[min(recipe["frame"], len(frames)) - 1]
    if frame.ndim != 2:
        raise CannotDraw(notes.IN_COLOUR)
    header = Elements(image.header)
    hung = pose_of(image, header)
    return turned(shades(frame, header, recipe), hung), frame.shape, hung


def reduced(grey: NDArray[np.uint8]) -> Pillow.Image:
    """At most LONGEST pixels on a side, each the mean of those it stands for."""
    shown, scale = Pillow.fromarray(grey), min(1.0, LONGEST / max(grey.shape))
    size = (max(1, round(shown.width * scale)), max(1, round(shown.height * scale)))
    return shown.resize(size, Pillow.Resampling.BOX) if scale < 1 else shown


def under_a_strip(shown: Pillow.Image, words: str) -> Pillow.Image:
    """The picture in colours below a strip of STRIP pixels with words, which are written smaller where they do not fit."""
    canvas = Pillow.new("RGB", (shown.width, shown.height + STRIP))
    canvas.paste(shown.convert("RGB"), (0, STRIP))
    pen = ImageDraw.Draw(canvas)
    font = next(
        (made for size in range(18, 5, -1) if pen.textlength(words, made := _font(size)) <= shown.width - 8), _font(6)
    )
    pen.text((4, 4), words, fill=(255, 255, 255), font=font)
    return canvas


def _font(size: int) -> Any:
    return ImageFont.load_default(size)


def shades(frame: NDArray[Any], header: Elements, recipe: dict[str, Any]) -> NDArray[np.uint8]:
    """Stored values as 8-bit grey: rescaled, through the recipe's window or LUT, inverted once for MONOCHROME1 and once more
    where the reader inverted it, padding black. Source: PS3.3 C.11.1, C.11.2.1.
    """
    line = voi.rescale(header)
    values = frame.astype(np.float64) * line["slope"] + line["intercept"]
    luts, chosen = voi.luts(header), recipe.get("lut")
    if chosen is not None and chosen < len(luts):
        grey = _looked_up(values, luts[chosen])
    else:
        grey = _windowed(values, recipe["center"], recipe["width"], recipe["function"])
    if (header.text("PhotometricInterpretation") == "MONOCHROME1") != recipe["invert"]:
        grey = 1 - grey
    padding = header.number("PixelPaddingValue")
    if padding is not None:
        floor = padding < 2 ** (int(header.number("BitsStored") or 12) - 1)
        grey = np.where(frame <= padding if floor else frame >= padding, 0.0, grey)
    return np.round(grey * 255).astype(np.uint8)


def _windowed(values: NDArray[np.float64], center: float, width: float, function: str) -> NDArray[np.float64]:
    """C.11.2.1.2 and C.11.2.1.3."""
    if function == "SIGMOID":
        return 1 / (1 + np.exp(np.clip(-4 * (values - center) / width, -60, 60)))
    if function == "LINEAR_EXACT":
        return np.clip((values - center) / width + 0.5, 0, 1)
    if width <= 1:
        return np.where(values <= center - 0.5, 0.0, 1.0)
    return np.clip((values - (center - 0.5)) / (width - 1) + 0.5, 0, 1)


def _looked_up(values: NDArray[np.float64], lut: dict[str, Any]) -> NDArray[np.float64]:
    """C.11.2.1.1: values outside the table take its ends."""
    table = np.asarray(lut["data"], dtype=np.float64) / (2 ** lut["bits"] - 1)
    at = np.clip(np.round(values).astype(np.int64) - lut["first"], 0, len(table) - 1)
    looked_up: NDArray[np.float64] = np.clip(table[at], 0, 1)
    return looked_up


def turned(grey: NDArray[np.uint8], hung: Pose) -> NDArray[np.uint8]:
    """The image as it hangs: clockwise by `rotate`, then mirrored left to right where `flip`."""
    made = np.rot90(grey, -hung.rotate // 90)
    return np.ascontiguousarray(made[:, ::-1] if hung.flip else made)


def placed(point: list[float], shape: tuple[int, ...], hung: Pose, scale: tuple[float, float]) -> Point:
    """Where a stored pixel (x, y) lies in the picture; the centre of pixel k of a side scaled by s is at (k + 0.5) s - 0.5."""
    (x, y), (rows, columns) = point, shape
    for _ in range(hung.rotate // 90):
        x, y, rows, columns = rows - 1 - y, x, columns, rows
    if hung.flip:
        x = columns - 1 - x
    return (x + 0.5) * scale[0] - 0.5, (y + 0.5) * scale[1] - 0.5 + STRIP


def _mark(pen: ImageDraw.ImageDraw, mark: dict[str, Any], points: list[Point]) -> None:
    lines = list(_lines(mark["tool"], points))
    for colour, width in ((HALO, 5), (INK, 2)):
        for line in lines:
            pen.line(line, fill=colour, width=width, joint="curve")
    right = max(x for line in lines for x, _ in line)
    top = min(y for line in lines for _, y in line)
    spot = (min(right + 5, pen.im.size[0] - 18), max(top - 12, STRIP))
    font = ImageFont.load_default(20)
    pen.text(spot, str(mark["number"]), fill=INK, font=font, stroke_width=2, stroke_fill=HALO)


def _lines(tool: str, points: list[Point]) -> Iterator[list[Point]]:
    """The strokes of a mark. An ellipse is its centre and the ends of its two half axes; an arrow points at its first."""
    if tool == "ellipse" and len(points) >= 3:
        (cx, cy), (ax, ay), (bx, by) = points[:3]
        turn = np.linspace(0, 2 * np.pi, 65)
        yield [
            (cx + (ax - cx) * c + (bx - cx) * s, cy + (ay - cy) * c + (by - cy) * s)
            for c, s in zip(np.cos(turn), np.sin(turn), strict=True)
        ]
    elif len(points) == 1 or tool == "point":
        x, y = points[0]
        yield [(x - 9, y), (x + 9, y)]
        yield [(x, y - 9), (x, y + 9)]
    else:
        yield points
    if tool == "arrow" and len(points) > 1:
        yield from _head(points[0], points[1])


def _head(tip: Point, tail: Point) -> Iterator[list[Point]]:
    angle = np.arctan2(tail[1] - tip[1], tail[0] - tip[0])
    for side in (-0.45, 0.45):
        yield [tip, (tip[0] + 14 * float(np.cos(angle + side)), tip[1] + 14 * float(np.sin(angle + side)))]
