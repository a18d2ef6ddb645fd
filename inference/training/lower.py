"""The frozen part of a backbone that is being tuned: its maps of every image and copy, computed once."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from inference.networks.split import Split
from inference.training.copies import Copier
from inference.training.plain import Plain, PlainCache


@dataclass(frozen=True)
class Lower:
    """One image or copy below the trainable part. values: (C, h, w) float16. inside, regions: (h, w), (2, h, w) shares.

    added: what was moved in (see `copies`).
    """

    values: Tensor
    inside: Tensor
    regions: Tensor
    added: int


class LowerCache:
    """Maps under the cut, in files named by what made them."""

    def __init__(self, split: Split, plain: PlainCache, copier: Copier, folder: Path) -> None:
        self.split = split
        self.plain = plain
        self.copier = copier
        self.folder = folder
        state = sha256(repr(("lower-1", split.stride, split.shift, copier.fold.tolist())).encode())
        for name, value in sorted(split.backbone.state_dict().items()):
            state.update(name.encode() + value.cpu().numpy().tobytes())
        for path in plain.paths:
            state.update(path.name.encode())
        self.made_by = state.hexdigest()

    def all(self, number: int) -> list[Lower]:
        """Copy `number` of every image (0: the image itself)."""
        note = f"maps of copy {number}" if number else "maps"
        return [self._one(index, number) for index in tqdm(range(len(self.plain)), desc=note, disable=None)]

    def path(self, index: int, number: int) -> Path:
        """The file that holds one image's maps."""
        name = sha256(f"{self.made_by}{self.plain.paths[index].name}{index}-{number}".encode()).hexdigest()
        return self.folder / f"{name[:40]}.lower.npz"

    def _one(self, index: int, number: int) -> Lower:
        path = self.path(index, number)
        if not path.is_file():
            image, added = self.copier.copy(index, number) if number else (self.plain[index], 0)
            write(path, self._values(image), image, added, self.split.stride)
        with np.load(path, allow_pickle=False) as kept:
            parts = [torch.from_numpy(kept[name]) for name in ("values", "inside", "regions")]
            return Lower(parts[0], parts[1].float(), parts[2].float(), int(kept["added"]))

    @torch.inference_mode()
    def _values(self, image: Plain) -> NDArray[np.float32]:
        x = torch.from_numpy(image.pixels)[None, None].contiguous(memory_format=torch.channels_last)
        return np.ascontiguousarray(self.split.lower(x)[0].numpy())


def write(path: Path, values: NDArray[np.float32], image: Plain, added: int, stride: int) -> None:
    """Keep one image's maps, with shares of breast and outlines on their grid."""
    planes = np.concatenate([image.pixels[None] > 0, image.drawn]).astype(np.float32)
    shares = F.avg_pool2d(torch.from_numpy(planes)[None], stride)[0].numpy().astype(np.float16)
    scratch = path.with_suffix(".part.npz")
    np.savez(scratch, values=values.astype(np.float16), inside=shares[0], regions=shares[1:], added=added)
    scratch.replace(path)
