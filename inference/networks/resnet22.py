"""ResNet-22, the narrow backbone for whole mammograms of Wu et al. (IEEE TMI 2020) and Shen et al. (MedIA 2021).

16 filters of 7x7 at stride 2, pooling of 3x3 at stride 2 and five stages of two pre-activation blocks (He et al., ECCV
2016) at strides 1, 2, 2, 2, 2, each stage twice as wide as the last. Names are those of the published weights.
"""

from collections.abc import Iterator
from typing import ClassVar, Final

from torch import Tensor, nn
from torch.nn import functional as F

from inference.networks.backbone import Backbone, Piece

PARAMETERS: Final = 2_799_536
WIDTHS: Final = (16, 32, 64, 128, 256)


class PreActivation(nn.Module):
    """Norm and ReLU before each 3x3 convolution; a stage's first block projects its shortcut, even at equal shape."""

    folds: ClassVar[tuple[tuple[str, str], ...]] = (("conv1", "bn2"),)

    def __init__(self, inputs: int, outputs: int, stride: int, *, first: bool) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False)) if first else None

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) -> (N, outputs, H / stride, W / stride), rounded up."""
        y = F.relu(self.bn1(x))
        kept = x if self.downsample is None else self.downsample(y)
        total: Tensor = kept + self.conv2(F.relu(self.bn2(self.conv1(y))))
        return total


class ResNet22(Backbone):
    """Grey image in, 256 channels at stride 64 out. padding: of the first layer, 3 in GMIC and 0 in DMV-CNN.

    As a backbone it takes 8 to 64 as strides: the pooling has no padding, so the map of stride 4 is a cell short.
    """

    inputs: ClassVar[int] = 1
    # the image's own mean and deviation are not known to a fixed constant: see `normalise`
    mean: ClassVar[tuple[float, ...]] = (0.0,)
    deviation: ClassVar[tuple[float, ...]] = (1.0,)

    def __init__(self, *, padding: int = 3) -> None:
        super().__init__()
        self.padding = padding
        self.channels = {8 << n: width for n, width in enumerate(WIDTHS[1:])} if padding == 3 else {}
        self.first_conv = nn.Conv2d(1, WIDTHS[0], 7, 2, padding=padding, bias=False)
        self.first_pool = nn.MaxPool2d(3, 2)
        self.layer_list = nn.ModuleList()
        for number, width in enumerate(WIDTHS):
            before, stride = WIDTHS[max(number - 1, 0)], 2 if number else 1
            head = PreActivation(before, width, stride, first=True)
            self.layer_list.append(nn.Sequential(head, PreActivation(width, width, 1, first=False)))
        self.final_bn = nn.BatchNorm2d(WIDTHS[-1])

    def normalise(self, x: Tensor) -> Tensor:
        """Each image less its mean, over its standard deviation, air and all, as its weights were trained."""
        grey = x.mean(dim=1, keepdim=True)
        deviation = grey.std(dim=(2, 3), keepdim=True, correction=0).clamp(min=1e-5)
        return (grey - grey.mean(dim=(2, 3), keepdim=True)) / deviation

    def drift(self, stride: int) -> float:
        """The unpadded pooling samples the middle of its three: one pixel of the image right instead of left of centre."""
        return super().drift(stride) + 2.0

    def pieces(self) -> Iterator[Piece]:
        """Stem of strides 2 and 4, then the stages of strides 4 to 64; the last is normalised and rectified."""
        yield 2, self.first_conv
        yield 4, self.first_pool
        for number, stage in enumerate(self.layer_list):
            yield 4 << number, stage
        yield 64, lambda x: F.relu(self.final_bn(x))

    def forward(self, x: Tensor) -> Tensor:
        """Features (N, 256, h, w) of standardised x (N, 1, H, W)."""
        for _, piece in self.pieces():
            x = piece(x)
        return x
