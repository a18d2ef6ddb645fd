"""What every backbone answers: feature maps of a prepared image, by stride."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Piece = tuple[int, Callable[[Tensor], Tensor]]
"""A part of a network and the stride, in pixels of the image, of what it answers."""

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_DEVIATION = (0.229, 0.224, 0.225)


class Backbone(nn.Module):
    """A network that turns a prepared image into maps; its published weights keep the names they were published by.

    channels: of each map, by stride. inputs: 3 colours, or 1 grey. mean, deviation: of an input in [0, 1] to
    standardise by, one value a colour.
    """

    inputs: ClassVar[int] = 3
    mean: ClassVar[tuple[float, ...]] = IMAGENET_MEAN
    deviation: ClassVar[tuple[float, ...]] = IMAGENET_DEVIATION

    def __init__(self) -> None:
        super().__init__()
        self.channels: dict[int, int] = {}

    @abstractmethod
    def pieces(self) -> Iterator[Piece]:
        """The parts in their order, from the normalised image to the deepest map."""

    def drift(self, stride: int) -> float:
        """How far right of `(k + 0.5) * stride - 0.5` the centre of what cell k sees lies, in pixels of the image.

        A padded stride-2 filter of odd width samples the left pixel of each pair: half a pixel of its input a time.
        """
        return -(stride - 1) / 2

    def normalise(self, x: Tensor) -> Tensor:
        """(N, 1 or 3, H, W) in [0, 1] as the network takes it: grey is shown as three equal colours, or colours as grey."""
        if self.inputs == 1:
            x = x.mean(dim=1, keepdim=True)
        shape = (1, -1, 1, 1)
        mean, deviation = (torch.tensor(v, dtype=x.dtype, device=x.device) for v in (self.mean, self.deviation))
        return (x.expand(-1, self.inputs, -1, -1) - mean.view(shape)) / deviation.view(shape)

    def maps(self, x: Tensor, strides: Iterable[int]) -> dict[int, Tensor]:
        """Maps (N, channels[s], H / s, W / s) of the asked strides; nothing deeper than the last of them is computed.

        x: (N, 1 or 3, H, W) in [0, 1], air 0. The deepest map's cell k has its centre at `(k + 0.5) * s - 0.5` within half
        a pixel: the image is moved by `drift` first. Raises ValueError for a stride there is no map of, or sides that
        the deepest stride does not divide.
        """
        asked = set(strides)
        if not asked or not asked <= set(self.channels):
            raise ValueError(f"there are maps of strides {sorted(self.channels)}, not {sorted(asked)}")
        deepest = max(asked)
        if x.shape[-1] % deepest or x.shape[-2] % deepest:
            raise ValueError(f"height and width must be multiples of {deepest}, got {tuple(x.shape[-2:])}")
        return self._run(self.normalise(moved(x, round(self.drift(deepest) - 0.1))), asked)

    def _run(self, x: Tensor, asked: set[int]) -> dict[int, Tensor]:
        found: dict[int, Tensor] = {}
        for stride, piece in self.pieces():
            if stride > max(asked):
                break
            x = piece(x)
            if stride in asked:
                found[stride] = x
        return found


def moved(x: Tensor, by: int) -> Tensor:
    """The image (N, C, H, W) moved right and down by `by` pixels (left and up where negative), 0 where it came from."""
    return F.pad(x, (by, -by, by, -by)) if by else x
