"""A release's heads from training images: statistics, members' mean, density."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from inference.networks.attention import GatedAttention
from inference.networks.mammogram import Heads
from inference.networks.mil import OrdinalDensity, Standardise, breast_mean
from inference.training.config import HeadConfig, TrainingConfig
from inference.training.features import View
from inference.training.fit import Task, fit, set_weights
from inference.training.losses import density_loss
from inference.training.targets import Labels

DENSITY_STEPS = 300


def train_heads(config: TrainingConfig, views: Sequence[View], labels: Labels, rows: Tensor, folder: Path) -> Heads:
    """Heads fitted on the images `rows` alone; the first view is the upright one. `folder` takes logs, checkpoints."""
    heads = Heads(config.structure)
    standardise(heads.standardise, views[0], rows)
    with torch.no_grad():
        ready = [replace(view, features=heads.standardise(view.features)) for view in views]
        basis = principal(breast_cells(ready[0], rows), config.heads.components)
        reduced = [replace(view, features=project(view.features, basis)) for view in ready]
    task = Task(reduced, labels, rows, config.structure, config.heads)
    members = [fit(task, seed, folder / f"member-{seed}") for seed in range(config.heads.members)]
    with torch.no_grad():
        # linear after linear: the basis disappears into the weights of the cells
        weight = torch.stack([member.weight for member in members]).mean(dim=0) @ basis
        bias = torch.stack([member.bias for member in members]).mean(dim=0)
        heads.local.load_state_dict({"weight": weight.view_as(heads.local.weight), "bias": bias})
        if heads.attention is not None and members[0].attention is not None:
            heads.attention.load_state_dict(on_all_channels(members[0].attention, basis))
    mean = breast_mean(ready[0].features, ready[0].inside)
    fit_density(heads.density, mean, labels, rows, config.heads)
    return heads.eval()


def on_all_channels(attention: GatedAttention, basis: Tensor) -> dict[str, Tensor]:
    """The state of attention on principal axes (K, C) as one on all C channels."""
    state = dict(attention.state_dict())
    for name in ("content.weight", "gate.weight"):
        state[name] = (state[name].flatten(1) @ basis)[:, :, None, None]
    return state


def standardise(module: Standardise, view: View, rows: Tensor) -> None:
    """Set mean and deviation to those of the breast cells of the images `rows`."""
    cells = breast_cells(view, rows)
    module.mean.copy_(cells.mean(dim=1))
    module.deviation.copy_(cells.std(dim=1).clamp(min=1e-3))


def breast_cells(view: View, rows: Tensor) -> Tensor:
    """Features (C, cells) of the breast cells of the images `rows`."""
    inside = view.inside.flatten(1) >= 0.5
    return torch.cat([view.features[row].flatten(1)[:, inside[row]] for row in rows], dim=1)


def principal(cells: Tensor, components: int) -> Tensor:
    """The first principal axes (components, C) of standardised cells (C, n), orthonormal; needs no labels."""
    _, vectors = torch.linalg.eigh(cells @ cells.T / cells.shape[1])
    basis: Tensor = vectors.flip(1)[:, :components].T.contiguous()
    return basis


def project(features: Tensor, basis: Tensor) -> Tensor:
    """Features (N, C, h, w) on the axes (K, C): (N, K, h, w)."""
    return torch.einsum("kc,nchw->nkhw", basis, features).contiguous()


def fit_density(module: OrdinalDensity, mean: Tensor, labels: Labels, rows: Tensor, config: HeadConfig) -> None:
    """Fit composition on the breast's mean features (n, C) of those `rows` whose density is known; sets count alike.

    Where it is known of none, its score is 0 for every image.
    """
    known = rows[~labels.density[rows].isnan().any(dim=1)]
    torch.nn.init.zeros_(module.score.weight)
    if not len(known):
        return
    weight = set_weights(labels.group, known)[known]
    optimiser = torch.optim.Adam(module.parameters(), lr=0.02)
    for _ in range(DENSITY_STEPS):
        ridge = config.density_penalty * module.score.weight.square().sum()
        loss = density_loss(module(mean[known]), labels.density[known], weight) + ridge
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
