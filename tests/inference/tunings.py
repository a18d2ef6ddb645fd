"""A tiny task for tuning, all in memory: images of noise in which the ill ones have a bright patch under the cut."""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

from inference.training.config import HeadConfig, TrainingConfig, TuneConfig
from inference.training.crops import Sampler
from inference.training.lower import Lower
from inference.training.targets import Labels
from inference.training.tune import Tuned, breast_statistics, tune
from inference.training.tuned import start

IMAGES = 12
TABLE = TuneConfig(steps=6, batch=4, crop=128, learning_rate=1e-3, copies=0)


def config(**heads: object) -> TrainingConfig:
    size = {"height": 256, "width": 192, "normalisation": "breast-percentile-1"}
    network = {"taps": [16], "top_share": 0.1, "density_tap": 8}
    return TrainingConfig("tiny", "0.0.1", ("mias",), size, network, HeadConfig(), folds=2, tune=TABLE)


def labels(unlabelled: int = 0) -> Labels:
    ill = torch.arange(IMAGES) % 2 == 0
    known = ill.float()[:, None].repeat(1, 2)
    known[IMAGES - unlabelled :] = torch.nan
    located = torch.arange(IMAGES) < IMAGES - unlabelled
    return Labels(known, torch.arange(IMAGES) // 6, torch.full((IMAGES, 4), torch.nan), located)


def lowers(signal: float = 8.0) -> list[Lower]:
    generator = torch.Generator().manual_seed(0)
    found = []
    for number in range(IMAGES):
        values, regions = torch.randn(40, 32, 24, generator=generator), torch.zeros(2, 32, 24)
        if number % 2 == 0:
            values[:8, 8:14, 8:14] += signal
            regions[:, 8:14, 8:14] = 1.0
        found.append(Lower(values.half(), torch.ones(32, 24), regions, 0))
    return found


def task(table: TuneConfig = TABLE, *, unlabelled: int = 0, seed: int = 0) -> tuple[Tuned, Sampler]:
    torch.manual_seed(seed)
    tuned = start(config(), table, sets=2)
    sampler = Sampler([lowers()], labels(unlabelled), torch.arange(IMAGES).numpy(), table, table.frozen)
    breast_statistics(tuned, sampler, every=2)
    return tuned, sampler


def trained(table: TuneConfig, folder: Path, *, unlabelled: int = 0, seed: int = 0) -> dict[str, torch.Tensor]:
    """The state of a network after `table`'s steps."""
    tuned, sampler = task(table, unlabelled=unlabelled, seed=seed)
    tune(tuned, sampler, table, seed, folder)
    return dict(tuned.network.state_dict())


if __name__ == "__main__":  # under torchrun: every process trains, the first writes what it has
    from inference.training import parallel

    torch.set_num_threads(1)
    parallel.start()
    state = trained(TABLE, Path(sys.argv[1]) / "fit")
    save_file(
        {name: value.contiguous() for name, value in state.items()},
        Path(sys.argv[1]) / f"{parallel.rank()}.safetensors",
    )
