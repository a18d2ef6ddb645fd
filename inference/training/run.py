"""One training run from its configuration: cross-validation, final fit, figures. Its folder can be resumed."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch

from inference.datasets.records import Record
from inference.evaluation.metrics import Figure
from inference.evaluation.tasks import patients
from inference.networks.efficientnet_lite import pretrained
from inference.networks.mammogram import MammogramNet
from inference.training.config import TrainingConfig
from inference.training.crossval import OutOfFold, cross_validate
from inference.training.features import FeatureCache, View
from inference.training.folds import assign
from inference.training.heads import train_heads
from inference.training.report import out_of_fold_figures
from inference.training.tables import Calibrated, calibrate
from inference.training.targets import Labels, labels_of


@dataclass(frozen=True)
class Trained:
    """What a run leaves: the network with its final weights, the out-of-fold evidence and what it says."""

    network: MammogramNet
    found: OutOfFold
    fits: Calibrated
    figures: list[Figure]
    inside: np.ndarray


def train(config: TrainingConfig, records: Sequence[Record], folder: Path, cache: Path) -> Trained:
    """Run `config` on `records`; `folder` takes checkpoints and logs, `cache` the frozen feature maps.

    Raises ValueError where `folder` holds another run's checkpoints.
    """
    _claim(folder, config, records)
    network = MammogramNet(config.structure).eval()
    network.trunk.backbone.load_state_dict(pretrained().state_dict(), strict=True)
    features = FeatureCache(network.trunk, config.spec, cache)
    views = [features.view(records)]
    if config.flips:
        views.append(features.view(records, flip=True))
    labels = labels_of(records)
    found = _cross_validated(config, views, labels, records, folder)
    everything = torch.arange(len(records))
    network.heads = train_heads(config, views, labels, everything, folder / "final")
    inside = views[0].inside[:, 0].numpy() >= 0.5
    fits = calibrate(records, found, patients(records))
    figures = out_of_fold_figures(records, found, views[0].regions[:, 0].numpy(), inside, fits)
    write_summary(folder, config, figures)
    return Trained(network, found, fits, figures, inside)


def _cross_validated(
    config: TrainingConfig, views: Sequence[View], labels: Labels, records: Sequence[Record], folder: Path
) -> OutOfFold:
    return cross_validate(config, views, labels, assign(records, config.folds, config.seed), folder)


def _claim(folder: Path, config: TrainingConfig, records: Sequence[Record]) -> None:
    """Tie `folder` to this configuration and these labels: checkpoints of another run must not be taken up."""
    folder.mkdir(parents=True, exist_ok=True)
    told = [(r.key, r.patient, r.malignant, r.abnormal, r.density, r.regions, r.located) for r in records]
    identity = sha256(repr((config, told)).encode()).hexdigest()
    path = folder / "run.sha256"
    if path.is_file() and path.read_text() != identity:
        raise ValueError(f"{folder} holds a run of another configuration or other labels: name a new folder")
    path.write_text(identity)


def write_summary(folder: Path, config: TrainingConfig, figures: Sequence[Figure]) -> None:
    """Write summary.json: what was tried, and what came out of fold."""
    summary = {"config": config.as_dict(), "figures": [asdict(figure) for figure in figures]}
    (folder / "summary.json").write_text(json.dumps(summary, indent=1), encoding="utf-8")
