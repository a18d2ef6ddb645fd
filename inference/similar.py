"""Reference images near an exam's most suspicious one by the network's own embedding: names and labels, never pixels."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from inference.results import SimilarCase

Floats = NDArray[np.float32]

VECTORS: Final = "similar.safetensors"
NAMES: Final = "similar.json"
MOST: Final = 3


@dataclass(frozen=True)
class Embedded:
    """A linear map from the network's embedding (D,) to unit vectors (k,), and those of the reference images (n, k)."""

    mean: Floats
    basis: Floats
    vectors: Floats

    def unit(self, embedding: Floats) -> Floats:
        """Embeddings (..., D) as unit vectors (..., k); zero where there is nothing left of one."""
        short = (embedding - self.mean) @ self.basis.T
        return np.asarray(short / np.maximum(np.linalg.norm(short, axis=-1, keepdims=True), 1e-9), dtype=np.float32)


@dataclass(frozen=True)
class SimilarCases:
    """A release's reference images. names: dataset, image and label of each. least: cosine under which none is alike."""

    embedded: Embedded
    names: tuple[Mapping[str, str], ...]
    least: float

    @classmethod
    def read(cls, folder: Path, table: Mapping[str, Any]) -> "SimilarCases":
        """Read the two files that the [similar] table stands for; raises ValueError naming what does not fit."""
        try:
            arrays = load_file(folder / VECTORS)
            names = tuple(json.loads((folder / NAMES).read_text(encoding="utf-8")))
            embedded = Embedded(*(arrays[key].astype(np.float32) for key in ("mean", "basis", "vectors")))
        except (OSError, KeyError, SafetensorError, json.JSONDecodeError) as error:
            raise ValueError(f"[similar] {VECTORS} or {NAMES} cannot be read: {error}") from error
        if len(names) != len(embedded.vectors) or embedded.basis.shape != (
            embedded.vectors.shape[1],
            len(embedded.mean),
        ):
            raise ValueError(f"[similar] {VECTORS} and {NAMES} do not fit one another")
        return cls(embedded, names, float(table["least"]))

    def nearest(self, embedding: Sequence[float] | Floats, to: str) -> tuple[SimilarCase, ...]:
        """Up to three images, the most alike first; `to`: key of the image whose embedding (D,) this is."""
        alike = self.embedded.vectors @ self.embedded.unit(np.asarray(embedding, dtype=np.float32))
        chosen = [row for row in np.argsort(-alike, kind="stable")[:MOST] if alike[row] >= self.least]
        return tuple(
            SimilarCase(
                self.names[row]["dataset"],
                self.names[row]["image"],
                self.names[row]["label"],
                round(float(alike[row]), 3),
                to,
            )
            for row in chosen
        )
