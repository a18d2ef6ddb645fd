"""A tomosynthesis stack, read slab by slab: as many slices in memory as one slab needs, and no more.

A release is trained on two-dimensional views. Neighbouring slices are averaged, which brings a slab nearer to them, and the
slab with the strongest evidence speaks for the stack; the result says so, and which slices they were.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
import torch

from inference import dicom
from inference.admission import Admitted, ImageInput, Opened, admit, judged, prepared_for
from inference.results import ImageResult, Reason
from inference.rules import Rules
from inference.scoring import ImageEvidence

SLAB = 5  # slices, of about 1 mm each
NOTE = (
    "Read with care: a tomosynthesis stack of {count} slices, read as {slabs} slabs of up to {slab} by a model that was "
    "trained on two-dimensional views. Slices {first} to {last} decided."
)

Examine = Callable[[torch.Tensor], ImageEvidence]
Decided = tuple[Admitted, ImageEvidence]


@dataclass(frozen=True)
class Slab:
    """Slices `first` to `last`, counted from 1, their mean as the network sees it, and what it says."""

    admitted: Admitted
    evidence: ImageEvidence
    first: int
    last: int


@dataclass(frozen=True)
class Stack:
    """A multi-frame image that was opened and not yet read."""

    image: ImageInput
    frames: dicom.Frames
    rules: Rules

    def decide(self, examine: Examine) -> Decided | ImageResult:
        """Examine slab after slab; the one with the highest malignancy, or why none could be scored."""
        state = sha256(self._shape().encode())
        best: Slab | None = None
        refused = self._refused(Reason("several_frames", "Not scored: the stack holds no slice."))
        try:
            for first, last, slab in self._slabs(state.update):
                found = self._admitted(slab)
                if isinstance(found, ImageResult):
                    refused = found if best is None else refused
                    continue
                evidence = examine(found.tensor)
                if best is None or evidence.malignancy > best.evidence.malignancy:
                    best = Slab(found, evidence, first, last)
        except dicom.DecodeError as error:
            return self._refused(Reason(error.code, f"Not scored: {error.advice}"))
        return refused if best is None else self._told(best, state.hexdigest())

    def _told(self, best: "Slab", pixel_hash: str) -> Decided:
        """The deciding slab as the stack's image, with the note that says which it was."""
        count = len(self.frames)
        note = NOTE.format(count=count, slabs=-(-count // SLAB), slab=SLAB, first=best.first, last=best.last)
        notes = (*best.admitted.notes, Reason("tomosynthesis", note))
        middle = (best.first + best.last) // 2
        return replace(best.admitted, pixel_hash=pixel_hash, notes=notes, frame_number=middle), best.evidence

    def _slabs(self, seen: Callable[[bytes], None]) -> Iterator[tuple[int, int, dicom.Decoded]]:
        """(first slice, last slice, their mean), counted from 1 as DICOM counts frames; `seen` gets each slice's bytes."""
        total: np.ndarray | None = None
        count = 0
        for number, frame in enumerate(self.frames, start=1):
            seen(np.ascontiguousarray(frame.pixels, dtype=frame.pixels.dtype.newbyteorder("<")).tobytes())
            total = frame.pixels.astype(np.float32) if total is None else total + frame.pixels
            count += 1
            if count == SLAB or number == len(self.frames):
                mean = np.rint(total / count).astype(frame.pixels.dtype)
                yield number - count + 1, number, replace(frame, pixels=mean)
                total, count = None, 0

    def _admitted(self, slab: dicom.Decoded) -> Admitted | ImageResult:
        opened = judged(self.image, slab, self.rules.views)
        return prepared_for(opened, self.rules) if isinstance(opened, Opened) else opened

    def _shape(self) -> str:
        """What `Decoded.pixel_hash` of the whole stack begins with."""
        frames, rows, cols, samples = self.frames.shape
        first = next(iter(self.frames)).pixels
        shape = (frames, rows, cols) if samples == 1 else (frames, rows, cols, samples)
        return f"{first.dtype.kind}{first.itemsize * 8}:{shape}"

    def _refused(self, reason: Reason) -> ImageResult:
        return ImageResult(self.image.key, self.image.laterality, self.image.view, scored=False, reasons=(reason,))


def admit_any(image: ImageInput, rules: Rules) -> Admitted | Stack | ImageResult:
    """`admit`, but a multi-frame object is opened only: `Stack.decide` reads it."""
    try:
        frames = dicom.frames(image.data)
    except dicom.DecodeError as error:
        reason = Reason(error.code, f"Not scored: {error.advice}")
        return ImageResult(image.key, image.laterality, image.view, scored=False, reasons=(reason,))
    return admit(image, rules) if frames is None else Stack(image, frames, rules)
