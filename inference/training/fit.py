"""Fitting the local evidence on cached feature maps; a fit that was cut off goes on where it stopped."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import cos, pi
from pathlib import Path

import torch
from torch import Tensor, nn

from inference.networks.attention import GatedAttention, pool_attended
from inference.networks.mammogram import NetworkConfig
from inference.networks.mil import pool_top
from inference.training.checkpoints import Checkpoint
from inference.training.config import HeadConfig
from inference.training.features import View
from inference.training.logs import log
from inference.training.losses import covered_loss, image_loss, outside_loss
from inference.training.targets import Labels

WARM_UP = 0.2
"""Share of the steps over which the learning rate rises."""


@dataclass(frozen=True)
class Task:
    """What one fit sees. views: standardised maps, one picked for each batch. rows: the training images."""

    views: Sequence[View]
    labels: Labels
    rows: Tensor
    network: NetworkConfig
    config: HeadConfig

    def with_seeded_rows(self, generator: torch.Generator) -> "Task":
        """The same task, its rows shuffled."""
        return replace(self, rows=self.rows[torch.randperm(len(self.rows), generator=generator)])


class LocalFit(nn.Module):
    """Weights of the cells' two logits, and an offset for each set that serving leaves out.

    The offsets take up how common disease is in each set, so that the cells need not tell film from digital.
    """

    def __init__(self, channels: int, sets: int, network: NetworkConfig) -> None:
        super().__init__()
        self.top_share = network.top_share
        self.weight = nn.Parameter(torch.zeros(2, channels))
        self.bias = nn.Parameter(torch.full((2,), -2.0))
        self.offset = nn.Parameter(torch.zeros(sets, 2))
        attended = network.pooling == "attention"
        self.attention = GatedAttention(channels, network.attention_width, 2) if attended else None

    def pooled(self, local: Tensor, features: Tensor, inside: Tensor) -> Tensor:
        """Image logits (N, 2) of cell logits (N, 2, h, w), as the network will pool them."""
        if self.attention is None:
            return pool_top(local, inside, self.top_share)
        return pool_attended(local, self.attention(features, inside))

    def forward(self, features: Tensor, keep: Tensor) -> Tensor:
        """Cell logits (N, 2, h, w) of features (N, C, h, w); keep (N, C) drops channels."""
        weight = self.weight * keep.unsqueeze(1)
        logits = torch.bmm(weight, features.flatten(2)) + self.bias.view(1, 2, 1)
        return logits.unflatten(2, features.shape[2:])  # type: ignore[no-untyped-call,no-any-return]


def fit(task: Task, seed: int, folder: Path) -> LocalFit:
    """Fit with `seed`; `folder` takes log.csv and the checkpoint, from which a second call goes on."""
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        module = LocalFit(task.views[0].features.shape[1], int(task.labels.group.max()) + 1, task.network)
    decayed = [module.weight, *(module.attention.parameters() if module.attention is not None else ())]
    plain = [module.bias, module.offset]
    optimiser = torch.optim.AdamW(
        [
            {"params": decayed, "weight_decay": task.config.weight_decay},
            {"params": plain, "weight_decay": 0.0},
        ],
        lr=task.config.learning_rate,
    )
    checkpoint = Checkpoint(folder, module, optimiser)
    for epoch in range(checkpoint.resume(), task.config.epochs):
        # each epoch draws from its own generator, so a resumed fit draws what the whole one would have
        generator = torch.Generator().manual_seed(1_000_003 * seed + epoch)
        loss = _epoch(task, module, optimiser, generator, epoch)
        checkpoint.save(epoch + 1)
        log(folder / "log.csv", {"epoch": epoch + 1, "loss": round(loss, 6)})
    return module


def set_weights(group: Tensor, rows: Tensor) -> Tensor:
    """A weight for each image so that every set counts the same among `rows`; mean 1 over them."""
    counts = torch.bincount(group[rows], minlength=int(group.max()) + 1)
    present = int((counts > 0).sum())
    return (len(rows) / present / counts.clamp(min=1))[group]


def _epoch(
    task: Task, module: LocalFit, optimiser: torch.optim.Optimizer, generator: torch.Generator, epoch: int
) -> float:
    weights = set_weights(task.labels.group, task.rows)
    batches = torch.split(task.with_seeded_rows(generator).rows, task.config.batch)
    total = 0.0
    for number, rows in enumerate(batches):
        done = (epoch + number / len(batches)) / task.config.epochs
        for group in optimiser.param_groups:
            group["lr"] = task.config.learning_rate * schedule(done)
        view = task.views[int(torch.randint(len(task.views), (1,), generator=generator))]
        loss = _loss(task, module, view, rows, weights[rows], generator)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        total += loss.item() * len(rows)
    return total / len(task.rows)


def _loss(task: Task, module: LocalFit, view: View, rows: Tensor, weight: Tensor, generator: torch.Generator) -> Tensor:
    kept = 1.0 - task.config.dropout
    keep = (torch.rand(len(rows), module.weight.shape[1], generator=generator) < kept).float() / kept
    inside, regions = view.inside[rows], view.regions[rows]
    local = module(view.features[rows], keep)
    dropped = view.features[rows] * keep[:, :, None, None]
    pooled = module.pooled(local, dropped, inside) + module.offset[task.labels.group[rows]]
    loss = image_loss(pooled, task.labels.labels[rows], weight)
    if task.config.region_weight == 0.0:
        return loss
    outside = outside_loss(local, regions, inside, weight, task.labels.located[rows])
    cells = covered_loss(local, regions, inside, weight) + task.config.outside_weight * outside
    return loss + task.config.region_weight * cells


def schedule(done: float) -> float:
    """Share of the learning rate after `done`, 0..1, of the steps: a straight rise, then half a cosine to 0."""
    if done < WARM_UP:
        return 0.04 + 0.96 * done / WARM_UP
    return 0.5 * (1.0 + cos(pi * (done - WARM_UP) / (1.0 - WARM_UP)))
