"""Frozen feature maps, computed once per image and kept in a cache folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from inference.datasets.records import Record, read_pixels
from inference.networks.efficientnet_lite import LEAN
from inference.networks.mammogram import Trunk
from inference.preprocess import InputSpec, prepare
from inference.training.targets import cover

DEFAULT_CACHE = Path.home() / ".cache" / "overread"


@dataclass(frozen=True)
class View:
    """All images of a run, one way up.

    features: (n, C, h, w) float32. inside: (n, 1, h, w), each cell's share of breast. regions: (n, 2, h, w), its share
    of malignant and of any outlined regions.
    """

    features: Tensor
    inside: Tensor
    regions: Tensor

    def flipped(self) -> "View":
        """The same values for the maps turned upside down (a flip of cells, not of pixels)."""
        return View(self.features.flip(2), self.inside.flip(2), self.regions.flip(2))


class FeatureCache:
    """Feature maps of `trunk` for one input specification, in files named by what made them."""

    def __init__(self, trunk: Trunk, spec: InputSpec, folder: Path) -> None:
        self.trunk = trunk.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.spec = spec
        self.folder = folder
        state = sha256(repr((spec, trunk.config.backbone, trunk.taps, LEAN)).encode())
        for name, value in sorted(trunk.state_dict().items()):
            state.update(name.encode() + value.numpy().tobytes())
        self.made_by = state.hexdigest()

    def view(self, records: Sequence[Record], *, flip: bool = False) -> View:
        """Maps of every record, from the cache where they are there; `flip` turns images upside down first."""
        self.folder.mkdir(parents=True, exist_ok=True)
        note = "features, flipped" if flip else "features"
        parts = [self._one(record, flip) for record in tqdm(records, desc=note, unit="image", disable=None)]
        features, inside, regions = (torch.from_numpy(np.stack(part)).float() for part in zip(*parts, strict=True))
        return View(features, inside, regions)

    def _one(self, record: Record, flip: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        content = sha256(record.path.read_bytes()).hexdigest()
        drawn = sha256(repr(record.regions).encode()).hexdigest()
        name = sha256(f"{self.made_by}{content}{drawn}{record.laterality}{flip}".encode()).hexdigest()
        path = self.folder / f"{name[:40]}.npz"
        if not path.is_file():
            arrays = self._compute(record, flip)
            scratch = path.with_suffix(".part.npz")
            np.savez(scratch, *(array.astype(np.float16) for array in arrays))
            scratch.replace(path)
        with np.load(path, allow_pickle=False) as kept:
            return kept["arr_0"], kept["arr_1"], kept["arr_2"]

    @torch.inference_mode()
    def _compute(self, record: Record, flip: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        prepared = prepare(read_pixels(record.path), record.laterality, self.spec)
        tensor = prepared.tensor.flip(1) if flip else prepared.tensor
        features, inside = self.trunk(tensor[None].contiguous(memory_format=torch.channels_last))
        regions = cover(record.regions, prepared.frame, features.shape[2:])
        return features[0].numpy(), inside[0].numpy(), regions[:, ::-1] if flip else regions
