"""The reference images that a release ships as embeddings, and how well their neighbours agree."""

import json
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from inference.datasets.records import Record
from inference.evaluation.metrics import Figure, share
from inference.evaluation.tasks import patients
from inference.similar import MOST, NAMES, VECTORS, Embedded

Floats = NDArray[np.float64]

AXES: Final = 48
"""Principal axes that are kept of the embedding."""
ALIKE_SHARE: Final = 0.05
"""Share of the reference images whose nearest other one is less alike than what is shown as similar."""


def embedded(embedding: Floats) -> Embedded:
    """Principal axes of embeddings (n, D) and their unit vectors, rounded to half precision as they are shipped."""
    mean = embedding.mean(axis=0)
    _, _, axes = np.linalg.svd(embedding - mean, full_matrices=False)
    basis = axes[:AXES].astype(np.float16).astype(np.float32)
    found = Embedded(mean.astype(np.float32), basis, np.zeros((0, len(basis)), np.float32))
    vectors = found.unit(embedding.astype(np.float32)).astype(np.float16).astype(np.float32)
    return Embedded(found.mean, found.basis, vectors)


def label_of(record: Record) -> str:
    """The record's label in one word."""
    if record.malignant:
        return "malignant"
    if record.abnormal:
        return "benign"
    return "unknown" if record.malignant is None or record.abnormal is None else "normal"


def files(records: Sequence[Record], found: Embedded) -> dict[str, bytes]:
    """The two files of a release, by name."""
    names = [{"dataset": r.dataset, "image": r.image, "label": label_of(r)} for r in records]
    arrays: dict[str, NDArray[Any]] = {
        "mean": found.mean,
        "basis": found.basis.astype(np.float16),
        "vectors": found.vectors.astype(np.float16),
    }
    return {VECTORS: save(arrays), NAMES: json.dumps(names, indent=0).encode()}


def neighbours(records: Sequence[Record], found: Embedded) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The nearest images (n, 3) of other patients and their cosines (n, 3).

    An image whose patient is unknown may be of anyone in its set: its neighbours come from other sets alone, where
    there are any, and it is nobody's neighbour in its own.
    """
    who = np.array([f"{r.dataset}/{r.patient}" for r in records])
    sets = np.array([r.dataset for r in records])
    nameless = np.array([not r.patient_known for r in records])
    doubtful = (nameless[:, None] | nameless[None]) & (sets[:, None] == sets[None])
    alike = found.vectors @ found.vectors.T
    alike[(who[:, None] == who[None]) | doubtful] = -np.inf
    order = np.argsort(-alike, axis=1, kind="stable")[:, :MOST]
    return order, np.take_along_axis(alike, order, axis=1)


def least_alike(cosines: NDArray[np.float32]) -> float:
    """The cosine that all but ALIKE_SHARE of the images reach with their nearest neighbour."""
    nearest = cosines[:, 0]
    return float(np.quantile(nearest[np.isfinite(nearest)], ALIKE_SHARE))


def agreement(records: Sequence[Record], order: NDArray[np.int64]) -> list[Figure]:
    """Share of malignant and of other images whose three neighbours are malignant: their gap is what likeness tells."""
    ill = np.array([record.malignant is True for record in records])
    names = np.asarray(patients(records))
    hits, found = ill[order].mean(axis=1), []
    for title, rows in (("malignant", ill), ("other", ~ill)):
        if rows.any():
            name = f"neighbours of {title} images that are malignant"
            found.append(share(name, hits[rows], names[rows].tolist()))
    return found
