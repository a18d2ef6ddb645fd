"""ResNet-18, 34 and 50 (He et al., "Deep Residual Learning", CVPR 2016), under the names of their published weights."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import ClassVar, Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from inference.networks.backbone import Backbone, Piece

PARAMETERS: Final = {"resnet18": 11_689_512, "resnet34": 21_797_672, "resnet50": 25_557_032}
"""With the 1000-class layer, as torchvision publishes them."""

conv = partial(nn.Conv2d, bias=False)


class Basic(nn.Module):
    """Two 3x3 convolutions around a shortcut, which is projected where the shape changes."""

    expansion: ClassVar[int] = 1
    folds: ClassVar[tuple[tuple[str, str], ...]] = (("conv1", "bn1"), ("conv2", "bn2"))

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = conv(inputs, width, 3, stride, padding=1)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = conv(width, width, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = shortcut(inputs, width, stride)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) -> (N, width, H / stride, W / stride)."""
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.downsample(x))


class Bottleneck(nn.Module):
    """1x1, 3x3 (which carries the stride, as in the published weights) and 1x1 to four times the width."""

    expansion: ClassVar[int] = 4
    folds: ClassVar[tuple[tuple[str, str], ...]] = (("conv1", "bn1"), ("conv2", "bn2"), ("conv3", "bn3"))

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        outputs = width * self.expansion
        self.conv1 = conv(inputs, width, 1)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = conv(width, width, 3, stride, padding=1)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = conv(width, outputs, 1)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample = shortcut(inputs, outputs, stride)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) -> (N, 4 width, H / stride, W / stride)."""
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        return F.relu(self.bn3(self.conv3(y)) + self.downsample(x))


def shortcut(inputs: int, outputs: int, stride: int) -> nn.Module:
    """What a block adds: its input as it is, or projected by 1x1 and batch norm where the shape changes."""
    if stride == 1 and inputs == outputs:
        return nn.Identity()
    return nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))


class ResNet(Backbone):
    """Stem and four stages; without `top` it has feature maps only."""

    folds: ClassVar[tuple[tuple[str, str], ...]] = (("conv1", "bn1"),)

    def __init__(self, block: type[Basic] | type[Bottleneck], repeats: Sequence[int], *, top: bool = True) -> None:
        super().__init__()
        self.conv1 = conv(3, 64, 7, 2, padding=3)
        self.bn1 = nn.BatchNorm2d(64)
        self.maxpool = nn.MaxPool2d(3, 2, padding=1)
        inputs = 64
        for number, count in enumerate(repeats):
            width, blocks = 64 << number, nn.Sequential()
            for index in range(count):
                blocks.append(block(inputs, width, 2 if number and not index else 1))
                inputs = width * block.expansion
            self.add_module(f"layer{number + 1}", blocks)
            self.channels[4 << number] = inputs
        self.fc = nn.Linear(inputs, 1000) if top else None

    def pieces(self) -> Iterator[Piece]:
        """Stem, stride 4 with its pooling, and the stages of strides 4, 8, 16 and 32."""
        yield 2, lambda x: F.relu(self.bn1(self.conv1(x)))
        yield 4, self.maxpool
        for number, stride in enumerate(self.channels, start=1):
            yield stride, self.get_submodule(f"layer{number}")

    def forward(self, x: Tensor) -> Tensor:
        """ImageNet logits (N, 1000) of normalised x (N, 3, H, W); ValueError where the top was left out."""
        if self.fc is None:
            raise ValueError("this backbone has feature maps only: build it with top=True")
        deepest = max(self.channels)
        logits: Tensor = self.fc(torch.mean(self._run(x, {deepest})[deepest], dim=(2, 3)))
        return logits


resnet18 = partial(ResNet, Basic, (2, 2, 2, 2))
resnet34 = partial(ResNet, Basic, (3, 4, 6, 3))
resnet50 = partial(ResNet, Bottleneck, (3, 4, 6, 3))
