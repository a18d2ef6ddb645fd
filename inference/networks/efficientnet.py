"""EfficientNet-B0 (Tan and Le, ICML 2019, arXiv 1905.11946), under the names of torchvision's published weights."""

from collections.abc import Iterator
from typing import Final

from torch import Tensor, nn

from inference.networks.backbone import Backbone, Piece

PARAMETERS: Final = 5_288_548
STAGES: Final = (
    # expansion, channels, blocks, stride, kernel
    (1, 16, 1, 1, 3),
    (6, 24, 2, 2, 3),
    (6, 40, 2, 2, 5),
    (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5),
    (6, 192, 4, 2, 5),
    (6, 320, 1, 1, 3),
)
"""Shared by B0 and, scaled, by the Lite variants."""


class ConvNorm(nn.Sequential):
    """Convolution, batch norm and, unless it projects, SiLU; padded evenly."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, *, stride: int = 1, groups: int = 1, act: bool = True
    ) -> None:
        convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, groups=groups, bias=False)
        super().__init__(convolution, nn.BatchNorm2d(outputs), *([nn.SiLU()] if act else []))


class SqueezeExcite(nn.Module):
    """Each channel weighed by a gate that sees the means of all of them (Hu et al., CVPR 2018)."""

    def __init__(self, channels: int, squeezed: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> the same, each channel times its gate in (0, 1)."""
        gate: Tensor = self.fc2(nn.functional.silu(self.fc1(x.mean(dim=(2, 3), keepdim=True))))
        return x * gate.sigmoid()


class Block(nn.Module):
    """Inverted residual: expand, filter each channel, gate, project; added to its input where the shapes agree."""

    def __init__(self, inputs: int, outputs: int, *, expansion: int, stride: int, kernel: int) -> None:
        super().__init__()
        wide = inputs * expansion
        self.residual = stride == 1 and inputs == outputs
        self.block = nn.Sequential()
        if expansion > 1:
            self.block.append(ConvNorm(inputs, wide, 1))
        self.block.append(ConvNorm(wide, wide, kernel, stride=stride, groups=wide))
        self.block.append(SqueezeExcite(wide, max(1, inputs // 4)))
        self.block.append(ConvNorm(wide, outputs, 1, act=False))

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) -> (N, outputs, H / stride, W / stride)."""
        y: Tensor = self.block(x)
        return x + y if self.residual else y


class EfficientNetB0(Backbone):
    """Stem and seven stages; without `top` it has feature maps only."""

    def __init__(self, *, top: bool = True) -> None:
        super().__init__()
        self.features = nn.Sequential(ConvNorm(3, 32, 3, stride=2))
        self.strides = [2]
        inputs = 32
        for expansion, width, repeats, stride, kernel in STAGES:
            stage = nn.Sequential()
            for index in range(repeats):
                step = stride if index == 0 else 1
                stage.append(Block(inputs, width, expansion=expansion, stride=step, kernel=kernel))
                inputs = width
            self.features.append(stage)
            self.strides.append(self.strides[-1] * stride)
            self.channels[self.strides[-1]] = width
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(1280, 1000)) if top else None
        if top:
            self.features.append(ConvNorm(inputs, 1280, 1))

    def pieces(self) -> Iterator[Piece]:
        """Stem of stride 2 and the stages of strides 2 to 32; the last map of each is a linear bottleneck."""
        yield from zip(self.strides, self.features, strict=False)

    def forward(self, x: Tensor) -> Tensor:
        """ImageNet logits (N, 1000) of normalised x (N, 3, H, W); ValueError where the top was left out."""
        if self.classifier is None:
            raise ValueError("this backbone has feature maps only: build it with top=True")
        logits: Tensor = self.classifier(self.features(x).mean(dim=(2, 3)))
        return logits
