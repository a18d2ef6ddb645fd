"""A training run as one TOML file: nothing that shapes the weights stands anywhere else."""

import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from inference.networks.mammogram import NetworkConfig
from inference.preprocess import InputSpec


@dataclass(frozen=True)
class HeadConfig:
    """How the heads are fitted.

    components: principal axes of the cells that a fit sees. members: fits with seeds 0, 1, ... whose weights are averaged. region_weight: of the cell losses against the image
    loss. outside_weight: of cells outside every region. density_penalty: ridge on the density score.
    """

    epochs: int = 15
    components: int = 96
    members: int = 3
    batch: int = 32
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    dropout: float = 0.3
    region_weight: float = 1.0
    outside_weight: float = 0.5
    density_penalty: float = 1e-2


@dataclass(frozen=True)
class TrainingConfig:
    """One TOML file. folds: patient-level, seeded by `seed`. flips: feature maps of the upside-down image too."""

    name: str
    version: str
    sets: tuple[str, ...]
    input: dict[str, Any]
    network: dict[str, Any]
    heads: HeadConfig
    folds: int = 5
    seed: int = 0
    flips: bool = True

    @classmethod
    def read(cls, path: Path) -> "TrainingConfig":
        """Read `path`; raises ValueError that names a key that is missing or unknown."""
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        try:
            config = cls(**{**table, "sets": tuple(table["sets"]), "heads": HeadConfig(**table.get("heads", {}))})
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path}: {error}") from error
        _ = config.spec, config.structure
        return config

    @property
    def spec(self) -> InputSpec:
        """The [input] table, checked."""
        return InputSpec.of(self.input)

    @property
    def structure(self) -> NetworkConfig:
        """The [network] table, checked."""
        return NetworkConfig.of(self.network)

    def as_dict(self) -> dict[str, Any]:
        """Every value, defaults included."""
        return asdict(self)
