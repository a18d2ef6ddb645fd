"""Further saliency maps of an image, by other methods than the release's own, beside the one its findings come from."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.admission import Admitted, ImageInput, admit
from inference.pipeline import Analyst
from inference.saliency import encode_png, to_cells
from inference.saliency.methods import METHODS, explain


def check(methods: Sequence[str], analyst: Analyst, out: Path | None) -> None:
    """Raise ValueError where the maps cannot be made, before any image is read."""
    unknown = sorted(set(methods) - set(METHODS))
    if unknown:
        raise ValueError(f"no saliency method {', '.join(unknown)}: choose from {', '.join(METHODS)}")
    if methods and out is None:
        raise ValueError("--saliency needs --out DIR, where the maps are written")
    if methods and "adapter" in analyst.release["network"]:
        raise ValueError(f"{analyst.release.name} is an adapted model: only its own map can be had")


def write_maps(analyst: Analyst, image: ImageInput, methods: Sequence[str], stem: Path) -> dict[str, str]:
    """Write `stem`.METHOD.saliency.png for each method; paths by method, none for an image that is not scored.

    The map is relative, 255 the image's strongest cell, on the grid of the release's own map. The image is decoded again:
    these maps are asked for rarely and cost far more than that.
    """
    found = admit(image, analyst.rules) if methods else None
    if not isinstance(found, Admitted):
        return {}
    paths = {}
    for method in methods:
        shown = explain(method, analyst.network, found.tensor.to(analyst.device))
        path = stem.with_name(f"{stem.name}.{method}.saliency.png")
        path.write_bytes(encode_png(_stretched(to_cells(shown, found.frame, found.place.turn))))
        paths[method] = str(path.resolve())
    return paths


def _stretched(cells: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """255 at the strongest cell: a point smaller than a cell lost some of its height when the cells were sampled."""
    return np.asarray(np.rint(cells * (255.0 / max(int(cells.max()), 1))), dtype=np.uint8)
