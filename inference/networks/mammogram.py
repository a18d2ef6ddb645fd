"""The whole network of a release: a backbone, its feature maps on one grid, and the heads."""

from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from inference.networks.backbone import Backbone
from inference.networks.backbones import build_backbone, channels_of
from inference.networks.efficientnet_lite import EfficientNetLite
from inference.networks.evidence import Evidence
from inference.networks.mil import OrdinalDensity, Standardise, breast_mean, breast_moments, pool_top, top_mean

OUTPUTS: Final = ("malignancy", "abnormality")
"""The two logits of a cell, in the order of the head's channels."""


@dataclass(frozen=True)
class NetworkConfig:
    """The [network] table of a release.

    taps: strides of the backbone's maps that are used, laid together on the coarsest; nothing deeper is kept.
    top_share: of the breast's cells that make the image logit. density_tap: stride of the map whose mean and deviation
    tell composition; 0 takes the mean of the cells' own features.
    """

    backbone: str = "efficientnet-lite0"
    taps: tuple[int, ...] = (16, 32)
    top_share: float = 0.02
    density_tap: int = 0

    @classmethod
    def of(cls, table: dict[str, Any]) -> "NetworkConfig":
        """Read the table; ValueError for a key or a value that is unknown."""
        unknown = sorted(set(table) - set(cls.__dataclass_fields__))
        if unknown:
            raise ValueError(f"[network] has unknown keys {', '.join(unknown)}")
        config = cls(**{**table, "taps": tuple(table.get("taps", cls.taps))})
        try:
            there = channels_of(config.backbone)
        except ValueError as error:
            raise ValueError(f"[network] {error}") from error
        asked = {*config.taps, *([config.density_tap] if config.density_tap else [])}
        if not config.taps or not asked <= set(there):
            raise ValueError(f"[network] {config.backbone} has taps {sorted(there)}, not {sorted(asked)}")
        if config.density_tap > config.cell:
            raise ValueError(f"[network] density_tap must not be deeper than the taps, got {config.density_tap}")
        if not 0 < config.top_share <= 1:
            raise ValueError(f"[network] top_share must lie in (0, 1], not {config.top_share}")
        return config

    @property
    def cell(self) -> int:
        """Pixels of the prepared image along the side of a cell of the map."""
        return max(self.taps)

    @property
    def channels(self) -> int:
        """Feature channels of a cell."""
        there = channels_of(self.backbone)
        return sum(there[tap] for tap in self.taps)

    @property
    def density_channels(self) -> int:
        """Values that composition is told from."""
        return 2 * channels_of(self.backbone)[self.density_tap] if self.density_tap else self.channels


class Trunk(nn.Module):
    """Backbone and grid: what training caches where it stays frozen."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.taps = config.taps
        self.backbone = _shortened(build_backbone(config.backbone), config.cell)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Features (N, C, H / cell, W / cell) of prepared images x, and each cell's share of breast (N, 1, ...)."""
        features, inside, _ = self.read(x)
        return features, inside

    def read(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor | None]:
        """As `forward`, and the moments (N, density_channels) that composition is told from, where it has a map of its own.

        x: (N, 1, H, W) in [0, 1], air exactly 0, so that whatever is above it is breast.
        """
        tap = self.config.density_tap
        maps = self.backbone.maps(x, {*self.taps, *([tap] if tap else [])})
        moments = breast_moments(maps[tap], share_of_breast(x, tap)) if tap else None
        return self.laid(maps), share_of_breast(x, self.config.cell), moments

    def laid(self, maps: dict[int, Tensor]) -> Tensor:
        """The taps' maps, by stride, on the grid of the coarsest."""
        return torch.cat([F.avg_pool2d(maps[tap], self.config.cell // tap) for tap in self.taps], dim=1)


class Heads(nn.Module):
    """The trained part: features -> evidence. Local evidence is linear, so members average exactly as weights."""

    def __init__(self, channels: int, top_share: float, density_channels: int = 0) -> None:
        super().__init__()
        self.top_share = top_share
        self.standardise = Standardise(channels)
        self.local = nn.Conv2d(channels, len(OUTPUTS), 1)
        self.apart = Standardise(density_channels) if density_channels else None
        self.density = OrdinalDensity(density_channels or channels)

    def forward(self, features: Tensor, inside: Tensor, moments: Tensor | None = None) -> Evidence:
        """Evidence of feature maps (N, C, h, w) with their share of breast (N, 1, h, w).

        moments: (N, density_channels), where composition is told from another map than the cells'.
        """
        standardised = self.standardise(features)
        local = self.local(standardised)
        pooled = pool_top(local, inside, self.top_share)
        if self.apart is None or moments is None:
            told = breast_mean(standardised, inside)
        else:
            told = self.apart(moments[:, :, None, None]).flatten(1)
        embedding = top_mean(standardised, local[:, :1], inside, self.top_share)
        return Evidence(local[:, 0], pooled[:, 0], pooled[:, 1], self.density(told), embedding)


class MammogramNet(nn.Module):
    """Prepared images in, evidence out."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.trunk = Trunk(config)
        self.heads = heads_of(config)

    def forward(self, x: Tensor) -> Evidence:
        """x: (N, 1, H, W) float32 in [0, 1], air exactly 0, sides multiples of the deepest tap."""
        evidence: Evidence = self.heads(*self.trunk.read(x))
        return evidence


def heads_of(config: NetworkConfig) -> Heads:
    """Heads for this network, not yet trained."""
    apart = config.density_channels if config.density_tap else 0
    return Heads(config.channels, config.top_share, apart)


def share_of_breast(x: Tensor, cell: int) -> Tensor:
    """Each cell's share of breast (N, 1, H / cell, W / cell): whatever is above 0."""
    return F.avg_pool2d((x > 0).to(x.dtype), cell)


def _shortened(backbone: Backbone, stride: int) -> Backbone:
    """The backbone without the blocks that nothing asks for, where they are a plain list."""
    if isinstance(backbone, EfficientNetLite):
        kept = sum(reached <= stride for reached in backbone.strides)
        backbone.blocks = backbone.blocks[:kept]
        backbone.strides = backbone.strides[:kept]
    return backbone
