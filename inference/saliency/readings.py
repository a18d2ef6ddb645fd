"""One outlined image's maps, each method's: where they point, what they delete, how they take to shuffled weights."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from inference.datasets.records import Record, read_pixels
from inference.preprocess import InputSpec, Prepared, prepare
from inference.saliency.curves import curves
from inference.saliency.methods import CELL, CONTROLS, explain
from inference.saliency.pointing import Pointed, pointed
from inference.saliency.randomise import cascade, likeness
from inference.training.targets import cover

Floats = NDArray[np.float32]
NetworkOf = Callable[[int], nn.Module]


@dataclass(frozen=True)
class Reading:
    """What one method's map of one image showed; None where that was not measured on this image.

    deletion, insertion: the logits of `curves`. cascade: likeness to the true map after each stage.
    """

    dataset: str
    patient: str
    method: str
    pointed: Pointed
    deletion: float | None = None
    insertion: float | None = None
    cascade: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Subject:
    """An outlined image, prepared. outlined: (h, w) share of malignant outlines by cell; breast: (h, w)."""

    record: Record
    tensor: Tensor
    outlined: Floats
    breast: NDArray[np.bool_]

    @classmethod
    def of(cls, record: Record, spec: InputSpec) -> "Subject":
        """Read and prepare `record`; DatasetError and OSError as its file gives them."""
        ready = prepare(read_pixels(record.path), record.laterality, spec)
        shape = (spec.height // CELL, spec.width // CELL)
        return cls(record, ready.tensor, cover(record.regions, ready.frame, shape)[0], _breast(ready))


def read(
    subject: Subject,
    network: nn.Module,
    methods: Sequence[str],
    *,
    with_curves: bool,
    with_cascade: bool,
) -> list[Reading]:
    """Every method's reading of one image."""
    maps = {method: _on_grid(explain(method, network, subject.tensor), subject) for method in methods}
    asked = [method for method in methods if with_cascade and method not in CONTROLS]
    shuffled = _cascades(subject, network, maps, asked)
    found = []
    for method, shown in maps.items():
        gone, came = curves(network, subject.tensor, shown) if with_curves else (None, None)
        hit = pointed(shown, subject.outlined, subject.breast)
        patient = subject.record.patient if subject.record.patient_known else subject.record.image
        found.append(Reading(subject.record.dataset, patient, method, hit, gone, came, shuffled.get(method)))
    return found


def _cascades(
    subject: Subject, network: nn.Module, maps: dict[str, Floats], methods: Sequence[str]
) -> dict[str, tuple[float, ...]]:
    if not methods:
        return {}
    likes: dict[str, list[float]] = {method: [] for method in methods}
    for shuffled in cascade(network):
        for method in methods:
            other = _on_grid(explain(method, shuffled, subject.tensor), subject)
            likes[method].append(likeness(maps[method], other, subject.tensor))
    return {method: tuple(values) for method, values in likes.items()}


def _on_grid(shown: Floats, subject: Subject) -> Floats:
    """The map on the common grid of CELL model pixels, so that no method gains by its own cell's size."""
    grid = torch.from_numpy(shown)[None, None]
    fine = F.interpolate(grid, size=subject.breast.shape, mode="bilinear", align_corners=False)[0, 0]
    return np.asarray(fine.numpy(), dtype=np.float32)


def _breast(ready: Prepared) -> NDArray[np.bool_]:
    share = F.avg_pool2d((ready.tensor[None] > 0).float(), CELL)[0, 0].numpy()
    return np.asarray(share >= 0.5, dtype=np.bool_)
