"""Images without labels: a slowly following copy of the network says what the trained one should say of them.

Tarvainen and Valpola, "Mean teachers are better role models", NeurIPS 2017: the student sees crops with channels dropped,
the teacher, whose weights are a running mean of the student's, sees them whole.
"""

from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from inference.networks.mammogram import MammogramNet
from inference.networks.split import Split

RISE = 0.3
"""Share of the steps over which the weight of what the teacher says rises: at first it knows nothing."""


@dataclass(frozen=True)
class Teacher:
    """A running mean of a network, cut where the student is."""

    network: MammogramNet
    split: Split
    decay: float

    @classmethod
    def of(cls, student: MammogramNet, split: Split, decay: float) -> "Teacher":
        """A teacher that begins as the student is."""
        network = deepcopy(student).requires_grad_(False).eval()
        return cls(network, Split(network.trunk.backbone, split.stride, network.config.cell), decay)

    @torch.no_grad()
    def follow(self, student: nn.Module) -> None:
        """Move every weight a little towards the student's."""
        for mine, theirs in zip(self.network.parameters(), student.parameters(), strict=True):
            mine.lerp_(theirs.detach(), 1 - self.decay)

    @torch.no_grad()
    def cells(self, values: Tensor) -> Tensor:
        """Cell probabilities (N, 2, h, w) of maps under the cut."""
        maps = self.split.upper(values, self.network.config.taps)
        features = self.network.heads.standardise(self.network.trunk.laid(maps).float())
        return torch.sigmoid(self.network.heads.local(features))


def agreement_loss(local: Tensor, taught: Tensor, inside: Tensor) -> Tensor:
    """Mean squared difference of the student's and the teacher's cell probabilities, over cells of the breast."""
    counted = (inside >= 0.5).expand_as(local)
    difference = (torch.sigmoid(local) - taught).square()
    return torch.where(counted, difference, 0.0).sum() / counted.sum().clamp(min=1)


def rise(done: float) -> float:
    """Weight of the teacher after `done`, 0..1, of the steps."""
    return min(1.0, done / RISE)
