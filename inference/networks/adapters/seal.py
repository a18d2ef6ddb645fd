"""Making a release folder of a network that brings its own graph: tried once, then sealed by its sha256."""

import shutil
import tomllib
from pathlib import Path
from typing import Any

import torch

from inference.networks.adapters.graphs import open_graph
from inference.preprocess import InputSpec
from inference.release import CARD, GRAPHS, MANIFEST, Release, hash_file
from inference.rules import Rules
from inference.training.toml import dumps


def seal(form: str, file: Path, tables: Path, card: Path, out: Path) -> Path:
    """Write the release folder `out` and return it.

    tables: a release.toml without [files] and [network]. The network must answer one image of [input]'s size as
    docs/adapters.md has it. Raises ValueError for what is wrong with the file or the tables, ReleaseError for a table that is missing,
    FileExistsError where `out` holds something already.
    """
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(f"{out} is not empty: a release is never changed, choose a new folder")
    try:
        told: dict[str, Any] = tomllib.loads(tables.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{tables.name} cannot be read: {error}") from error
    told["network"] = {"format": form}
    _try(file, told)
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, out / GRAPHS[form])
    shutil.copyfile(card, out / CARD)
    told["files"] = {name: hash_file(out / name) for name in (CARD, GRAPHS[form])}
    (out / MANIFEST).write_text(dumps(told), encoding="utf-8")
    try:
        Rules.of(Release.read(out))
    except Exception:
        for name in (MANIFEST, CARD, GRAPHS[form]):
            (out / name).unlink()
        raise
    return out


@torch.inference_mode()
def _try(file: Path, told: dict[str, Any]) -> None:
    spec = InputSpec.of(told.get("input", {}))
    try:
        network = open_graph(file, told["network"])
        evidence = network(torch.zeros(1, 1, spec.height, spec.width))
    except (RuntimeError, OSError) as error:
        raise ValueError(
            f"{file.name}: not a {told['network']['format']} file that answers: {str(error)[:200]}"
        ) from error
    if not all(bool(torch.isfinite(part).all()) for part in evidence[:4]):
        raise ValueError(f"{file.name}: the answer to a black image is not finite")
