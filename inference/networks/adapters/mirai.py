"""Mirai, cancer risk over five years from four views: Yala et al., "Toward robust mammography-based models for breast
cancer risk", Science Translational Medicine 2021.

A ResNet-18 turns each view into 512 numbers; a transformer puts the views together; from their maximum 34 risk factors are
guessed (none is asked of the user) and set beside it; hazards that cannot fall with the years give the risk. Names of the
parts that decide are those of the published weights, "encoder." and "aggregator." put in front.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

import torch
from torch import Tensor, nn

from inference.networks.resnet import Basic, conv

HEIGHT: Final = 2048
WIDTH: Final = 1664
MEAN: Final = 7047.99
DEVIATION: Final = 12005.5
"""Of 16-bit images."""
YEARS: Final = 5
FEATURES: Final = 512
PLACE: Final = 32
RELATIVES: Final = ("mom", "m_aunt", "p_aunt", "m_grandmother", "p_grantmother", "sister")
FACTORS: Final[dict[str, int]] = {
    "density": 4,
    "binary_family_history": 1,
    "binary_biopsy_benign": 1,
    "binary_biopsy_LCIS": 1,
    "binary_biopsy_atypical_hyperplasia": 1,
    "age": 6,
    "menarche_age": 5,
    "menopause_age": 5,
    "first_pregnancy_age": 6,
    "prior_hist": 1,
    "race": 13,
    "parous": 1,
    "menopausal_status": 4,
    "weight": 7,
    "height": 7,
    "ovarian_cancer": 1,
    "ovarian_cancer_age": 6,
    "ashkenazi": 1,
    "brca": 4,
    **{f"{who}_{kind}_cancer_history": 1 for kind in ("bc", "oc") for who in RELATIVES},
    "hrt_type": 3,
    "hrt_duration": 5,
    "hrt_years_ago_stopped": 5,
}
"""The risk factors in their order, each with its number of classes, as the published names spell them."""


@dataclass(frozen=True)
class MiraiConfig:
    """What cannot be told from the weights. pool: "max", "mean" or "attention" over the views."""

    hidden: int = 512
    heads: int = 8
    layers: int = 1
    pool: str = "max"

    def __post_init__(self) -> None:
        """ValueError for numbers that no weights can have."""
        if self.pool not in ("max", "mean", "attention"):
            raise ValueError(f"[network] pool is max, mean or attention, not {self.pool!r}")
        if min(self.hidden, self.heads, self.layers) < 1 or self.hidden % self.heads or self.layers > 24:
            raise ValueError(
                f"[network] {self.heads} heads do not divide {self.hidden} features, or layers are senseless"
            )


class Encoder(nn.Module):
    """ResNet-18 under the published names of its blocks; global maximum instead of the mean."""

    def __init__(self) -> None:
        super().__init__()
        self.downsampler = nn.ModuleDict({"conv1": conv(3, 64, 7, 2, padding=3), "bn1": nn.BatchNorm2d(64)})
        before = 64
        for number in range(4):
            for index in range(2):
                width, stride = 64 << number, 2 if number and not index else 1
                self.add_module(f"layer{number + 1}_{index}", Basic(before, width, stride))
                before = width

    def forward(self, x: Tensor) -> Tensor:
        """Standardised (N, 3, H, W) -> (N, 512)."""
        x = torch.relu(self.downsampler["bn1"](self.downsampler["conv1"](x)))
        x = nn.functional.max_pool2d(x, 3, 2, padding=1)
        for name, block in self.named_children():
            x = x if name == "downsampler" else block(x)
        return x.amax(dim=(2, 3))


class Attention(nn.Module):
    """Every view looks at every view, with several heads (Vaswani et al., NeurIPS 2017)."""

    def __init__(self, hidden: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value = (nn.Linear(hidden, hidden) for _ in range(3))
        self.aggregate_fc = nn.Linear(hidden, hidden)

    def forward(self, x: Tensor) -> Tensor:
        """(N, views, hidden) -> the same."""
        query, key, value = (
            part(x).unflatten(2, (self.heads, -1)).transpose(1, 2) for part in (self.query, self.key, self.value)
        )
        scores = torch.softmax(query @ key.transpose(2, 3) / sqrt(query.shape[3]), dim=3)
        mixed: Tensor = self.aggregate_fc((scores @ value).transpose(1, 2).flatten(2))
        return mixed


class Layer(nn.Module):
    """Attention and two linear layers, each added to its input and normalised after."""

    def __init__(self, hidden: int, heads: int) -> None:
        super().__init__()
        self.multihead_attention = Attention(hidden, heads)
        self.layernorm_attn = nn.LayerNorm(hidden)
        self.fc1, self.fc2 = nn.Linear(hidden, hidden), nn.Linear(hidden, hidden)
        self.layernorm_fc = nn.LayerNorm(hidden)

    def forward(self, x: Tensor) -> Tensor:
        """(N, views, hidden) -> the same."""
        x = self.layernorm_attn(self.multihead_attention(x) + x)
        normed: Tensor = self.layernorm_fc(self.fc2(torch.relu(self.fc1(x))) + x)
        return normed


class Views(nn.Module):
    """The transformer: each view's features scaled and shifted by what its view, time and side are, then the layers."""

    def __init__(self, config: MiraiConfig) -> None:
        super().__init__()
        self.time_embed = nn.Embedding(11, PLACE, padding_idx=-1)
        self.view_embed = nn.Embedding(3, PLACE, padding_idx=-1)
        self.side_embed = nn.Embedding(3, PLACE, padding_idx=-1)
        self.embed_add_fc = nn.Linear(3 * PLACE, config.hidden)
        self.embed_scale_fc = nn.Linear(3 * PLACE, config.hidden)
        for number in range(config.layers):
            self.add_module(f"transformer_layer_{number}", Layer(config.hidden, config.heads))

    def forward(self, x: Tensor, view: Tensor, side: Tensor) -> Tensor:
        """x: (N, views, hidden). view: (N, views), 0 CC, 1 MLO. side: 0 R, 1 L. The exam is of today: time 0."""
        place = torch.cat(
            [self.view_embed(view), self.time_embed(torch.zeros_like(view)), self.side_embed(side)], dim=2
        )
        x = self.embed_scale_fc(place) * x + self.embed_add_fc(place)
        for name, layer in self.named_children():
            x = layer(x) if name.startswith("transformer_layer_") else x
        return x


class Pool(nn.Module):
    """The views' maximum (or mean, or attended mean) and the risk factors that are guessed from it."""

    def __init__(self, config: MiraiConfig) -> None:
        super().__init__()
        self.kind = config.pool
        self.internal_pool = nn.Module()
        if config.pool == "attention":
            self.internal_pool.attention_fc = nn.Linear(config.hidden, 1)
        for name, classes in FACTORS.items():
            self.add_module(f"{name}_fc", nn.Linear(config.hidden, classes))

    def forward(self, x: Tensor) -> Tensor:
        """(N, views, hidden) -> (N, hidden + 100)."""
        pooled = self.pooled(x)
        guessed = [self.get_submodule(f"{name}_fc")(pooled) for name in FACTORS]
        chances = [torch.sigmoid(g) if g.shape[1] == 1 else torch.softmax(g, dim=1) for g in guessed]
        return torch.cat([pooled, *chances], dim=1)

    def pooled(self, x: Tensor) -> Tensor:
        """(N, views, hidden) -> (N, hidden)."""
        if self.kind == "attention":
            weights: Tensor = torch.softmax(self.internal_pool.get_submodule("attention_fc")(x), dim=1)
            return (x * weights).sum(dim=1)
        return x.amax(dim=1) if self.kind == "max" else x.mean(dim=1)


class Hazard(nn.Module):
    """A base and, for each year, something that is never negative: risks that rise with the years."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.hazard_fc = nn.Linear(inputs, YEARS)
        self.base_hazard_fc = nn.Linear(inputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs) -> logits (N, 5) of cancer within 1 to 5 years."""
        logits: Tensor = torch.relu(self.hazard_fc(x)).cumsum(dim=1) + self.base_hazard_fc(x)
        return logits


class Aggregator(nn.Module):
    """Four views' features to the logits of five years."""

    def __init__(self, config: MiraiConfig) -> None:
        super().__init__()
        self.mask_embedding = nn.Embedding(2, FEATURES, padding_idx=1)
        self.projection_layer = nn.Linear(FEATURES, config.hidden)
        self.transformer = Views(config)
        self.pool = Pool(config)
        self.prob_of_failure_layer = Hazard(config.hidden + sum(FACTORS.values()))

    def forward(self, x: Tensor, view: Tensor, side: Tensor) -> Tensor:
        """x: (N, views, 512); view, side: as `Views` has them. Returns (N, 5)."""
        seen = x + self.mask_embedding.weight[1]  # no view is hidden; the published weights hold zeros here
        placed = self.transformer(self.projection_layer(seen), view, side)
        logits: Tensor = self.prob_of_failure_layer(torch.relu(self.pool(placed)))
        return logits


class Mirai(nn.Module):
    """Encoder and aggregator, each asked on its own so that one view is in memory at a time."""

    def __init__(self, config: MiraiConfig) -> None:
        super().__init__()
        self.encoder = Encoder()
        self.aggregator = Aggregator(config)

    def forward(self, x: Tensor, view: Tensor, side: Tensor) -> Tensor:
        """x: (N, views, 3, H, W), standardised. Returns logits (N, 5) of cancer within 1 to 5 years."""
        features = torch.stack([self.encoder(one) for one in x.unbind(dim=1)], dim=1)
        logits: Tensor = self.aggregator(features, view, side)
        return logits


def renamed(encoder: Mapping[str, Any], aggregator: Mapping[str, Any]) -> dict[str, Any]:
    """The published parts under our prefixes, without those that only training used; whatever else is left stays.

    The encoder's own risk factors, classifier and hazard are not asked when the transformer decides; `kept_images_vec`,
    `pred_masked_img_fc`, `fc` and the triangle of ones hold nothing that the answer depends on.
    """
    unused = ("pool.", "fc.", "prob_of_failure_layer.", "birads_fc.", "region_fc.")
    first = {key.removeprefix("_model."): value for key, value in encoder.items()}
    found = {f"encoder.{key}": value for key, value in first.items() if not key.startswith(unused)}
    spent = ("kept_images_vec", "pred_masked_img_fc.", "fc.", "birads_fc.", "prob_of_failure_layer.upper_tri")
    last = {key.removeprefix("_model."): value for key, value in aggregator.items()}
    return found | {f"aggregator.{key}": value for key, value in last.items() if not key.startswith(spent)}
