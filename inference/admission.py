"""The first half of a reading: bytes to a prepared image, or an image result that says why it is not scored."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from inference import breast, dicom, presentation, quality
from inference.findings import Place
from inference.geometry import Frame
from inference.preprocess import Prepared, prepare
from inference.results import ImageResult, Point, Reason
from inference.rules import Rules


@dataclass(frozen=True)
class ImageInput:
    """One image as the caller hands it in; its laterality and view, where given, win over the header's.

    data: DICOM Part 10 of any transfer syntax, PNG or JPEG, as bytes or as the path of a file.
    """

    key: str
    data: bytes | Path
    laterality: str | None = None
    view: str | None = None


@dataclass(frozen=True)
class Admitted:
    """An image that may be scored: what the network sees, the way back, and what its result will carry.

    notes: what a reader should know although the image is scored.
    """

    key: str
    tensor: torch.Tensor
    mask: breast.Mask
    frame: Frame
    place: Place
    pixel_hash: str
    notes: tuple[Reason, ...]


def admit(image: ImageInput, rules: Rules) -> Admitted | ImageResult:
    """Decode, check and prepare one image."""
    try:
        decoded = dicom.decode(image.data)
    except dicom.DecodeError as error:
        reason = Reason(error.code, f"Not scored: {error.advice}")
        return ImageResult(image.key, image.laterality, image.view, scored=False, reasons=(reason,))
    laterality, view = image.laterality or decoded.laterality, image.view or decoded.view
    reasons = quality.header_reasons(decoded, laterality, view, rules.views)
    if not reasons:
        shown = presentation.present(decoded)
        found = breast.find(shown)
        reasons = quality.pixel_reasons(shown, found, laterality)
        if not reasons:
            prepared = prepare(shown, laterality, rules.spec, found=found)
            frame, (nipple, depth) = prepared.frame, _nipple(prepared)
            place = Place(
                frame.rows, frame.cols, nipple, depth, decoded.square_mm(), laterality, view, decoded.orientation
            )
            notes = tuple(quality.side_notes(decoded, found, laterality))
            return Admitted(image.key, prepared.tensor, prepared.mask, frame, place, decoded.pixel_hash, notes)
    return ImageResult(image.key, laterality, view, scored=False, reasons=tuple(reasons), pixel_hash=decoded.pixel_hash)


def _nipple(prepared: Prepared) -> tuple[Point, float]:
    """The breast's point furthest from the chest wall, in stored pixels, and that distance."""
    columns = np.flatnonzero(prepared.mask.any(axis=0))
    tip = int(columns[-1])
    row = float(np.flatnonzero(prepared.mask[:, tip]).mean())
    x, y = prepared.frame.to_stored(np.array([[tip, row]], dtype=np.float64))[0]
    return (float(x), float(y)), (tip + 1) * prepared.frame.scale
