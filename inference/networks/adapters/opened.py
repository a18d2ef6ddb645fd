"""Images as a brought model takes them: opened, checked, and chosen by side and view."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference import breast, dicom
from inference.admission import ImageInput, judged
from inference.admission import Opened as Judged
from inference.decode.decoded import Decoded
from inference.results import ImageResult, Reason

VIEWS: Final = ("CC", "MLO")
FOUR: Final = (("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO"))
Place = tuple[str, str]
"""Side and view."""
STACK: Final = Reason("several_frames", "Not scored: this model reads two-dimensional views, not tomosynthesis.")


@dataclass(frozen=True)
class Opened:
    """An image that may be scored. values: `stored_values`. place: None where the picture tells no side or view."""

    judged: Judged
    values: NDArray[np.float32]

    @property
    def key(self) -> str:
        return self.judged.key

    @property
    def found(self) -> breast.Breast:
        return self.judged.found

    @property
    def laterality(self) -> str | None:
        return self.judged.laterality

    @property
    def view(self) -> str | None:
        return self.judged.view

    @property
    def place(self) -> Place | None:
        return (self.laterality, self.view) if self.laterality and self.view else None


def open_image(image: ImageInput) -> Opened | ImageResult:
    """Decode and check one image by the rules that every release's images pass; tomosynthesis is refused."""
    try:
        decoded = dicom.decode(image.data)
    except dicom.DecodeError as error:
        reason = Reason(error.code, f"Not scored: {error.advice}")
        return ImageResult(image.key, image.laterality, image.view, scored=False, reasons=(reason,))
    if decoded.frames > 1:
        sides = image.laterality or decoded.laterality, image.view or decoded.view
        return ImageResult(image.key, *sides, scored=False, reasons=(STACK,), pixel_hash=decoded.pixel_hash)
    found = judged(image, decoded, VIEWS)
    return found if isinstance(found, ImageResult) else Opened(found, stored_values(decoded))


def stored_values(decoded: Decoded) -> NDArray[np.float32]:
    """Values (rows, cols) after the modality transform, before any window: tissue bright, the lowest 0, padding 0; upright.

    The published models saw stored values, which windows had not touched.
    """
    stored = decoded.pixels.mean(axis=-1) if decoded.samples > 1 else decoded.pixels
    values = np.asarray(stored, dtype=np.float32) * decoded.slope + decoded.intercept
    if decoded.photometric == "MONOCHROME1":
        values = -values
    padding = np.zeros(stored.shape, dtype=np.bool_)
    if decoded.padding is not None:
        padding = np.asarray((stored >= decoded.padding[0]) & (stored <= decoded.padding[1]))
    lowest = values[~padding].min() if not padding.all() else values.min()
    laid = np.asarray(np.where(padding, 0.0, values - lowest), dtype=np.float32)
    return laid if decoded.turn is None else np.ascontiguousarray(decoded.turn.upright(laid))


def four_views(images: Sequence[Opened]) -> dict[Place, Opened] | Reason:
    """The four standard views by side and view, or why there are not exactly these; nothing is chosen silently."""
    places: dict[Place, Opened] = {}
    for image in images:
        if image.place is None:
            return Reason(
                "no_view", f"Not scored: the side or view of {image.key} is not known, and this model needs it."
            )
        if image.place in places:
            side, view = image.place
            text = f"Not scored: there are two {side}{view} views, and this model reads one of each. Hand in the one to read."
            return Reason("view_twice", text)
        places[image.place] = image
    missing = [f"{side}{view}" for side, view in FOUR if (side, view) not in places]
    if missing:
        text = (
            f"Not scored: this model reads the four standard views together, and {', '.join(missing)} cannot be read."
        )
        return Reason("view_missing", text)
    return places
