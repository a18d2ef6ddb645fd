"""Marks and writing burnt into the breast: uniform strokes at the image's brightest value, with edges no anatomy has.

A network would take them for findings, or read what another system marked. Side labels in the air do not count.
Limits were chosen on mini-MIAS, CDD-CESM and CBIS-DDSM with drawings laid over every fourth image, and measured on the same:
1 of 383 real images is refused, 353 of 384 drawings (92 %) are found. Neither is an estimate for images yet unseen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inference.breast import Breast, Mask
from inference.results import Reason

BRIGHT = 0.97  # of the brightest value: JPEG leaves a stroke uneven
STEP = 0.12  # share of the range by which a stroke stands out within two pixels
RIM = 3  # pixels around a part in which its step is looked for
SHARP = 0.7  # share of a part's outline that has such a step
LEAST_AREA = 12  # pixels; smaller parts are noise
LEAST_MARK = 20  # pixels; shorter than a mark that is meant to be seen
LEAST_GLYPH, GLYPHS = 7, 3  # pixels, and how many letters of one height in one line make a text
MOST_SIDE = 0.2  # of the image's longer side; longer than any label or mark
MOST_BRIGHT = 0.2  # of the breast; beyond this it is burnt out, which another reason says
MOST_PARTS = 400  # looked at, largest first

TEXT = "Not scored: writing is burnt into the breast. Send the image without its overlay."
MARK = "Not scored: a mark is burnt into the breast, as a reader or a CAD system draws it. Send the image without it."


@dataclass(frozen=True)
class Part:
    """One sharp-edged bright part: its box in stored pixels, its area and the area of the holes it encloses."""

    top: int
    left: int
    tall: int
    wide: int
    area: int
    hollow: int

    @property
    def is_mark(self) -> bool:
        """A ring, a hollow or a filled triangle; not a disc, which a skin marker is, nor a line, which a wire is."""
        if min(self.tall, self.wide) < LEAST_MARK:
            return False
        box = self.tall * self.wide
        ring = self.hollow > 0.25 * box and self.area < 0.5 * box
        return ring or (self.hollow == 0 and 0.35 < self.area / box < 0.65)


def burnt_in(image: NDArray[np.float32], breast: Breast) -> list[Reason]:
    """Reasons from the presented image (rows, cols), in [0, 1], and the breast found in it."""
    parts = list(_parts(image, breast))
    if _writing(parts):
        return [Reason("text_burnt_in", TEXT)]
    return [Reason("mark_burnt_in", MARK)] if any(part.is_mark for part in parts) else []


def _parts(image: NDArray[np.float32], breast: Breast) -> Iterator[Part]:
    """Bright parts inside the breast whose outline is a step."""
    box = breast.box
    window = image[box.top : box.bottom, box.left : box.right]
    bright = window >= BRIGHT * float(window.max())
    if not LEAST_AREA <= np.count_nonzero(bright) <= MOST_BRIGHT * bright.size:
        return
    bright &= _inner(breast)
    if not bright.any():
        return
    top, left, bright = _trimmed(bright)
    window = window[top : top + bright.shape[0], left : left + bright.shape[1]]
    labels, count = ndimage.label(bright, np.ones((3, 3)))
    sizes = np.bincount(labels[bright], minlength=count + 1)
    places = ndimage.find_objects(labels)
    for number in np.argsort(sizes)[::-1][:MOST_PARTS]:
        if sizes[number] < LEAST_AREA:
            return
        rows, cols = places[number - 1]
        tall, wide = rows.stop - rows.start, cols.stop - cols.start
        if max(tall, wide) <= MOST_SIDE * max(image.shape) and _sharp(window, labels, int(number), rows, cols):
            part = labels[rows, cols] == number
            hollow = int(ndimage.binary_fill_holes(part).sum()) - int(sizes[number])
            yield Part(top + rows.start, left + cols.start, tall, wide, int(sizes[number]), hollow)


def _trimmed(bright: Mask) -> tuple[int, int, Mask]:
    """What lies around the bright pixels and RIM beyond them: its first row and column, and that part of the mask."""
    ys, xs = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
    top, left = max(int(ys[0]) - RIM, 0), max(int(xs[0]) - RIM, 0)
    return top, left, bright[top : ys[-1] + RIM + 1, left : xs[-1] + RIM + 1]


def _inner(breast: Breast) -> Mask:
    """The breast without its rim, on the stored pixels of its box: labels may touch the skin line."""
    box, mask = breast.box, ndimage.binary_erosion(breast.mask, iterations=3, border_value=1)
    ys, xs = np.arange(box.top, box.bottom, dtype=np.float64), np.arange(box.left, box.right, dtype=np.float64)
    return breast.at(ys, xs, np.asarray(mask, dtype=np.bool_))


def _sharp(window: NDArray[np.float32], labels: NDArray[np.int32], number: int, rows: slice, cols: slice) -> bool:
    """Whether most of the part's outline falls off by STEP within two pixels."""
    top, left = max(rows.start - RIM, 0), max(cols.start - RIM, 0)
    around = np.s_[top : rows.stop + RIM, left : cols.stop + RIM]
    part = labels[around] == number
    rim = part & ~ndimage.binary_erosion(part, border_value=1)
    lowest = ndimage.minimum_filter(window[around], 5)
    return bool(rim.any() and (window[around][rim] - lowest[rim] >= STEP).mean() >= SHARP)


def _writing(parts: Sequence[Part]) -> bool:
    """Whether GLYPHS parts of about one height stand side by side in one line, along either axis."""
    letters = [part for part in parts if min(part.tall, part.wide) >= 2 and max(part.tall, part.wide) >= LEAST_GLYPH]
    return any(_line(one, letters, turned) >= GLYPHS for one in letters for turned in (False, True))


def _line(one: Part, others: Sequence[Part], turned: bool) -> int:
    """How many of `others` continue the line that `one` opens, itself counted."""
    high, base, at = (one.wide, one.left, one.top) if turned else (one.tall, one.top, one.left)
    count, reach = 0, at + 3 * high
    for other in sorted(others, key=lambda part: part.top if turned else part.left):
        size, line, start = (other.wide, other.left, other.top) if turned else (other.tall, other.top, other.left)
        length = other.tall if turned else other.wide
        alike = 0.6 <= size / high <= 1.6 and abs(line + size / 2 - base - high / 2) < 0.5 * high
        if alike and at <= start <= reach and high >= LEAST_GLYPH:
            count, reach = count + 1, start + length + 2 * high
    return count
