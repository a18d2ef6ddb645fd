"""GMIC, the globally-aware multiple instance classifier of Shen et al., "An interpretable classifier for high-resolution
breast cancer screening images utilizing weakly supervised localization", Medical Image Analysis 2021 (arXiv 2002.07613).

A narrow network on the whole image draws two saliency maps; where they are highest, six crops are looked at by a wider
one; an attention weighs them; both levels together decide. Names are those of the published weights.
"""

from typing import Final, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from inference.networks.resnet import Basic, ResNet
from inference.networks.resnet22 import WIDTHS, ResNet22

PARAMETERS: Final = 14_110_322
HEIGHT: Final = 2944
WIDTH: Final = 1920
CLASSES: Final = ("benign", "malignant")
CROPS: Final = 6
CROP: Final = 256
LOCAL: Final = 512
ATTENTION: Final = 128
PERCENT_T: Final = 0.02
"""Share of a map's cells whose mean is the global answer; 0.02 in the first of the five published models."""


class Reading(NamedTuple):
    """Probabilities (N, 2) of (benign, malignant) by each part, the maps (N, 2, h, w), the crops and their weights.

    corners: (N, 6, 2), row and column of each crop's upper left pixel. attention: (N, 6), sums to 1.
    """

    fusion: Tensor
    overall: Tensor
    local: Tensor
    maps: Tensor
    corners: Tensor
    attention: Tensor


class Crops(ResNet):
    """ResNet-18 without its top: (N, 3, 256, 256) -> (N, 512)."""

    def __init__(self) -> None:
        super().__init__(Basic, (2, 2, 2, 2), top=False)

    def forward(self, x: Tensor) -> Tensor:
        """Mean features of each crop."""
        return self._run(x, {32})[32].mean(dim=(2, 3))


class Saliency(nn.Module):
    """Features to one map a class, each cell in (0, 1)."""

    def __init__(self) -> None:
        super().__init__()
        self.gn_conv_last = nn.Conv2d(WIDTHS[-1], len(CLASSES), 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, 256, h, w) -> (N, 2, h, w)."""
        return torch.sigmoid(self.gn_conv_last(x))


class Gmic(nn.Module):
    """One standardised view in, probabilities, maps and crops out. percent_t: see `PERCENT_T`."""

    def __init__(self, percent_t: float = PERCENT_T) -> None:
        super().__init__()
        if not 0 < percent_t <= 1:
            raise ValueError(f"percent_t must lie in (0, 1], not {percent_t}")
        self.percent_t = percent_t
        self.ds_net = ResNet22(padding=3)
        self.left_postprocess_net = Saliency()
        self.dn_resnet = Crops()
        self.mil_attn_V = nn.Linear(LOCAL, ATTENTION, bias=False)
        self.mil_attn_U = nn.Linear(LOCAL, ATTENTION, bias=False)
        self.mil_attn_w = nn.Linear(ATTENTION, 1, bias=False)
        self.classifier_linear = nn.Linear(LOCAL, len(CLASSES), bias=False)
        self.fusion_dnn = nn.Linear(WIDTHS[-1] + LOCAL, len(CLASSES))

    def forward(self, x: Tensor) -> Reading:
        """x: (N, 1, H, W), standardised, chest wall left; 2944 x 1920 as published, H and W multiples of 64."""
        features = self.ds_net(x)
        maps = self.left_postprocess_net(features)
        corners = self.corners(maps, x.shape[2:])
        local, attention = self.attended(cut(x, corners))
        overall = maps.flatten(2).topk(max(1, round(maps[0, 0].numel() * self.percent_t)), dim=2).values.mean(dim=2)
        joined = torch.cat([features.amax(dim=(2, 3)), local], dim=1)
        by_crops = torch.sigmoid(self.classifier_linear(local))
        return Reading(torch.sigmoid(self.fusion_dnn(joined)), overall, by_crops, maps, corners, attention)

    def corners(self, maps: Tensor, size: torch.Size) -> Tensor:
        """The crops, one after another where the sum of both maps, each stretched to 0..1, is highest; then it counts as 0.

        maps: (N, 2, h, w). Returns rows and columns (N, 6, 2) in pixels of an image of `size` (H, W).
        """
        tall, wide = (round(CROP * cells / pixels) for cells, pixels in zip(maps.shape[2:], size, strict=True))
        low, high = (bound(maps, dim=(2, 3), keepdim=True) for bound in (torch.amin, torch.amax))
        left = ((maps - low) / (high - low).clamp(min=torch.finfo(maps.dtype).tiny)).sum(dim=1, keepdim=True)
        rows, cols = (torch.arange(length, device=maps.device) for length in maps.shape[2:])
        found = []
        for _ in range(CROPS):
            means = F.avg_pool2d(left, (tall, wide), stride=1)
            best = means.flatten(1).argmax(dim=1)
            row, col = best // means.shape[3], best % means.shape[3]
            found.append(torch.stack([row, col], dim=1))
            in_rows = (rows >= row[:, None]) & (rows < row[:, None] + tall)
            in_cols = (cols >= col[:, None]) & (cols < col[:, None] + wide)
            left = left.masked_fill((in_rows[:, :, None] & in_cols[:, None, :])[:, None], 0.0)
        scale = torch.tensor([size[0] / maps.shape[2], size[1] / maps.shape[3]], device=maps.device)
        return (torch.stack(found, dim=1) * scale).round().long()

    def attended(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        """Gated attention (Ilse et al., ICML 2018) over crops (N, 6, 256, 256): their mean (N, 512), and weights (N, 6)."""
        grey = crops.flatten(0, 1).unsqueeze(1).expand(-1, 3, -1, -1)
        hidden = self.dn_resnet(grey).unflatten(0, crops.shape[:2])
        gated = torch.sigmoid(self.mil_attn_U(hidden)) * torch.tanh(self.mil_attn_V(hidden))
        weights = torch.softmax(self.mil_attn_w(gated).squeeze(2), dim=1)
        return (weights.unsqueeze(2) * hidden).sum(dim=1), weights


def cut(x: Tensor, corners: Tensor) -> Tensor:
    """Crops (N, 6, 256, 256) of images (N, 1, H, W) at their upper left corners (N, 6, 2)."""
    places = [[(int(row), int(col)) for row, col in image] for image in corners.tolist()]
    rows = [
        torch.stack([image[0, r : r + CROP, c : c + CROP] for r, c in six])
        for image, six in zip(x, places, strict=True)
    ]
    return torch.stack(rows)
