"""A backbone cut at a stride: what lies below is computed once, what lies above is trained, or there more than once."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from inference.networks.backbone import Backbone, Piece, moved


class Split:
    """A backbone cut at a stride: `lower` stays as it is, `upper` is trained."""

    def __init__(self, backbone: Backbone, stride: int, deepest: int) -> None:
        self.backbone = backbone
        self.stride = stride
        self.shift = round(backbone.drift(deepest) - 0.1)
        pieces = list(backbone.pieces())
        self.below = [piece for reached, piece in pieces if reached <= stride]
        self.above = [(reached, piece) for reached, piece in pieces if stride < reached <= deepest]

    def lower(self, x: Tensor) -> Tensor:
        """Prepared images (N, 1, H, W) to the maps the cut lies under."""
        x = self.backbone.normalise(moved(x, self.shift))
        for piece in self.below:
            x = piece(x)
        return x

    def upper(self, x: Tensor, taps: Sequence[int]) -> dict[int, Tensor]:
        """Those maps to the maps of the taps."""
        found = climb(x, self.stride, self.above)
        return {tap: found[tap] for tap in taps}

    def parameters(self) -> list[torch.nn.Parameter]:
        """What is trained."""
        return [p for _, piece in self.above if isinstance(piece, torch.nn.Module) for p in piece.parameters()]


def climb(x: Tensor, stride: int, above: Iterable[Piece]) -> dict[int, Tensor]:
    """The map x of `stride` and the last of each stride above it, by stride."""
    found = {stride: x}
    for reached, piece in above:
        x = piece(x)
        found[reached] = x
    return found
