"""Finding the feature map that Grad-CAM looks at, whatever the network is built of."""

from torch import Tensor, nn

LEAST_CHANNELS = 16
"""Convolutions with fewer outputs are heads: their map is an answer, not a feature."""


def feature_layer(network: nn.Module, x: Tensor, stride: int) -> nn.Module:
    """The last convolution, in the order they run, whose map is `stride` times smaller than x (1, 1, H, W).

    Its output takes part in the malignancy logit. Raises ValueError where there is none.
    """
    size = (x.shape[-2] // stride, x.shape[-1] // stride)
    seen: list[tuple[nn.Module, Tensor]] = []

    def note(module: nn.Module, _: object, out: Tensor) -> None:
        if out.shape[-2:] == size and out.shape[1] >= LEAST_CHANNELS:
            seen.append((module, out))

    handles = [part.register_forward_hook(note) for part in network.modules() if isinstance(part, nn.Conv2d)]
    try:
        logit = network(x.detach().requires_grad_()).malignancy.sum()
    finally:
        for handle in handles:
            handle.remove()
    for module, out in reversed(seen):
        if _takes_part(logit, out):
            return module
    raise ValueError(f"the network has no feature map {stride} times smaller than its image: choose another stride")


def _takes_part(logit: Tensor, out: Tensor) -> bool:
    from torch.autograd import grad

    [slope] = grad(logit, out, retain_graph=True, allow_unused=True) if out.requires_grad else (None,)
    return slope is not None
