"""The whole network of a release: a backbone, its feature maps on one grid, and the heads."""

from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from inference.networks.efficientnet_lite import CHANNELS, STRIDE, EfficientNetLite0
from inference.networks.evidence import Evidence
from inference.networks.mil import OrdinalDensity, Standardise, breast_mean, pool_top

OUTPUTS: Final = ("malignancy", "abnormality")
"""The two logits of a cell, in the order of the head's channels."""


@dataclass(frozen=True)
class NetworkConfig:
    """The [network] table of a release.

    taps: strides of the backbone's maps that are used, laid together on the coarsest. top_share: of the breast's
    cells that make the image logit.
    """

    backbone: str = "efficientnet-lite0"
    taps: tuple[int, ...] = (16, 32)
    top_share: float = 0.02

    @classmethod
    def of(cls, table: dict[str, Any]) -> "NetworkConfig":
        """Read the table; ValueError for a key or a value that is unknown."""
        unknown = sorted(set(table) - set(cls.__dataclass_fields__))
        if unknown:
            raise ValueError(f"[network] has unknown keys {', '.join(unknown)}")
        config = cls(**{**table, "taps": tuple(table.get("taps", cls.taps))})
        if config.backbone != "efficientnet-lite0" or not config.taps or not set(config.taps) <= set(CHANNELS):
            raise ValueError(f"[network] knows efficientnet-lite0 with taps of {sorted(CHANNELS)}, not {table}")
        if not 0 < config.top_share <= 1:
            raise ValueError(f"[network] top_share must lie in (0, 1], not {config.top_share}")
        return config

    @property
    def channels(self) -> int:
        """Feature channels of a cell."""
        return sum(CHANNELS[tap] for tap in self.taps)


class Trunk(nn.Module):
    """Backbone and grid: what training caches, because it stays frozen."""

    def __init__(self, taps: tuple[int, ...]) -> None:
        super().__init__()
        self.taps = taps
        self.backbone = EfficientNetLite0(top=False)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Features (N, C, H/32, W/32) of prepared images x (N, 1, H, W), and each cell's share of breast (N, 1, ...).

        x: in [0, 1], air exactly 0, so that whatever is above it is breast.
        """
        inside = F.avg_pool2d((x > 0).to(x.dtype), STRIDE)
        maps = self.backbone.features(((x * 255.0 - 127.0) / 128.0).expand(-1, 3, -1, -1))
        return torch.cat([F.avg_pool2d(maps[tap], STRIDE // tap) for tap in self.taps], dim=1), inside


class Heads(nn.Module):
    """The trained part: features -> evidence. Local evidence is linear, so members average exactly as weights."""

    def __init__(self, channels: int, top_share: float) -> None:
        super().__init__()
        self.top_share = top_share
        self.standardise = Standardise(channels)
        self.local = nn.Conv2d(channels, len(OUTPUTS), 1)
        self.density = OrdinalDensity(channels)

    def forward(self, features: Tensor, inside: Tensor) -> Evidence:
        """Evidence of feature maps (N, C, h, w) with their share of breast (N, 1, h, w)."""
        standardised = self.standardise(features)
        local = self.local(standardised)
        pooled = pool_top(local, inside, self.top_share)
        density = self.density(breast_mean(standardised, inside))
        return Evidence(local[:, 0], pooled[:, 0], pooled[:, 1], density)


class MammogramNet(nn.Module):
    """Prepared images in, evidence out."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.trunk = Trunk(config.taps)
        self.heads = Heads(config.channels, config.top_share)

    def forward(self, x: Tensor) -> Evidence:
        """x: (N, 1, H, W) float32 in [0, 1], air exactly 0, sides multiples of 32."""
        features, inside = self.trunk(x)
        evidence: Evidence = self.heads(features, inside)
        return evidence
