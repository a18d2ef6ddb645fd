"""Backbones by name: what the [network] table of a release may ask for."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from inference.networks import efficientnet_lite as lite
from inference.networks.backbone import Backbone
from inference.networks.densenet import DenseNet121
from inference.networks.efficientnet import EfficientNetB0
from inference.networks.resnet import resnet18, resnet34, resnet50
from inference.networks.resnet22 import ResNet22

WITH_TOP: Final[dict[str, Callable[..., Backbone]]] = {
    "resnet18": resnet18,
    "resnet34": resnet34,
    "resnet50": resnet50,
    "densenet121": DenseNet121,
    "efficientnet-b0": EfficientNetB0,
    **{name: partial(lite.EfficientNetLite, name) for name in lite.SCALES},
}
"""Those that were published with a 1000-class layer."""
BACKBONES: Final = (*WITH_TOP, "resnet22")


def build_backbone(name: str, *, pretrained: bool = False, weights: Path | None = None) -> Backbone:
    """A backbone without its top, in evaluation mode; ValueError for a name that is not in `BACKBONES`.

    pretrained: with the ImageNet weights that a package of the `train` extra holds (the Lite variants only).
    weights: a safetensors file of the whole published network, every key of it named and used.
    """
    known(name)
    if pretrained and weights is None:
        if name not in lite.SCALES:
            raise ValueError(f"no package holds ImageNet weights of {name}: hand in its file as safetensors")
        return lite.pretrained(name)
    make = WITH_TOP.get(name, ResNet22)
    if weights is None:
        return (make() if name == "resnet22" else make(top=False)).eval()
    return _without_top(_loaded(make(), weights), make)


@cache
def _shape(name: str) -> Backbone:
    """The backbone without values: its channels are known, it takes no memory."""
    with torch.device("meta"):
        return build_backbone(name)


def channels_of(name: str) -> dict[int, int]:
    """Channels of the backbone's maps by stride; ValueError for a name that is not in `BACKBONES`."""
    known(name)
    return dict(_shape(name).channels)


def known(name: str) -> None:
    """Raise ValueError, naming those there are, where `name` is no backbone."""
    if name not in BACKBONES:
        raise ValueError(f"there is no backbone {name!r}: choose one of {', '.join(BACKBONES)}")


def _loaded(network: Backbone, weights: Path) -> Backbone:
    try:
        network.load_state_dict(load_file(weights), strict=True)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise ValueError(f"{weights.name} does not fit the backbone: {error}") from error
    return network


def _without_top(whole: Backbone, make: Callable[..., Backbone]) -> Backbone:
    """The same weights in a network that has no top."""
    if isinstance(whole, ResNet22):
        return whole.eval()
    bare = make(top=False)
    state = whole.state_dict()
    bare.load_state_dict({key: state[key] for key in bare.state_dict()}, strict=True)
    return bare.eval()
