"""DenseNet-121 (Huang et al., "Densely Connected Convolutional Networks", CVPR 2017), names of its published weights."""

from collections.abc import Iterator
from typing import ClassVar, Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from inference.networks.backbone import Backbone, Piece

PARAMETERS: Final = 7_978_856
BLOCKS: Final = (6, 12, 24, 16)
GROWTH: Final = 32
STEM: Final = 64


class DenseLayer(nn.Module):
    """1x1 to four times the growth, then 3x3 to the growth; its answer is laid beside its input."""

    folds: ClassVar[tuple[tuple[str, str], ...]] = (("conv1", "norm2"),)

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, 4 * GROWTH, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(4 * GROWTH)
        self.conv2 = nn.Conv2d(4 * GROWTH, GROWTH, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) -> (N, inputs + growth, H, W)."""
        y = self.conv1(F.relu(self.norm1(x)))
        return torch.cat([x, self.conv2(F.relu(self.norm2(y)))], dim=1)


class Transition(nn.Module):
    """Halves the channels by 1x1, and the sides by averaging."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(inputs)
        self.conv = nn.Conv2d(inputs, inputs // 2, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) -> (N, inputs / 2, H / 2, W / 2)."""
        return F.avg_pool2d(self.conv(F.relu(self.norm(x))), 2)


class DenseNet121(Backbone):
    """Stem, four dense blocks and the transitions between them; without `top` it has feature maps only."""

    folds: ClassVar[tuple[tuple[str, str], ...]] = (("features.conv0", "features.norm0"),)

    def __init__(self, *, top: bool = True) -> None:
        super().__init__()
        self.features = nn.Module()
        self.features.conv0 = nn.Conv2d(3, STEM, 7, 2, padding=3, bias=False)
        self.features.norm0 = nn.BatchNorm2d(STEM)
        inputs = STEM
        for number, count in enumerate(BLOCKS, start=1):
            block = nn.Module()
            for index in range(1, count + 1):
                block.add_module(f"denselayer{index}", DenseLayer(inputs))
                inputs += GROWTH
            self.features.add_module(f"denseblock{number}", block)
            self.channels[2 << number] = inputs
            if number < len(BLOCKS):
                self.features.add_module(f"transition{number}", Transition(inputs))
                inputs //= 2
        self.features.norm5 = nn.BatchNorm2d(inputs)
        self.classifier = nn.Linear(inputs, 1000) if top else None

    def drift(self, stride: int) -> float:
        """The stem's filter and its pooling sample left pixels; averaging in twos keeps its centres."""
        return super().drift(min(stride, 4))

    def pieces(self) -> Iterator[Piece]:
        """Stem of strides 2 and 4, dense blocks of strides 4 to 32, each after its transition; the last is rectified."""
        stem = self.features.get_submodule("norm0"), self.features.get_submodule("conv0")
        yield 2, lambda x: F.relu(stem[0](stem[1](x)))
        yield 4, lambda x: F.max_pool2d(x, 3, 2, padding=1)
        for number, stride in enumerate(self.channels, start=1):
            if number > 1:
                yield stride, self.features.get_submodule(f"transition{number - 1}")
            for layer in self.features.get_submodule(f"denseblock{number}").children():
                yield stride, layer
        yield 32, lambda x: F.relu(self.features.get_submodule("norm5")(x))

    def forward(self, x: Tensor) -> Tensor:
        """ImageNet logits (N, 1000) of normalised x (N, 3, H, W); ValueError where the top was left out."""
        if self.classifier is None:
            raise ValueError("this backbone has feature maps only: build it with top=True")
        logits: Tensor = self.classifier(self._run(x, {32})[32].mean(dim=(2, 3)))
        return logits
