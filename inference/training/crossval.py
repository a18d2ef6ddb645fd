"""Out-of-fold evidence: every image read by a network that saw neither it nor its patient."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file

from inference.networks.ensemble import Ensemble
from inference.networks.evidence import Evidence
from inference.networks.mammogram import MammogramNet, NetworkConfig
from inference.networks.overview import Overview
from inference.training.config import TrainingConfig
from inference.training.folds import trained_on

Floats = NDArray[np.float64]
Reader = Callable[[int], Evidence]
"""The evidence, for a batch of one, of the image of a row."""
NETWORK = "network.safetensors"
OVERVIEW = "overview.safetensors"


@dataclass(frozen=True)
class OutOfFold:
    """Raw evidence by image: logits (n,), density probabilities (n, 4), cell logits (n, h, w), and the fold (n,).

    kinds: probabilities (n, 7) of what the image mainly shows, None where the network does not say. near: logits (n,) of the cells
    alone, where the images' hold more (see `Evidence.near`).
    """

    malignancy: Floats
    abnormality: Floats
    density: Floats
    cells: Floats
    fold: NDArray[np.int64]
    kinds: Floats | None = None
    near: Floats | None = None


def read_folds(fit: Callable[[NDArray[np.int64], int], Reader], fold: NDArray[np.int64], folds: int) -> OutOfFold:
    """Train once for each fold without its images (`fit(rows, number)`), then read them.

    Images of no fold (see `folds.assign`) are read by every fold and get the mean of what was said.
    """
    said: list[list[tuple[float, float, Floats, Floats, Floats, Floats]]] = [[] for _ in fold]
    for number in range(folds):
        read = fit(trained_on(fold, number, folds), number)
        for row in np.flatnonzero((fold == number) | (fold == folds)):
            said[row].append(_told(read, int(row)))
    means = [[np.mean(part, axis=0) for part in zip(*rows, strict=True)] for rows in said]
    malignancy, abnormality, density, cells, kinds, near = (np.stack(part) for part in zip(*means, strict=True))
    return OutOfFold(
        malignancy,
        abnormality,
        density,
        cells,
        fold,
        kinds if kinds.shape[1] else None,
        near[:, 0] if near.shape[1] else None,
    )


@torch.inference_mode()
def _told(read: Reader, row: int) -> tuple[float, float, Floats, Floats, Floats, Floats]:
    evidence = read(row)
    density = evidence.density[0].exp().double().numpy()
    cells = evidence.malignancy_map[0].double().numpy()
    kinds = np.zeros(0) if evidence.kinds is None else evidence.kinds[0].exp().double().numpy()
    near = np.zeros(0) if evidence.near is None else evidence.near.double().numpy()
    return evidence.malignancy.item(), evidence.abnormality.item(), density, cells, kinds, near


def keep_network(network: MammogramNet, folder: Path) -> None:
    """Write a fit's whole network beside its checkpoint."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: value.contiguous() for name, value in network.state_dict().items()}, folder / NETWORK)


def read_network(config: TrainingConfig, folder: Path) -> MammogramNet:
    """The network that `keep_network` wrote; OSError where it is not there."""
    network = MammogramNet(config.structure)
    network.load_state_dict(load_file(folder / NETWORK), strict=True)
    return network.requires_grad_(False).eval()


def member_folders(config: TrainingConfig, folder: Path) -> list[Path]:
    """Where the members of the fit in `folder` are kept: the first in `folder` itself, the others in folders below it."""
    return [folder, *(folder / f"member-{member}" for member in range(1, config.members))]


def read_members(config: TrainingConfig, folder: Path) -> list[MammogramNet]:
    """Every member of the fit in `folder`, the first one first; OSError where one is not there."""
    return [read_network(config, place) for place in member_folders(config, folder)]


def keep_overview(overview: Overview, folder: Path) -> None:
    """Write what looks at the whole image beside the fit's other networks."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: value.contiguous() for name, value in overview.state_dict().items()}, folder / OVERVIEW)


def read_overview(config: TrainingConfig, folder: Path) -> Overview | None:
    """What `keep_overview` wrote, None for a run without one; OSError where it is not there."""
    if config.overview is None:
        return None
    overview = Overview(config.structure.backbone, config.overview.reduction, config.overview.weight)
    overview.load_state_dict(load_file(folder / OVERVIEW), strict=True)
    return overview.requires_grad_(False).eval()


def fold_network(config: TrainingConfig, folder: Path, number: int) -> MammogramNet | Ensemble:
    """What a finished run in `folder` reads fold `number` with, and saw nothing of it; its networks as one where it has several.

    Raises OSError where a network is not there.
    """
    place = folder / f"fold-{number}"
    return together(config, read_members(config, place), read_overview(config, place))


def together(config: TrainingConfig, members: list[MammogramNet], overview: Overview | None) -> MammogramNet | Ensemble:
    """The networks of a fit as the release holds them."""
    if len(members) > 1:
        return Ensemble.of(members, NetworkConfig.of(config.served), overview)
    return members[0] if overview is None else MammogramNet.of(members[0], overview, NetworkConfig.of(config.served))
