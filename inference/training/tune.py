"""Fitting the upper part of a backbone and its local head to lesions, crop by crop; a run that was cut off goes on."""

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from inference.networks.attention import pool_attended
from inference.networks.mammogram import MammogramNet
from inference.networks.mil import highest
from inference.networks.split import Split
from inference.training import parallel
from inference.training.checkpoints import Checkpoint
from inference.training.config import TuneConfig
from inference.training.crops import Crops, Sampler, on_grid
from inference.training.fit import schedule
from inference.training.logs import log
from inference.training.losses import covered_loss, image_loss, outside_loss
from inference.training.teacher import Teacher, agreement_loss, rise

EVERY = 50
"""Steps between two checkpoints and two lines of the log."""


@dataclass(frozen=True)
class Tuned:
    """A network whose upper part is being fitted, and the offsets of the sets that serving leaves out."""

    network: MammogramNet
    split: Split
    offset: nn.Parameter

    def module(self, teacher: Teacher | None = None) -> nn.Module:
        """All that is trained or restored, under names that a checkpoint can keep."""
        kept = nn.Module()
        kept.network, kept.offset = self.network, self.offset
        if teacher is not None:
            kept.teacher = teacher.network
        return kept

    def to(self, device: torch.device) -> "Tuned":
        """The same network, moved; the cut moves with it."""
        self.network.to(device)
        return Tuned(self.network, self.split, nn.Parameter(self.offset.detach().to(device)))

    @property
    def device(self) -> torch.device:
        """Where it is trained."""
        return self.offset.device

    def cells(self, values: Tensor, kept: Tensor) -> Tensor:
        """Cell logits (N, 2, h, w) of maps under the cut; kept: (N, C), 0 for a channel that is dropped."""
        found: Tensor = self.network.heads.local(self.features(values, kept))
        return found

    def features(self, values: Tensor, kept: Tensor) -> Tensor:
        """What the heads see (N, C, h, w) of maps under the cut; kept: as in `cells`."""
        trunk, heads = self.network.trunk, self.network.heads
        maps = self.split.upper(values, self.network.config.taps)
        features: Tensor = heads.standardise(trunk.laid(maps).float())
        return features * kept[:, :, None, None]

    def kept(self, batch: int, dropout: float, generator: torch.Generator) -> Tensor:
        """Which channels of the cells' features a batch keeps, (N, C), scaled to the same mean."""
        drawn = torch.rand(batch, self.network.config.channels, generator=generator) >= dropout
        return drawn / (1 - dropout)


def tune(tuned: Tuned, sampler: Sampler, config: TuneConfig, seed: int, folder: Path) -> None:
    """Train in place; `folder` takes log.csv, TensorBoard's files and the checkpoint, from which a second call goes on.

    Raises ValueError where the batch cannot be shared out evenly among the processes.
    """
    if config.batch % parallel.world():
        raise ValueError(
            f"a batch of {config.batch} cannot be shared by {parallel.world()} processes: change [tune] batch"
        )
    optimiser, rates = _optimiser(tuned, config)
    teacher = Teacher.of(tuned.network, tuned.split, config.teacher_decay) if config.teacher_weight else None
    module = tuned.module(teacher)
    checkpoint = Checkpoint(folder, module, optimiser)
    tuned.network.eval()  # batch statistics stay the published ones: eight crops would make poor ones
    losses: list[float] = []
    for step in tqdm(range(checkpoint.resume(), config.steps), desc=folder.name, unit="step", disable=None):
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * schedule((step + 0.5) / config.steps)
        loss = _loss(tuned, teacher, sampler, config, seed, step)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        parallel.average(module)
        nn.utils.clip_grad_norm_([p for p in module.parameters() if p.grad is not None], config.clip)
        optimiser.step()
        if teacher is not None:
            teacher.follow(tuned.network)
        losses.append(loss.item())
        if (step + 1) % EVERY == 0 or step + 1 == config.steps:
            _keep(checkpoint, folder, step + 1, losses)


def _keep(checkpoint: Checkpoint, folder: Path, done: int, losses: list[float]) -> None:
    """Save and log after `done` steps; one process does, the others wait. Empties `losses`."""
    if parallel.rank() == 0:
        checkpoint.save(done)
        log(folder / "log.csv", {"step": done, "loss": round(float(np.mean(losses)), 6)})
    losses.clear()
    parallel.wait()


def _loss(tuned: Tuned, teacher: Teacher | None, sampler: Sampler, config: TuneConfig, seed: int, step: int) -> Tensor:
    """One step's loss. It draws from generators of its own, so a resumed run draws what the whole one would have."""
    rng, generator = np.random.default_rng([seed, step]), torch.Generator().manual_seed(1_000_003 * seed + step)
    loss = _step(tuned, sampler.draw(rng), config, generator)
    unlabelled = None if teacher is None else sampler.draw_unlabelled(rng)
    if teacher is None or unlabelled is None:
        return loss
    crops, kept = _mine(tuned, unlabelled, config, generator)
    inside = on_grid(crops.inside, tuned.network.config.cell, tuned.split.stride)
    agreed = agreement_loss(tuned.cells(crops.values, kept).float(), teacher.cells(crops.values), inside)
    return loss + config.teacher_weight * rise(step / config.steps) * agreed


def _mine(tuned: Tuned, crops: Crops, config: TuneConfig, generator: torch.Generator) -> tuple[Crops, Tensor]:
    """The share of a batch that this process trains on, and the channels it keeps, where it trains.

    Channels are drawn for the whole batch, so that any number of processes does what one would.
    """
    kept = tuned.kept(len(crops.labels), config.dropout, generator)
    rank, world = parallel.rank(), parallel.world()
    return crops.part(rank, world).to(tuned.device), kept[rank::world].to(tuned.device)


def _optimiser(tuned: Tuned, config: TuneConfig) -> tuple[torch.optim.Optimizer, list[float]]:
    """AdamW over what is trained; all else is told that it needs no gradient."""
    heads = tuned.network.heads
    for parameter in tuned.network.parameters():
        parameter.requires_grad_(False)
    attention = heads.attention.parameters() if heads.attention is not None else ()
    upper, fresh = tuned.split.parameters(), [*heads.local.parameters(), tuned.offset, *attention]
    for parameter in [*upper, *fresh]:
        parameter.requires_grad_(True)
    groups = [
        {"params": upper, "weight_decay": config.weight_decay},
        {"params": fresh, "weight_decay": config.weight_decay / 5},
    ]
    return torch.optim.AdamW(groups), [config.learning_rate, config.head_rate]


def _step(tuned: Tuned, crops: Crops, config: TuneConfig, generator: torch.Generator) -> Tensor:
    """The loss of one batch: crops by their highest cells, cells by the outlines."""
    crops, kept = _mine(tuned, crops, config, generator)
    half = torch.autocast(crops.values.device.type, torch.bfloat16) if config.precision == "bfloat16" else nullcontext()
    with half:
        features = tuned.features(crops.values.contiguous(memory_format=torch.channels_last), kept)
        local = tuned.network.heads.local(features)
    local = local.float()
    cell, stride = tuned.network.config.cell, tuned.split.stride
    inside, regions = on_grid(crops.inside, cell, stride), on_grid(crops.regions, cell, stride)
    one = torch.ones(len(local), device=local.device)
    pooled = _pooled(tuned, local, features.float(), inside, config) + tuned.offset[crops.group]
    outside = outside_loss(local, regions, inside, one, crops.located)
    covered = covered_loss(local, regions, inside, one)
    return image_loss(pooled, crops.labels, one) + covered + config.outside_weight * outside


def _pooled(tuned: Tuned, local: Tensor, features: Tensor, inside: Tensor, config: TuneConfig) -> Tensor:
    """Crops' logits (N, 2): of their highest cells, or by the network's own attention."""
    attention = tuned.network.heads.attention
    if attention is None:
        return highest(local, inside, config.top_cells)
    return pool_attended(local, attention(features, inside))


def breast_statistics(tuned: Tuned, sampler: Sampler, every: int = 8) -> None:
    """Set the heads' standardisation from the untrained features of every `every`-th training image."""
    cells: list[NDArray[np.float32]] = []
    config = tuned.network.config
    with torch.inference_mode():
        for row in sampler.rows[::every]:
            lower = sampler.lowers[0][int(row)]
            maps = tuned.split.upper(
                lower.values[None].float().contiguous(memory_format=torch.channels_last), config.taps
            )
            inside = F.avg_pool2d(lower.inside[None, None], config.cell // tuned.split.stride)[0, 0]
            cells.append(tuned.network.trunk.laid(maps)[0][:, inside >= 0.5].numpy())
    found = torch.from_numpy(np.concatenate(cells, axis=1))
    tuned.network.heads.standardise.mean.copy_(found.mean(dim=1))
    tuned.network.heads.standardise.deviation.copy_(found.std(dim=1).clamp(min=1e-3))
