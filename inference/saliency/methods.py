"""Maps of where a network's malignancy logit comes from: its own evidence, and gradient methods of `captum`.

Every method answers on its own grid; `explain` brings them all to one form. Only the network's own evidence is a
calibrated probability; the others are relative, 1 at the image's strongest cell.
"""

from collections.abc import Callable
from typing import Any, Final, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from inference.saliency.layers import feature_layers

Floats = NDArray[np.float32]

CELL: Final = 8
"""Model pixels along each side of a cell of the maps that are worked out for single pixels."""
STEPS: Final = 8
"""Points on integrated gradients' way from the bare breast to the image."""
WINDOWS: Final = 6
"""Occlusion's patches across the image's shorter side; they overlap by half."""


class NoCaptum(ModuleNotFoundError):
    """A gradient method was asked for where captum is not installed."""


def explain(method: str, network: nn.Module, tensor: Tensor) -> Floats:
    """The map of one prepared image (1, H, W): (h, w) in [0, 1], 0 in the air, 1 at the strongest cell.

    An image that nothing speaks for is all 0. Raises ValueError for a name that is not in METHODS, NoCaptum where
    the method needs a library that is not there, FloatingPointError where the network answers NaN.
    """
    if method not in METHODS:
        raise ValueError(f"no saliency method {method!r}: choose one of {', '.join(METHODS)}")
    x = tensor[None]
    found = METHODS[method](network, x)
    if not torch.isfinite(found).all():
        raise FloatingPointError(f"{method}: the map is not finite")
    breast = F.adaptive_max_pool2d((x > 0).to(x.dtype), found.shape)[0, 0]
    shown = found.clamp(min=0.0) * breast
    return cast(Floats, (shown / shown.max().clamp(min=1e-12)).detach().cpu().numpy().astype(np.float32))


def evidence(network: nn.Module, x: Tensor) -> Tensor:
    """The cells' own probabilities: what the image's logit was pooled from."""
    with torch.inference_mode():
        found: Tensor = torch.sigmoid(network(x).malignancy_map[0].float())
    return found.clone()


def grad_cam(network: nn.Module, x: Tensor, finer: int = 0) -> Tensor:
    """Grad-CAM (Selvaraju et al. 2017) on the network's coarsest feature map, or on one that many steps finer.

    The members of an ensemble have maps of their own: what is shown is the sum of theirs, as their logits make up one.
    """
    found = []
    for layer in feature_layers(network, x, finer):
        whole = _captum().LayerGradCam(_logit(network), layer)
        found.append(whole.attribute(x.detach().requires_grad_(), relu_attributions=True).detach()[0, 0])
    return torch.stack(found).sum(dim=0)


def input_times_gradient(network: nn.Module, x: Tensor) -> Tensor:
    """Slope of the logit times the image (Shrikumar et al. 2016), absolute, summed over cells."""
    return _cells(_captum().InputXGradient(_logit(network)).attribute(x.detach().requires_grad_()))


def integrated_gradients(network: nn.Module, x: Tensor) -> Tensor:
    """Integrated gradients (Sundararajan et al. 2017) from a breast without detail to the image; absolute, by cells."""
    found = _captum().IntegratedGradients(_logit(network))
    return _cells(found.attribute(x.detach(), baselines=plain(x), n_steps=STEPS, internal_batch_size=1))


def occlusion(network: nn.Module, x: Tensor) -> Tensor:
    """How far the logit falls where a patch loses its detail (Zeiler & Fergus 2014)."""
    side = min(x.shape[-2:]) // WINDOWS
    window, stride = (1, side, side), (1, side // 2, side // 2)
    with torch.inference_mode():
        found = _captum().Occlusion(_logit(network)).attribute(x, window, stride, baselines=plain(x))
    return F.avg_pool2d(found.clamp(min=0.0), CELL)[0, 0].clone()


def brightness(network: nn.Module, x: Tensor) -> Tensor:
    """A control that knows nothing of the network: white is suspicious."""
    return F.avg_pool2d(x, CELL)[0, 0]


def chance(network: nn.Module, x: Tensor) -> Tensor:
    """A control: smooth noise, seeded by the image."""
    place = torch.arange(x.numel(), dtype=torch.float64, device=x.device)
    seed = int((x.flatten().double() * place).sum().item()) % (2**31)
    noise = torch.rand((1, 1, x.shape[-2] // 64, x.shape[-1] // 64), generator=torch.Generator().manual_seed(seed))
    return F.interpolate(noise, scale_factor=64 / CELL, mode="bilinear")[0, 0]


METHODS: Final[dict[str, Callable[[nn.Module, Tensor], Tensor]]] = {
    "evidence": evidence,
    "grad-cam": grad_cam,
    "grad-cam-finer": lambda network, x: grad_cam(network, x, 1),
    "input-x-gradient": input_times_gradient,
    "integrated-gradients": integrated_gradients,
    "occlusion": occlusion,
    "brightness": brightness,
    "random": chance,
}
CONTROLS: Final = ("brightness", "random")


def plain(x: Tensor) -> Tensor:
    """The breast without its detail: means over some 2 cm, never 0, so that it stays a breast to the network.

    x: (N, 1, H, W) in [0, 1], air exactly 0.
    """
    breast = (x > 0).to(x.dtype)
    size = 2 * (min(x.shape[-2:]) // 12) + 1
    spread = [F.avg_pool2d(part, size, stride=1, padding=size // 2) for part in (x, breast)]
    return (spread[0] / spread[1].clamp(min=1e-6)).clamp(min=1e-3) * breast


def _cells(attribution: Tensor) -> Tensor:
    return F.avg_pool2d(attribution.detach().abs(), CELL)[0, 0]


def _logit(network: nn.Module) -> Callable[[Tensor], Tensor]:
    return lambda x: cast(Tensor, network(x).malignancy)


def _captum() -> Any:
    try:
        from captum import attr
    except ModuleNotFoundError as error:
        raise NoCaptum("gradient maps need captum: pip install 'overread[train]', or use evidence") from error
    return attr
