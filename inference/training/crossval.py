"""Out-of-fold evidence: every image read by heads that saw neither it nor its patient."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from inference.networks.evidence import Evidence
from inference.networks.mammogram import Heads
from inference.training.config import TrainingConfig
from inference.training.features import View
from inference.training.heads import train_heads
from inference.training.targets import Labels

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class OutOfFold:
    """Raw evidence by image: logits (n,), density probabilities (n, 4), cell logits (n, h, w), and the fold (n,)."""

    malignancy: Floats
    abnormality: Floats
    density: Floats
    cells: Floats
    fold: NDArray[np.int64]


def cross_validate(
    config: TrainingConfig, views: Sequence[View], labels: Labels, fold: NDArray[np.int64], folder: Path
) -> OutOfFold:
    """Train once for each fold without its images, then read them; each fold's work lies in `folder`/fold-N.

    Images of no fold (see `folds.assign`) are read by every fold and get the mean of what was said.
    """
    count, shape = len(fold), views[0].features.shape[2:]
    sums = OutOfFold(np.zeros(count), np.zeros(count), np.zeros((count, 4)), np.zeros((count, *shape)), fold)
    for number in range(config.folds):
        rows = torch.from_numpy(np.flatnonzero((fold != number) & (fold < config.folds)))
        heads = train_heads(config, views, labels, rows, folder / f"fold-{number}")
        _read(heads, views[0], np.flatnonzero((fold == number) | (fold == config.folds)), sums)
    times = np.where(fold == config.folds, config.folds, 1)
    return OutOfFold(
        sums.malignancy / times,
        sums.abnormality / times,
        sums.density / times[:, None],
        sums.cells / times[:, None, None],
        fold,
    )


def _read(heads: Heads, view: View, rows: NDArray[np.int64], sums: OutOfFold) -> None:
    """Add the evidence of the images `rows` to `sums`."""
    with torch.inference_mode():
        evidence: Evidence = heads(view.features[rows], view.inside[rows])
    sums.malignancy[rows] += evidence.malignancy.numpy()
    sums.abnormality[rows] += evidence.abnormality.numpy()
    sums.density[rows] += evidence.density.exp().numpy()
    sums.cells[rows] += evidence.malignancy_map.numpy()
