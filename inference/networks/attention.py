"""Gated attention over a breast's cells: which of them the image's logit is a mean of (Ilse, Tomczak and Welling, ICML 2018)."""

import torch
from torch import Tensor, nn


class GatedAttention(nn.Module):
    """A weight for each cell and logit, from the cell's features: w . (tanh(V h) * sigmoid(U h)), softmax over the breast."""

    def __init__(self, channels: int, width: int, outputs: int) -> None:
        super().__init__()
        self.content = nn.Conv2d(channels, width, 1)
        self.gate = nn.Conv2d(channels, width, 1)
        self.score = nn.Conv2d(width, outputs, 1, bias=False)

    def forward(self, features: Tensor, inside: Tensor) -> Tensor:
        """Features (N, C, h, w), share of breast (N, 1, h, w) -> weights (N, K, h, w): sum 1 over the breast, 0 in the air.

        A cell counts from one half of breast; an image without a breast has weights of 0 throughout.
        """
        scores = self.score(torch.tanh(self.content(features)) * torch.sigmoid(self.gate(features)))
        counted = (inside >= 0.5).expand_as(scores).flatten(2)
        shown = scores.flatten(2).masked_fill(~counted, torch.finfo(scores.dtype).min)
        weights = torch.where(counted, torch.softmax(shown, dim=2), 0.0)
        return weights.view_as(scores)


def pool_attended(logits: Tensor, weights: Tensor) -> Tensor:
    """Mean of the cells' logits by their weights, both (N, K, h, w); (N, K), 0 where there is no weight."""
    return (logits * weights).flatten(2).sum(dim=2)


def attended_evidence(logits: Tensor, weights: Tensor) -> Tensor:
    """Cell logits whose odds are weighed by attention, relative to the image's most attended cell; (N, K, h, w) each.

    So the map shows what decided: where attention is highest it is the cell's own logit, elsewhere its odds shrink with the
    attention, to -20 and below where there is none.
    """
    share = weights / weights.flatten(2).amax(dim=2)[:, :, None, None].clamp(min=1e-30)
    return logits + share.clamp(min=LEAST).log()


LEAST = 2e-9
"""Relative attention that counts as none: a logit of -20."""


def mean_attended(x: Tensor, weights: Tensor) -> Tensor:
    """Mean features (N, C) of cells (N, C, h, w) by one logit's weights (N, 1, h, w)."""
    return (x * weights).sum(dim=(2, 3))
