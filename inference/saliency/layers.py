"""Finding the feature map that Grad-CAM looks at, whatever the network is built of."""

from typing import Final
from weakref import WeakKeyDictionary

from torch import Tensor, nn
from torch.autograd import grad

LEAST_CHANNELS: Final = 16
"""Convolutions with fewer outputs are heads: their map is an answer, not a feature."""
COARSEST: Final = 64
"""Maps coarser than this are no maps: gates of channels, pooled images."""


_KNOWN: "WeakKeyDictionary[nn.Module, list[list[nn.Module]]]" = WeakKeyDictionary()


def feature_layers(network: nn.Module, x: Tensor, finer: int = 0) -> list[nn.Module]:
    """The last convolution, in the order they run, on the network's coarsest map, or on one `finer` steps finer.

    One for each member of an ensemble that has such a map of its own; those that the members share are one. x: (1, 1, H, W),
    of the one size that the network reads. Only convolutions that the malignancy logit comes from count.
    Raises ValueError where there are not so many sizes of maps. A network is looked through once: it costs a backward.
    """
    if network not in _KNOWN:
        _KNOWN[network] = _last_of_each_size(network, x)
    found = _KNOWN[network]
    if len(found) <= finer:
        raise ValueError(f"the network has feature maps of {len(found)} sizes: Grad-CAM {finer} steps finer needs more")
    return found[finer]


def _last_of_each_size(network: nn.Module, x: Tensor) -> list[list[nn.Module]]:
    """Coarsest first; each with the last convolution of every member that has one."""
    seen: list[tuple[nn.Module, Tensor]] = []

    def note(module: nn.Module, _: object, out: Tensor) -> None:
        if out.ndim == 4 and out.shape[1] >= LEAST_CHANNELS and x.shape[-2] <= COARSEST * out.shape[-2]:
            seen.append((module, out))

    handles = [part.register_forward_hook(note) for part in network.modules() if isinstance(part, nn.Conv2d)]
    try:
        logit = network(x.detach().requires_grad_()).malignancy.sum()
    finally:
        for handle in handles:
            handle.remove()
    slopes = grad(logit, [out for _, out in seen], allow_unused=True) if seen and logit.requires_grad else ()
    member = _members(network)
    last: dict[int, dict[int, nn.Module]] = {}
    for (module, out), slope in zip(seen, slopes, strict=False):
        if slope is not None:
            last.setdefault(out.shape[-2], {})[member.get(module, 0)] = module
    return [list(last[size].values()) for size in sorted(last)]


def _members(network: nn.Module) -> dict[nn.Module, int]:
    """Which further member of an ensemble a module belongs to, from 1 on; all others are the first's, or shared."""
    further = getattr(network, "further", ())
    return {module: number for number, member in enumerate(further, 1) for module in member.modules()}
