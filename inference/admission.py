"""The first half of a reading: bytes to a prepared image, or an image result that says why it is not scored."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from inference import breast, dicom, presentation, quality
from inference.context import UNKNOWN, Context
from inference.findings import Place
from inference.geometry import Frame
from inference.preprocess import Prepared, prepare
from inference.results import ImageResult, Point, Reason
from inference.rules import Rules


@dataclass(frozen=True)
class ImageInput:
    """One image as the caller hands it in; its laterality and view, where given, win over the header's.

    data: DICOM Part 10 of any transfer syntax, PNG or JPEG, as bytes or as the path of a file. context: what else is known;
    a release that takes no such input leaves it aside.
    """

    key: str
    data: bytes | Path
    laterality: str | None = None
    view: str | None = None
    context: Context = UNKNOWN


@dataclass(frozen=True)
class Admitted:
    """An image that may be scored: what the network sees, the way back, and what its result will carry.

    notes: what a reader should know although the image is scored. frame_number: of a stack, the slice that decided.
    """

    key: str
    tensor: torch.Tensor
    mask: breast.Mask
    frame: Frame
    place: Place
    pixel_hash: str
    notes: tuple[Reason, ...]
    frame_number: int | None = None
    context: Context = UNKNOWN


@dataclass(frozen=True)
class Opened:
    """A decoded image that header and pixels say nothing against: shown as presented, its breast found."""

    key: str
    decoded: dicom.Decoded
    shown: presentation.Image
    found: breast.Breast
    laterality: str | None
    view: str | None
    context: Context = UNKNOWN

    @property
    def notes(self) -> tuple[Reason, ...]:
        """What a reader should know although the image is scored."""
        side = quality.side_notes(self.decoded, self.found, self.laterality)
        return (*side, *quality.partial_notes(self.decoded))

    def refused(self, reasons: Sequence[Reason]) -> ImageResult:
        """The result of an image that is not scored after all."""
        return ImageResult(
            self.key,
            self.laterality,
            self.view,
            scored=False,
            reasons=tuple(reasons),
            pixel_hash=self.decoded.pixel_hash,
        )


def admit(image: ImageInput, rules: Rules) -> Admitted | ImageResult:
    """Decode, check and prepare one image."""
    opened = open_image(image, rules.views)
    return opened if isinstance(opened, ImageResult) else prepared_for(opened, rules)


def prepared_for(opened: Opened, rules: Rules) -> Admitted | ImageResult:
    """What the release's network sees of an image, unless it is unlike those that the release was trained on."""
    prepared = prepare(opened.shown, opened.laterality, rules.spec, found=opened.found)
    reasons = rules.distribution.reasons(prepared) if rules.distribution is not None else []
    if reasons:
        return opened.refused(reasons)
    return Admitted(
        opened.key,
        prepared.tensor,
        prepared.mask,
        prepared.frame,
        _place(opened, prepared),
        opened.decoded.pixel_hash,
        opened.notes,
        context=opened.context,
    )


def open_image(image: ImageInput, views: Sequence[str]) -> Opened | ImageResult:
    """Decode an image and ask header and pixels whether it may be scored; views: those that the release reads."""
    try:
        decoded = dicom.decode(image.data)
    except dicom.DecodeError as error:
        reason = Reason(error.code, f"Not scored: {error.advice}")
        return ImageResult(image.key, image.laterality, image.view, scored=False, reasons=(reason,))
    return judged(image, decoded, views)


def judged(image: ImageInput, decoded: dicom.Decoded, views: Sequence[str]) -> Opened | ImageResult:
    """A decoded image that may be scored, or the reasons why not."""
    laterality, view = image.laterality or decoded.laterality, image.view or decoded.view
    reasons = quality.header_reasons(decoded, laterality, view, views)
    if not reasons:
        shown = presentation.present(decoded)
        found = breast.find(shown)
        reasons = quality.pixel_reasons(shown, found, laterality) or quality.burnt_in(shown, found)
        if not reasons:
            return Opened(image.key, decoded, shown, found, laterality, view, image.context)
    return ImageResult(image.key, laterality, view, scored=False, reasons=tuple(reasons), pixel_hash=decoded.pixel_hash)


def _place(opened: Opened, prepared: Prepared) -> Place:
    frame, (nipple, depth) = prepared.frame, _nipple(prepared)
    decoded = opened.decoded
    return Place(
        frame.rows,
        frame.cols,
        nipple,
        depth,
        decoded.square_mm(),
        opened.laterality,
        opened.view,
        decoded.orientation,
        decoded.turn,
    )


def _nipple(prepared: Prepared) -> tuple[Point, float]:
    """The breast's point furthest from the chest wall, in stored pixels, and that distance."""
    columns = np.flatnonzero(prepared.mask.any(axis=0))
    tip = int(columns[-1])
    row = float(np.flatnonzero(prepared.mask[:, tip]).mean())
    x, y = prepared.frame.to_stored(np.array([[tip, row]], dtype=np.float64))[0]
    return (float(x), float(y)), (tip + 1) * prepared.frame.scale
