"""Deletion and insertion curves (Petsiuk et al. 2018): what the network says as the map's strongest parts go or come."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from inference.saliency.methods import plain

Floats = NDArray[np.float32]

SHARES: Final = (0.01, 0.03, 0.1, 0.3)
"""Shares of the breast that are taken away or given, between the whole image and the breast without detail."""


def curves(network: nn.Module, tensor: Tensor, shown: Floats, shares: Sequence[float] = SHARES) -> tuple[float, float]:
    """Mean fall of the logit over the shares as the strongest part is deleted, and mean rise as it alone is inserted.

    tensor: (1, H, W). shown: a map (h, w) of any grid. What is deleted becomes the breast without detail
    (`methods.plain`), never air. Logits, not probabilities: no calibration comes in, and none of them saturates. Both are
    high for a faithful map.
    """
    x = tensor[None]
    order = _ranks(shown, x)
    bare = plain(x)
    whole, empty = _says(network, x), _says(network, bare)
    deleted, inserted = [], []
    for share in shares:
        strongest = order < share
        deleted.append(_says(network, torch.where(strongest, bare, x)))
        inserted.append(_says(network, torch.where(strongest, x, bare)))
    return whole - float(np.mean(deleted)), float(np.mean(inserted)) - empty


def _ranks(shown: Floats, x: Tensor) -> Tensor:
    """(1, 1, H, W): each pixel's place among the breast's, 0 the strongest, 1 the weakest; infinity in the air.

    Ties, such as a map's zeros, fall by place in the image, which is the same for every map.
    """
    grid = torch.from_numpy(np.ascontiguousarray(shown))[None, None].to(x)
    fine = F.interpolate(grid, size=x.shape[-2:], mode="bilinear").flatten()
    breast = torch.nonzero(x.flatten() > 0).flatten()
    placed = breast[torch.argsort(fine[breast], descending=True, stable=True)]
    ranks = torch.full_like(fine, torch.inf)
    ranks[placed] = torch.arange(len(placed), dtype=fine.dtype, device=fine.device) / max(len(placed), 1)
    return ranks.view_as(x)


@torch.inference_mode()
def _says(network: nn.Module, x: Tensor) -> float:
    return float(network(x).malignancy)
