"""A run that fits the backbone too: one tuned network for each fold, and one of all images that is the release."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from inference.datasets.records import Record
from inference.networks.ensemble import Ensemble, mean_evidence
from inference.networks.evidence import Evidence
from inference.networks.mammogram import MammogramNet, NetworkConfig
from inference.networks.mil import breast_mean, breast_moments
from inference.networks.overview import Overview
from inference.networks.split import Split
from inference.training import parallel
from inference.training.config import TrainingConfig, TuneConfig
from inference.training.copies import Copier
from inference.training.crops import Sampler, on_grid
from inference.training.crossval import (
    NETWORK,
    OutOfFold,
    Reader,
    keep_network,
    member_folders,
    read_folds,
    read_network,
)
from inference.training.frozen import published
from inference.training.further import allowed_types, fit_types
from inference.training.heads import fit_density
from inference.training.lower import Lower, LowerCache
from inference.training.overview import fit_overview, small_images
from inference.training.plain import PlainCache
from inference.training.targets import Labels, labels_of
from inference.training.tune import Tuned, breast_statistics, tune

CPU = torch.device("cpu")


@dataclass(frozen=True)
class Tuning:
    """What every fit of a run shares. lowers: maps under the cut, of the images and then of each copy.

    types: see `further.allowed_types`. small: the images as they are looked at whole (n, 1, h, w), where the run asks for that.
    """

    config: TrainingConfig
    tune: TuneConfig
    labels: Labels
    lowers: Sequence[Sequence[Lower]]
    device: torch.device
    types: Tensor = field(default_factory=lambda: torch.zeros(0))
    small: Tensor | None = None

    @classmethod
    def of(
        cls,
        config: TrainingConfig,
        records: Sequence[Record],
        fold: NDArray[np.int64],
        cache: Path,
        device: torch.device = CPU,
    ) -> "Tuning":
        """Compute what is not in `cache`; ValueError where the configuration has no [tune] table."""
        table = config.tune
        if table is None:
            raise ValueError("a run that tunes its backbone needs a [tune] table")
        split = start(config, table).split
        plain = PlainCache(records, config.spec, cache)
        lowers = LowerCache(split, plain, Copier(plain, fold, config.folds), cache)
        parallel.in_turn(lambda: [lowers.all(n) for n in range(table.copies + 1)])
        made = [lowers.all(n) for n in range(table.copies + 1)]
        small = None if config.overview is None else small_images(plain, config.overview.reduction)
        return cls(config, table, labels_of(records), made, device, allowed_types(records), small)

    def fit(self, rows: NDArray[np.int64], seed: int, folder: Path) -> MammogramNet:
        """A network tuned on the images `rows` alone, density and all; one that was finished in `folder` is taken up."""
        if (folder / NETWORK).is_file():
            return read_network(self.config, folder)
        torch.manual_seed(seed)
        tuned = start(self.config, self.tune, sets=int(self.labels.group.max()) + 1)
        sampler = Sampler(self.lowers, self.labels, rows, self.tune, self.tune.frozen)
        breast_statistics(tuned, sampler)
        tune(tuned.to(self.device), sampler, self.tune, seed, folder)
        tuned.network.cpu()
        self._density(tuned, torch.from_numpy(rows))
        if tuned.network.heads.kinds is not None:
            self._types(tuned.network, torch.from_numpy(rows))
        keep_network(tuned.network, folder)
        return read_network(self.config, folder)

    def members(self, rows: NDArray[np.int64], number: int, folder: Path) -> list[MammogramNet]:
        """Networks tuned alike on the images `rows` alone, each from a seed that no other fit of the run has.

        number: the fold's, or the count of folds for the final fit. Errors as `fit`.
        """
        return [self.member(rows, number, member, folder) for member in range(self.config.members)]

    def member(self, rows: NDArray[np.int64], number: int, member: int, folder: Path) -> MammogramNet:
        """One of `members`."""
        seed = self.config.seed + number + member * (self.config.folds + 1)
        return self.fit(rows, seed, member_folders(self.config, folder)[member])

    def overview(self, rows: NDArray[np.int64], number: int, folder: Path) -> Overview | None:
        """What looks at the whole image, fitted on the images `rows` alone; None for a run that does not ask for it."""
        if self.small is None:
            return None
        return fit_overview(self.config, self.small, self.labels, rows, self.config.seed + number, folder, self.device)

    def voted(self, members: Sequence[MammogramNet], overview: Overview | None = None) -> Reader:
        """The members' mean evidence of images by their row, and what is seen of the whole image beside it."""
        readers, small = [self.reader(member) for member in members], self.small

        def read(row: int) -> Evidence:
            near = readers[0](row) if len(readers) == 1 else mean_evidence([one(row) for one in readers])
            return near if overview is None or small is None else overview.joined(near, small[row : row + 1])

        return read

    def reader(self, network: MammogramNet) -> Reader:
        """Evidence of images by their row, through the maps under the cut."""
        split = Split(network.trunk.backbone, self.tune.frozen, network.config.cell)

        def read(row: int) -> Evidence:
            evidence: Evidence = network.heads(*self._features(network, split, row))
            return evidence

        return read

    def _features(self, network: MammogramNet, split: Split, row: int) -> tuple[Tensor, Tensor, Tensor | None]:
        lower = self.lowers[0][row]
        values, inside = lower.values[None].float(), lower.inside[None, None]
        maps = split.upper(values.contiguous(memory_format=torch.channels_last), network.config.taps)
        moments = self._moments(row) if network.config.density_tap else None
        return network.trunk.laid(maps), on_grid(inside, network.config.cell, split.stride), moments

    def _moments(self, row: int) -> Tensor:
        lower = self.lowers[0][row]
        return breast_moments(lower.values[None].float(), lower.inside[None, None])

    @torch.inference_mode()
    def _means(self, tuned: Tuned) -> Tensor:
        """What composition is told from, (n, C), of every image."""
        rows = range(len(self.lowers[0]))
        if tuned.network.config.density_tap:
            return torch.cat([self._moments(row) for row in rows])
        means = []
        for row in rows:
            features, inside, _ = self._features(tuned.network, tuned.split, row)
            means.append(breast_mean(tuned.network.heads.standardise(features), inside))
        return torch.cat(means)

    def _density(self, tuned: Tuned, rows: Tensor) -> None:
        means, heads = self._means(tuned).clone(), tuned.network.heads
        if heads.apart is not None:
            heads.apart.mean.copy_(means[rows].mean(dim=0))
            heads.apart.deviation.copy_(means[rows].std(dim=0).clamp(min=1e-4))
            means = heads.apart(means[:, :, None, None]).flatten(1)
        heads.density.requires_grad_(True)
        fit_density(heads.density, means, self.labels, rows, self.config.heads)

    @torch.inference_mode()
    def _embeddings(self, network: MammogramNet) -> Tensor:
        read = self.reader(network)
        return torch.cat([cast(Tensor, read(row).embedding) for row in range(len(self.lowers[0]))])

    def _types(self, network: MammogramNet, rows: Tensor) -> None:
        if network.heads.kinds is not None:
            fit_types(network.heads.kinds, self._embeddings(network).clone(), self.types, rows)


def start(config: TrainingConfig, table: TuneConfig, sets: int = 1) -> Tuned:
    """An untrained network on the published backbone, cut where it stays frozen."""
    network = published(config)
    nn.init.normal_(network.heads.local.weight, std=0.01)
    nn.init.constant_(network.heads.local.bias, -2.0)  # type: ignore[arg-type]
    split = Split(network.trunk.backbone, table.frozen, config.structure.cell)
    return Tuned(network, split, nn.Parameter(torch.zeros(sets, 2)))


def tuned_run(
    config: TrainingConfig,
    records: Sequence[Record],
    fold: NDArray[np.int64],
    folder: Path,
    cache: Path,
    device: torch.device = CPU,
) -> tuple[MammogramNet, OutOfFold, Reader]:
    """The first final network, what the folds said of images they had not seen, and a reader of the final members.

    Raises ValueError where the configuration has no [tune] table, or names members whose backbone cannot be shared.
    """
    if config.members > 1:
        Ensemble(NetworkConfig.of(config.served))  # what could not be released is refused before it is trained
    tuning = Tuning.of(config, records, fold, cache, device)

    def fitted(rows: NDArray[np.int64], number: int, place: Path) -> tuple[list[MammogramNet], Reader]:
        members = tuning.members(rows, number, place)
        return members, tuning.voted(members, tuning.overview(rows, number, place))

    found = read_folds(lambda rows, number: fitted(rows, number, folder / f"fold-{number}")[1], fold, config.folds)
    members, read = fitted(np.arange(len(records)), config.folds, folder / "final")
    return members[0], found, read
