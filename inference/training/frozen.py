"""A run that fits heads alone on cached maps of the published backbone: minutes on a laptop."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from inference.datasets.records import Record
from inference.networks.backbones import build_backbone
from inference.networks.evidence import Evidence
from inference.networks.mammogram import Heads, MammogramNet
from inference.training.config import TrainingConfig
from inference.training.crossval import OutOfFold, Reader, keep_network, read_folds
from inference.training.features import FeatureCache, View
from inference.training.further import allowed_types, fit_types
from inference.training.heads import train_heads
from inference.training.targets import labels_of


def frozen_run(
    config: TrainingConfig,
    records: Sequence[Record],
    fold: NDArray[np.int64],
    folder: Path,
    cache: Path,
    device: torch.device | None = None,
) -> tuple[MammogramNet, OutOfFold, Reader]:
    """The final network, what the folds said of images they had not seen, and a reader of the final network.

    device: not used, heads are fitted on the CPU.

    Raises ValueError where composition is to be told from a map of its own: that needs a [tune] table.
    """
    if config.structure.density_tap:
        raise ValueError("density_tap needs a [tune] table: heads alone tell composition from the cells' features")
    network = published(config)
    features = FeatureCache(network.trunk, config.spec, cache)
    views = [features.view(records)]
    if config.flips:
        views.append(features.view(records, flip=True))
    labels, types = labels_of(records), allowed_types(records)

    def heads(rows: NDArray[np.int64], name: str) -> Heads:
        network.heads = train_heads(config, views, labels, torch.from_numpy(rows), folder / name)
        if network.heads.kinds is not None:
            with torch.no_grad():
                embedding = cast(Tensor, network.heads(views[0].features, views[0].inside).embedding)
            fit_types(network.heads.kinds, embedding, types, torch.from_numpy(rows))
        keep_network(network, folder / name)
        return network.heads

    found = read_folds(lambda rows, number: reader(heads(rows, f"fold-{number}"), views[0]), fold, config.folds)
    final = heads(np.arange(len(records)), "final")
    return network, found, reader(final, views[0])


def published(config: TrainingConfig) -> MammogramNet:
    """The network with its backbone as published and heads untrained."""
    network = MammogramNet(config.structure).eval()
    weights = build_backbone(config.structure.backbone, pretrained=True).state_dict()
    mine = network.trunk.backbone.state_dict()
    network.trunk.backbone.load_state_dict({name: weights[name] for name in mine}, strict=True)
    return network


def reader(heads: Heads, view: View) -> Reader:
    """Evidence of images by their row, from cached maps."""

    def read(row: int) -> Evidence:
        evidence: Evidence = heads(view.features[row : row + 1], view.inside[row : row + 1])
        return evidence

    return read
