"""Images as a brought model takes them: opened, checked, and chosen by side and view."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference import breast, dicom, presentation, quality
from inference.admission import ImageInput
from inference.decode.decoded import Decoded
from inference.results import ImageResult, Reason

VIEWS: Final = ("CC", "MLO")
FOUR: Final = (("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO"))
Place = tuple[str, str]
"""Side and view."""


@dataclass(frozen=True)
class Opened:
    """An image that may be scored. values: `stored_values`. place: None where the picture tells no side or view."""

    key: str
    decoded: Decoded
    values: NDArray[np.float32]
    found: breast.Breast
    laterality: str | None
    view: str | None
    notes: tuple[Reason, ...]

    @property
    def place(self) -> Place | None:
        return (self.laterality, self.view) if self.laterality and self.view else None

    def refused(self, reason: Reason) -> ImageResult:
        """The image as not scored after all."""
        return ImageResult(
            self.key, self.laterality, self.view, scored=False, reasons=(reason,), pixel_hash=self.decoded.pixel_hash
        )


def open_image(image: ImageInput) -> Opened | ImageResult:
    """Decode and check one image by the rules that every release's images pass."""
    try:
        decoded = dicom.decode(image.data)
    except dicom.DecodeError as error:
        reason = Reason(error.code, f"Not scored: {error.advice}")
        return ImageResult(image.key, image.laterality, image.view, scored=False, reasons=(reason,))
    laterality, view = image.laterality or decoded.laterality, image.view or decoded.view
    reasons = quality.header_reasons(decoded, laterality, view, VIEWS)
    if not reasons and decoded.frames > 1:
        reasons = [Reason("several_frames", "Not scored: this model reads two-dimensional views, not tomosynthesis.")]
    if not reasons:
        shown = presentation.present(decoded)
        found = breast.find(shown)
        reasons = quality.pixel_reasons(shown, found, laterality)
        if not reasons:
            notes = tuple(quality.side_notes(decoded, found, laterality))
            return Opened(image.key, decoded, stored_values(decoded), found, laterality, view, notes)
    return ImageResult(image.key, laterality, view, scored=False, reasons=tuple(reasons), pixel_hash=decoded.pixel_hash)


def stored_values(decoded: Decoded) -> NDArray[np.float32]:
    """Values (rows, cols) after the modality transform, before any window: tissue bright, the lowest 0, padding 0.

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
    return np.asarray(np.where(padding, 0.0, values - lowest), dtype=np.float32)


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
