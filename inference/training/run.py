"""One training run from its configuration: cross-validation, final fit, figures. Its folder can be resumed."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from inference.datasets.records import Record, read_pixels
from inference.evaluation.metrics import Figure
from inference.evaluation.tasks import patients
from inference.networks.ensemble import Ensemble
from inference.networks.mammogram import MammogramNet
from inference.networks.mil import share_of_breast
from inference.preprocess import prepare
from inference.training import parallel
from inference.training.at_once import fit_at_once
from inference.training.config import TrainingConfig
from inference.training.crossval import OutOfFold, Reader, read_members, read_network, read_overview, together
from inference.training.folds import assign
from inference.training.frozen import frozen_run
from inference.training.further import context_values, shifted
from inference.training.report import out_of_fold_figures
from inference.training.tables import Calibrated, calibrate
from inference.training.targets import cover, labels_of
from inference.training.tuned import tuned_run


@dataclass(frozen=True)
class Trained:
    """What a run leaves: the network with its final weights, the out-of-fold evidence and what it says."""

    network: MammogramNet | Ensemble
    found: OutOfFold
    fits: Calibrated
    figures: list[Figure]
    inside: np.ndarray
    embedding: np.ndarray | None = None


def train(
    config: TrainingConfig,
    records: Sequence[Record],
    folder: Path,
    cache: Path,
    device: torch.device | None = None,
    processes: int = 1,
) -> Trained:
    """Run `config` on `records`; `folder` takes checkpoints and logs, `cache` the frozen feature maps.

    device: where a backbone is tuned, the CPU if None; heads alone are always fitted there. processes: how many fits of a
    backbone run at a time on the CPU; the weights are those of one after the other.

    Raises ValueError where `folder` holds another run's checkpoints, or the run cannot have several processes.
    """
    parallel.start()
    _claim(folder, config, records)
    fold, where = assign(records, config.folds, config.seed), device or torch.device("cpu")
    if processes > 1:
        if config.tune is None or where.type != "cpu":
            raise ValueError("--processes is for backbones that are tuned on the CPU: leave it out")
        fit_at_once(config, records, fold, folder, cache, processes)
    run = frozen_run if config.tune is None else tuned_run
    network, found, read = run(config, records, fold, folder, cache, where)
    if network.heads.context is not None:
        labels = labels_of(records).labels.double().numpy()
        found, weights = shifted(found, labels, context_values(records, config.structure.context))
        network.heads.context.weight.data.copy_(torch.from_numpy(weights))
    inside, regions = _grids(config, records, found.cells.shape[1:])
    fits = calibrate(records, found, patients(records), config.comparison)
    figures = out_of_fold_figures(records, found, regions, inside, fits)
    write_summary(folder, config, figures)
    served = ensemble(config, network, folder)
    return Trained(served, found, fits, figures, inside, _embedded(read, len(records)))


def ensemble(config: TrainingConfig, network: MammogramNet, folder: Path) -> MammogramNet | Ensemble:
    """The final network and the others of the finished run in `folder` that vote or look beside it, as one; itself where it is alone.

    Those that vote are the networks of the folds, or the further members of the final fit. All shift as the final network does.
    Raises OSError where one is not there.
    """
    if config.ensemble:
        others = [read_network(config, folder / f"fold-{number}") for number in range(config.folds)]
    else:
        others = read_members(config, folder / "final")[1:]
    for member in others:
        if member.heads.context is not None and network.heads.context is not None:
            member.heads.context.load_state_dict(network.heads.context.state_dict())
    return together(config, [network, *others], read_overview(config, folder / "final"))


def _grids(config: TrainingConfig, records: Sequence[Record], shape: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Cells of the breast, and each cell's share of malignant outlines; (n, h, w) each."""
    inside, regions = [], []
    for record in tqdm(records, desc="outlines", unit="image", disable=None):
        prepared = prepare(read_pixels(record.path), record.laterality, config.spec)
        share = share_of_breast(prepared.tensor[None], config.structure.cell)
        inside.append(share[0, 0].numpy() >= 0.5)
        regions.append(cover(record.regions, prepared.frame, shape)[0])
    return np.stack(inside), np.stack(regions)


def _embedded(read: Reader, count: int) -> np.ndarray | None:
    """What the final network ships of its training images, (n, D)."""
    with torch.inference_mode():
        found = [read(row).embedding for row in range(count)]
    return None if found[0] is None else np.concatenate([part.numpy() for part in found if part is not None])


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
    summary = {"config": config.as_dict(), "design": config.design, "figures": [asdict(figure) for figure in figures]}
    (folder / "summary.json").write_text(json.dumps(summary, indent=1), encoding="utf-8")
