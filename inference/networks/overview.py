"""A second look at an image, small and whole: what no crop at lesion scale shows, and how dense the breast is."""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from inference.networks.backbones import build_backbone, channels_of
from inference.networks.evidence import Evidence
from inference.networks.mil import OrdinalDensity, breast_mean, highest, share_of_breast

STRIDE: Final = 32
"""Of the map that is looked at, in pixels of the small image."""
TOP_CELLS: Final = 3
"""Cells whose mean is the image's logit."""
REDUCTIONS: Final = (2, 4, 8)


class Overview(nn.Module):
    """The prepared image at 1 / reduction of its size: two logits and composition, from the deepest map of a backbone of its own.

    It is read both ways up, and what both say is averaged. It draws no map: the small image is for what an image is like as a whole.
    """

    def __init__(self, backbone: str, reduction: int, weight: float, dropout: float = 0.0) -> None:
        super().__init__()
        self.reduction, self.weight = reduction, weight
        channels = channels_of(backbone)[STRIDE]
        self.backbone = build_backbone(backbone)
        self.norm = nn.LayerNorm(channels)
        self.drop, self.drop_maps = nn.Dropout(dropout), nn.Dropout2d(dropout)
        self.cells = nn.Conv2d(channels, 2, 1)  # malignancy, abnormality
        self.density = OrdinalDensity(channels)

    def small(self, x: Tensor) -> Tensor:
        """Prepared images (N, 1, H, W) as they are looked at here."""
        return F.avg_pool2d(x, self.reduction)

    def look(self, small: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (N, 2) and log-probabilities of a, b, c, d (N, 4) of small images, one way up."""
        inside = share_of_breast(small, STRIDE)
        maps = self.backbone.maps(small, {STRIDE})[STRIDE]
        top = highest(self.cells(self.drop_maps(maps)), inside, TOP_CELLS)
        return top, self.density(self.drop(self.norm(breast_mean(maps, inside))))

    def forward(self, small: Tensor) -> tuple[Tensor, Tensor]:
        """As `look`, both ways up."""
        ways = [self.look(way) for way in (small, small.flip(2))]
        logits = torch.stack([logits for logits, _ in ways]).mean(dim=0)
        return logits, torch.stack([density.exp() for _, density in ways]).mean(dim=0).log()

    def beside(self, near: Evidence, x: Tensor) -> Evidence:
        """As `joined`, of prepared images x (N, 1, H, W)."""
        return self.joined(near, self.small(x))

    def joined(self, near: Evidence, small: Tensor) -> Evidence:
        """`near`, what the images' cells say, and what is seen here, by its weight, 0 to 1; the map stays as it is."""
        logits, density = self(small)
        return near._replace(
            malignancy=self._mixed(near.malignancy, logits[:, 0]),
            abnormality=self._mixed(near.abnormality, logits[:, 1]),
            density=self._mixed(near.density, density).log_softmax(dim=1),
            near=near.malignancy,
        )

    def _mixed(self, near: Tensor, here: Tensor) -> Tensor:
        return (1.0 - self.weight) * near + self.weight * here
