"""Multiple-instance heads: what a map of local features says about the whole breast.

The image logit is pooled from the local logits alone, so the map that is shown is the map that decided (the k-max
pooling of Zhu et al., "Deep Multi-instance Networks with Sparse Label Assignment", MICCAI 2017).
"""

from math import ceil

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Standardise(nn.Module):
    """Channels shifted and scaled by statistics of the training set's breast cells, kept with the weights."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("deviation", torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, h, w) -> the same, clipped to +-6 deviations."""
        shape = (1, -1, 1, 1)
        return ((x - self.mean.view(shape)) / self.deviation.view(shape)).clamp(-6.0, 6.0)


def pool_top(logits: Tensor, inside: Tensor, share: float) -> Tensor:
    """Mean of the highest `share` of the breast's cells (at least one).

    logits: (N, K, h, w). inside: (N, 1, h, w), 0..1, a cell counts from one half. Returns (N, K); 0 without a breast.
    """
    counted = (inside >= 0.5).flatten(2)
    ordered = logits.flatten(2).masked_fill(~counted, -torch.inf).sort(dim=2, descending=True).values
    kept = (counted.sum(dim=2) * share).ceil().clamp(min=1)
    ranks = torch.arange(ordered.shape[2], device=ordered.device)
    take = (ranks < kept.unsqueeze(2)) & torch.isfinite(ordered)
    total = torch.where(take, ordered, 0.0).sum(dim=2)
    return total / take.sum(dim=2).clamp(min=1)


def top_mean(x: Tensor, logits: Tensor, inside: Tensor, share: float) -> Tensor:
    """Mean features (N, C) of the cells that `pool_top` takes from the one logit map (N, 1, h, w)."""
    counted = (inside >= 0.5).flatten(1)
    ranked = logits.flatten(1).masked_fill(~counted, -torch.inf)
    kept = (counted.sum(dim=1) * share).ceil().clamp(min=1).long()
    # a bound from the shape alone: asking `kept` for its highest would make a GPU wait; one more for its rounding
    most = min(ceil(ranked.shape[1] * share) + 1, ranked.shape[1])
    order = ranked.topk(most, dim=1).indices
    take = (torch.arange(order.shape[1], device=x.device) < kept.unsqueeze(1)).to(x.dtype)
    cells = x.flatten(2).gather(2, order.unsqueeze(1).expand(-1, x.shape[1], -1))
    return (cells * take.unsqueeze(1)).sum(dim=2) / take.sum(dim=1, keepdim=True)


def highest(local: Tensor, inside: Tensor, count: int) -> Tensor:
    """Mean of the `count` highest breast cells; (N, 2, h, w), (N, 1, h, w) -> (N, 2). Air counts as -20."""
    shown = local.flatten(2).masked_fill(inside.flatten(2) < 0.5, -20.0)
    return shown.topk(min(count, shown.shape[2]), dim=2).values.clamp(min=-20.0).mean(dim=2)


def share_of_breast(x: Tensor, cell: int) -> Tensor:
    """Each cell's share of breast (N, 1, H / cell, W / cell): whatever is above 0."""
    return F.avg_pool2d((x > 0).to(x.dtype), cell)


def breast_mean(x: Tensor, inside: Tensor) -> Tensor:
    """Mean over the breast, (N, C, h, w) and (N, 1, h, w) -> (N, C); cells weigh by their share of breast."""
    return (x * inside).sum(dim=(2, 3)) / inside.sum(dim=(2, 3)).clamp(min=1e-6)


def breast_moments(x: Tensor, inside: Tensor) -> Tensor:
    """Mean and standard deviation over the breast, (N, C, h, w) and (N, 1, h, w) -> (N, 2 C)."""
    mean = breast_mean(x, inside)
    spread = (breast_mean(x.square(), inside) - mean.square()).clamp(min=0.0).sqrt()
    return torch.cat([mean, spread], dim=1)


class OrdinalDensity(nn.Module):
    """Composition as one scalar, linear in the breast's mean features, cut at three rising thresholds."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.score = nn.Linear(channels, 1, bias=False)
        self.first = nn.Parameter(torch.tensor(-2.0))
        self.gaps = nn.Parameter(torch.ones(2))

    def forward(self, mean: Tensor) -> Tensor:
        """Mean features (N, C) -> (N, 4) log-probabilities of a, b, c, d (cumulative link model, McCullagh 1980)."""
        score = self.score(mean)
        cuts = torch.cat([self.first.view(1), self.first + F.softplus(self.gaps).cumsum(0)])
        above = torch.sigmoid(score - cuts)
        edges = torch.cat([torch.ones_like(score), above, torch.zeros_like(score)], dim=1)
        return (edges[:, :-1] - edges[:, 1:]).clamp(min=1e-6).log()
