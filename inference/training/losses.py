"""What the head is asked: right images, and right cells where an outline says which."""

import torch
from torch import Tensor
from torch.nn import functional as F

COVERED = 0.4
"""A cell is positive from this share of an outline; below CLEAR it is negative; between the two it is not asked."""
CLEAR = 0.05


def image_loss(logits: Tensor, labels: Tensor, weight: Tensor) -> Tensor:
    """Weighted binary cross-entropy. logits, labels: (N, 2), NaN labels count nothing. weight: (N,)."""
    known = ~labels.isnan()
    each = F.binary_cross_entropy_with_logits(logits, labels.nan_to_num(), reduction="none")
    return (each * known * weight.unsqueeze(1)).mean()


def covered_loss(local: Tensor, regions: Tensor, inside: Tensor, weight: Tensor) -> Tensor:
    """Cells in an outline should say so; each image counts once, whatever the size of its outlines. (N, 2, h, w)."""
    return _mean_over(F.softplus(-local), (regions >= COVERED) & (inside >= 0.5), weight)


def outside_loss(local: Tensor, regions: Tensor, inside: Tensor, weight: Tensor, located: Tensor) -> Tensor:
    """Breast cells outside every outline should not, in images whose every abnormality is outlined."""
    # a malignant outline is also an abnormal one: clear means clear of both
    clear = (regions[:, 1:] < CLEAR) & (inside >= 0.5) & located.view(-1, 1, 1, 1)
    return _mean_over(F.softplus(local), clear.expand_as(local), weight)


def _mean_over(each: Tensor, chosen: Tensor, weight: Tensor) -> Tensor:
    counts = chosen.flatten(2).sum(dim=2)
    means = torch.where(chosen, each, 0.0).flatten(2).sum(dim=2) / counts.clamp(min=1)
    return (means * weight.unsqueeze(1)).mean()


def density_loss(log_probabilities: Tensor, shares: Tensor, weight: Tensor) -> Tensor:
    """Cross-entropy against the letters a label allows, in their shares. (N, 4), (N, 4), (N,)."""
    return -(shares * log_probabilities).sum(dim=1).mul(weight).sum() / weight.sum()
