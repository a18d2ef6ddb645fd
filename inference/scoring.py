"""The second half of a reading: one image's evidence to its result, and where its findings lie."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from inference import saliency
from inference.admission import Admitted
from inference.comparison import Logits, Raw
from inference.findings import Place, outlined
from inference.kinds import TYPES
from inference.networks import Evidence
from inference.results import ImageResult
from inference.rules import Rules

LETTERS = ("A", "B", "C", "D")
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class ImageEvidence:
    """One image's share of a batch's `Evidence`, off the device.

    cells: (h, w) logits. density: (4,) probabilities. embedding: (D,), None where the network gives none.
    kinds: (7,) probabilities of what the image mainly shows, likewise.
    """

    cells: Floats
    malignancy: float
    abnormality: float
    density: tuple[float, ...]
    embedding: Floats | None = None
    kinds: tuple[float, ...] | None = None


def unbatch(evidence: Evidence) -> list[ImageEvidence]:
    """Split the evidence of N images; raises FloatingPointError where the network answered NaN or infinity."""
    cells = evidence.malignancy_map.float().cpu().numpy()
    malignancy = evidence.malignancy.float().cpu().tolist()
    abnormality = evidence.abnormality.float().cpu().tolist()
    density = torch.softmax(evidence.density.float(), dim=1).cpu().tolist()
    embedding = [None] * len(cells) if evidence.embedding is None else list(evidence.embedding.float().cpu().numpy())
    kinds = (
        [None] * len(cells) if evidence.kinds is None else list(map(tuple, evidence.kinds.float().exp().cpu().tolist()))
    )
    if not np.isfinite([*malignancy, *abnormality, *(p for row in density for p in row)]).all():
        raise FloatingPointError("the network's evidence is not finite")
    rows = zip(cells, malignancy, abnormality, map(tuple, density), embedding, kinds, strict=True)
    return [ImageEvidence(*row) for row in rows]


def score(image: Admitted, evidence: ImageEvidence, rules: Rules) -> ImageResult:
    """Calibrate one image's evidence, lay its map on the stored pixels and outline what stands out.

    Outlines are those of the image as it is shown; `exam.summarise` lays them on a turned picture's stored pixels. The image
    is judged by itself; `judged` holds it against the other breast.
    """
    chances = rules.cells.probabilities(evidence.cells) * _breast_share(image, evidence.cells.shape)
    cells, turn = saliency.to_cells(chances, image.frame), image.place.turn
    said = rules.comparison.alone(raw(image.place, evidence))
    return ImageResult(
        key=image.key,
        laterality=image.place.laterality,
        view=image.place.view,
        scored=True,
        reasons=image.notes,
        malignancy=rules.alone.malignancy.probability(said.malignancy),
        abnormality=rules.alone.abnormality.probability(said.abnormality),
        density=dict(zip(LETTERS, evidence.density, strict=True)),
        findings=outlined(cells, rules.threshold, rules.most_findings, image.place),
        saliency=cells if turn is None else saliency.to_cells(chances, image.frame, turn),
        pixel_hash=image.pixel_hash,
        frame_number=image.frame_number,
        kinds=None if evidence.kinds is None else dict(zip(TYPES, evidence.kinds, strict=True)),
    )


def raw(place: Place, evidence: ImageEvidence) -> Raw:
    """What a comparison needs to know of an image."""
    return Raw(place.laterality, place.view, evidence.malignancy, evidence.abnormality)


def judged(image: ImageResult, said: Logits, rules: Rules) -> ImageResult:
    """The image with the probabilities of `said`, what its exam made of its logits."""
    curves = rules.curves(said.compared)
    return replace(
        image,
        malignancy=curves.malignancy.probability(said.malignancy),
        abnormality=curves.abnormality.probability(said.abnormality),
    )


def _breast_share(image: Admitted, shape: tuple[int, ...]) -> Floats:
    """1 for map cells that hold some breast, 0 for those in the air."""
    tall, wide = shape
    height, width = image.mask.shape
    ys, xs = np.arange(height) * tall // height, np.arange(width) * wide // width
    share = np.zeros((tall, wide), dtype=np.float32)
    rows, cols = np.nonzero(image.mask)
    share[ys[rows], xs[cols]] = 1.0
    return share
