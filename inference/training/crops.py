"""Which pieces of which images a step of tuning sees."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from inference.training.config import TuneConfig
from inference.training.lower import Lower
from inference.training.targets import Labels

JITTER = 14 / 48
"""A crop's centre lies up to this share of its side off the cell it was drawn for."""
ALIGNED = 2
"""Crops begin at even cells, so that stride-2 filters sample what they do on the whole image."""
ABNORMAL = 0.6
"""Share of crops from abnormal images, within each set."""


@dataclass(frozen=True)
class Crops:
    """A batch. values: (N, C, k, k) below the cut. inside: (N, 1, k, k). regions: (N, 2, k, k). labels: (N, 2), NaN unknown.

    group: (N,) set. located: (N,) cells outside outlines count as normal.
    """

    values: Tensor
    inside: Tensor
    regions: Tensor
    labels: Tensor
    group: Tensor
    located: Tensor

    def to(self, device: torch.device) -> "Crops":
        """The same on a device."""
        return Crops(*(value.to(device, non_blocking=True) for value in vars(self).values()))

    def part(self, rank: int, world: int) -> "Crops":
        """Every `world`-th crop from `rank` on."""
        return Crops(*(value[rank::world] for value in vars(self).values()))


class Sampler:
    """Draws crops of the images `rows`: sets alike, abnormal ones a little more often than normal ones."""

    def __init__(
        self,
        lowers: Sequence[Sequence[Lower]],
        labels: Labels,
        rows: NDArray[np.int64],
        config: TuneConfig,
        stride: int,
    ) -> None:
        self.lowers = lowers
        self.labels = labels
        known = ~labels.labels.isnan().all(dim=1).numpy()
        self.rows, self.unlabelled = rows[known[rows]], rows[~known[rows]]
        self.config = config
        self.side = config.crop // stride
        self.share = shares(labels, self.rows)

    def draw(self, rng: np.random.Generator) -> Crops:
        """A batch of labelled images; everything random comes from `rng`."""
        return self._batch(rng.choice(self.rows, self.config.batch, p=self.share), rng)

    def draw_unlabelled(self, rng: np.random.Generator) -> Crops | None:
        """Half a batch of images that have no label; None where every image has one."""
        if len(self.unlabelled) == 0:
            return None
        return self._batch(rng.choice(self.unlabelled, max(1, self.config.batch // 2)), rng)

    def _batch(self, chosen: NDArray[np.int64], rng: np.random.Generator) -> Crops:
        drawn = [self._one(int(row), rng) for row in chosen]
        return Crops(*(torch.stack(part) for part in zip(*drawn, strict=True)))

    def _one(self, row: int, rng: np.random.Generator) -> tuple[Tensor, ...]:
        lower = self.lowers[int(rng.integers(len(self.lowers)))][row]
        rows, columns = self._place(lower, rng)
        regions = lower.regions[:, rows, columns]
        labels = crop_labels(regions, self.labels.labels[row], bool(self.labels.located[row]))
        values = lower.values[:, rows, columns].float()
        inside = lower.inside[None, rows, columns]
        return values, inside, regions, labels, self.labels.group[row], self.labels.located[row]

    def _place(self, lower: Lower, rng: np.random.Generator) -> tuple[slice, slice]:
        outlined = lower.regions[1] > 0.3
        on_lesion = rng.random() < self.config.lesion_share and bool(outlined.any())
        cells = torch.nonzero(outlined if on_lesion else lower.inside > 0.5)
        y, x = cells[rng.integers(len(cells))].tolist()
        reach = int(self.side * JITTER)
        return self._from(y, lower.inside.shape[0], reach, rng), self._from(x, lower.inside.shape[1], reach, rng)

    def _from(self, centre: int, length: int, reach: int, rng: np.random.Generator) -> slice:
        start = centre - self.side // 2 + int(rng.integers(-reach, reach + 1))
        start = min(max(start // ALIGNED * ALIGNED, 0), length - self.side)
        return slice(start, start + self.side)


def shares(labels: Labels, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """How often each of `rows` is drawn (sums to 1)."""
    group, abnormal = labels.group.numpy()[rows], (labels.labels[:, 1] == 1).numpy()[rows]
    share = np.zeros(len(rows))
    for number in np.unique(group):
        for ill, weight in ((True, ABNORMAL), (False, 1 - ABNORMAL)):
            those = (group == number) & (abnormal == ill)
            share[those] = weight / max(1, those.sum())
    return np.asarray(share / share.sum())


def crop_labels(regions: Tensor, image: Tensor, located: bool) -> Tensor:
    """(2,) malignant, abnormal of a crop by the outlines it shows (2, k, k).

    NaN where the image's lesions are not all outlined and the crop shows none, where the image's label is unknown, and
    for malignancy where the crop shows another lesion of a malignant image: its outline may not say which it is.
    """
    shown = (regions > 0.5).flatten(1).any(dim=1).float()
    labels = shown.clone() if located or bool(shown[1]) else torch.full((2,), torch.nan)
    if bool(shown[1]) and not bool(shown[0]) and image[0] != 0:
        labels[0] = torch.nan
    return torch.where(image.isnan() & ~shown.bool(), torch.nan, labels)


def on_grid(plane: Tensor, cell: int, stride: int) -> Tensor:
    """Shares on the grid under the cut as shares of the network's cells."""
    return F.avg_pool2d(plane, cell // stride)
