"""The whole network of a release: a backbone, its feature maps on one grid, and the heads."""

from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from inference.context import WIDTHS
from inference.kinds import TYPES
from inference.networks.attention import GatedAttention, attended_evidence, mean_attended, pool_attended
from inference.networks.backbone import Backbone
from inference.networks.backbones import build_backbone, channels_of
from inference.networks.context import ContextShift
from inference.networks.efficientnet_lite import EfficientNetLite
from inference.networks.evidence import Evidence
from inference.networks.mil import (
    OrdinalDensity,
    Standardise,
    breast_mean,
    breast_moments,
    pool_top,
    share_of_breast,
    top_mean,
)
from inference.networks.overview import REDUCTIONS, Overview

OUTPUTS: Final = ("malignancy", "abnormality")
"""The two logits of a cell, in the order of the head's channels."""
POOLINGS: Final = ("top", "attention")
MOST_MEMBERS: Final = 16


@dataclass(frozen=True)
class NetworkConfig:
    """The [network] table of a release.

    taps: strides of the backbone's maps that are used, laid together on the coarsest; nothing deeper is kept.
    top_share: of the breast's cells that make the image logit. density_tap: stride of the map whose mean and deviation
    tell composition; 0 takes the mean of the cells' own features. pooling: "top" takes the mean of the highest cells,
    "attention" a mean weighed by gated attention of attention_width units. kinds: also tell what the image mainly shows.
    context: further inputs that shift the image logits where they are known (see `inference.context`). members: networks
    that vote; they share the backbone up to the stride `shared`. overview: the image is also looked at whole, at so many times
    less than its size (see `networks.overview`); 0: it is not. overview_weight: of what is seen there, 0 to 1; the cells have the rest.
    """

    backbone: str = "efficientnet-lite0"
    taps: tuple[int, ...] = (16, 32)
    top_share: float = 0.02
    density_tap: int = 0
    pooling: str = "top"
    attention_width: int = 64
    kinds: bool = False
    context: tuple[str, ...] = ()
    members: int = 1
    shared: int = 0
    overview: int = 0
    overview_weight: float = 0.5

    @classmethod
    def of(cls, table: dict[str, Any]) -> "NetworkConfig":
        """Read the table; ValueError for a key or a value that is unknown."""
        unknown = sorted(set(table) - set(cls.__dataclass_fields__))
        if unknown:
            raise ValueError(f"[network] has unknown keys {', '.join(unknown)}")
        config = cls(
            **{**table, "taps": tuple(table.get("taps", cls.taps)), "context": tuple(table.get("context", ()))}
        )
        try:
            there = channels_of(config.backbone)
        except ValueError as error:
            raise ValueError(f"[network] {error}") from error
        asked = {*config.taps, *([config.density_tap] if config.density_tap else [])}
        if not config.taps or not asked <= set(there):
            raise ValueError(f"[network] {config.backbone} has taps {sorted(there)}, not {sorted(asked)}")
        if config.density_tap > config.cell:
            raise ValueError(f"[network] density_tap must not be deeper than the taps, got {config.density_tap}")
        if config.pooling not in POOLINGS:
            raise ValueError(f"[network] pooling {config.pooling!r} is none of {', '.join(POOLINGS)}")
        if unknown := sorted(set(config.context) - set(WIDTHS)):
            raise ValueError(f"[network] context {', '.join(unknown)} is none of {', '.join(WIDTHS)}")
        if config.attention_width < 1:
            raise ValueError(f"[network] attention_width must be at least 1, not {config.attention_width}")
        if not 0 < config.top_share <= 1:
            raise ValueError(f"[network] top_share must lie in (0, 1], not {config.top_share}")
        if config.overview not in (0, *REDUCTIONS):
            raise ValueError(f"[network] overview must be one of {', '.join(map(str, REDUCTIONS))}, or 0 for none")
        if not 0.0 < config.overview_weight < 1.0:
            raise ValueError(f"[network] overview_weight must lie between 0 and 1, not {config.overview_weight}")
        config._check_members(set(there))
        return config

    def _check_members(self, strides: set[int]) -> None:
        """ValueError where there is no cut that several members could share."""
        if not 1 <= self.members <= MOST_MEMBERS:
            raise ValueError(f"[network] members must lie between 1 and {MOST_MEMBERS}, not {self.members}")
        if self.members == 1:
            return
        if self.shared not in strides or not self.shared < self.cell or self.density_tap not in (0, self.shared):
            raise ValueError(
                f"[network] shared {self.shared} must be a stride below the taps, and density_tap be 0 or the same"
            )
        if min(self.taps) < self.shared:
            raise ValueError(f"[network] taps must not lie below what the members share, stride {self.shared}")

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

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        channels, apart = config.channels, config.density_channels if config.density_tap else 0
        self.top_share = config.top_share
        self.standardise = Standardise(channels)
        self.local = nn.Conv2d(channels, len(OUTPUTS), 1)
        attended = config.pooling == "attention"
        self.attention = GatedAttention(channels, config.attention_width, len(OUTPUTS)) if attended else None
        self.apart = Standardise(apart) if apart else None
        self.density = OrdinalDensity(apart or channels)
        self.kinds = nn.Linear(channels, len(TYPES)) if config.kinds else None
        self.context = ContextShift(config.context, len(OUTPUTS)) if config.context else None

    def forward(
        self, features: Tensor, inside: Tensor, moments: Tensor | None = None, context: Tensor | None = None
    ) -> Evidence:
        """Evidence of feature maps (N, C, h, w) with their share of breast (N, 1, h, w).

        moments: (N, density_channels), where composition is told from another map than the cells'. context: further inputs,
        (N, k) with NaN for what is missing; None: nothing is known. They shift the image logits, never the map.
        """
        standardised = self.standardise(features)
        local, pooled, embedding = self._pooled(standardised, inside)
        if self.apart is None or moments is None:
            told = breast_mean(standardised, inside)
        else:
            told = self.apart(moments[:, :, None, None]).flatten(1)
        if self.context is not None and context is not None:
            pooled = pooled + self.context(context)
        kinds = None if self.kinds is None else self.kinds(embedding).log_softmax(dim=1)
        return Evidence(local[:, 0], pooled[:, 0], pooled[:, 1], self.density(told), embedding, kinds)

    def _pooled(self, standardised: Tensor, inside: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Maps (N, 2, h, w), image logits (N, 2) and the mean features (N, C) of the cells that made the first of them."""
        local = self.local(standardised)
        if self.attention is None:
            embedding = top_mean(standardised, local[:, :1], inside, self.top_share)
            return local, pool_top(local, inside, self.top_share), embedding
        weights = self.attention(standardised, inside)
        embedding = mean_attended(standardised, weights[:, :1])
        return attended_evidence(local, weights), pool_attended(local, weights), embedding


class MammogramNet(nn.Module):
    """Prepared images in, evidence out."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.trunk = Trunk(config)
        self.heads = Heads(config)
        self.overview = overview_of(config)

    @classmethod
    def of(cls, near: "MammogramNet", overview: Overview, config: NetworkConfig) -> "MammogramNet":
        """`near` with a look at the whole image beside it."""
        whole = cls(config)
        whole.trunk.load_state_dict(near.trunk.state_dict())
        whole.heads.load_state_dict(near.heads.state_dict())
        whole.overview = overview
        return whole.requires_grad_(False).eval()

    def forward(self, x: Tensor, context: Tensor | None = None) -> Evidence:
        """x: (N, 1, H, W) float32 in [0, 1], air exactly 0, sides multiples of the deepest tap. context: see `Heads`."""
        evidence: Evidence = self.heads(*self.trunk.read(x), context)
        return evidence if self.overview is None else self.overview.beside(evidence, x)


def overview_of(config: NetworkConfig) -> Overview | None:
    """The untrained network that looks at the whole image, where the table asks for one."""
    return Overview(config.backbone, config.overview, config.overview_weight) if config.overview else None


def _shortened(backbone: Backbone, stride: int) -> Backbone:
    """The backbone without the blocks that nothing asks for, where they are a plain list."""
    if isinstance(backbone, EfficientNetLite):
        kept = sum(reached <= stride for reached in backbone.strides)
        backbone.blocks = backbone.blocks[:kept]
        backbone.strides = backbone.strides[:kept]
    return backbone
