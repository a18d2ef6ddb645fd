"""A training run as one TOML file: nothing that shapes the weights stands anywhere else."""

import tomllib
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from inference.comparison import Comparison
from inference.networks.mammogram import MOST_MEMBERS, NetworkConfig
from inference.networks.overview import STRIDE
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
class TuneConfig:
    """How the backbone itself is fitted to lesions: crops at lesion scale, cells asked by their outlines.

    frozen: stride up to which the backbone stays as published, so that its maps are computed once; 1 tunes all of it.
    copies: altered copies of each image (see `copies`) beside itself. crop: side in model pixels. lesion_share: of crops
    from outlined images that are laid on an outline. top_cells: of a crop, whose mean is its logit. clip: norm of the
    gradient. precision: "float32", or "bfloat16" for autocast. teacher_weight: of what a mean teacher with this decay says
    of images that have no label at all (see `teacher`); they make half a batch beside the labelled one. members: networks
    that each fit trains alike from different seeds; they are read, measured and released as their mean.
    """

    frozen: int = 8
    copies: int = 2
    steps: int = 300
    batch: int = 8
    crop: int = 384
    lesion_share: float = 0.7
    top_cells: int = 12
    learning_rate: float = 5e-4
    head_rate: float = 3e-3
    weight_decay: float = 5e-2
    dropout: float = 0.3
    outside_weight: float = 0.5
    clip: float = 5.0
    precision: str = "float32"
    teacher_weight: float = 0.0
    teacher_decay: float = 0.99
    members: int = 1

    @classmethod
    def of(cls, table: dict[str, Any], network: NetworkConfig, spec: InputSpec) -> "TuneConfig":
        """Read the [tune] table; ValueError for a value that does not fit the network or the input."""
        config = cls(**table)
        if config.frozen >= network.cell or network.density_tap not in (0, config.frozen):
            raise ValueError(f"[tune] frozen {config.frozen} must lie below the taps, and density_tap be 0 or the same")
        if config.crop % (2 * network.cell) or config.crop > min(spec.height, spec.width):
            raise ValueError(
                f"[tune] crop must be a multiple of {2 * network.cell} and fit the input, not {config.crop}"
            )
        if config.precision not in ("float32", "bfloat16"):
            raise ValueError(f"[tune] precision is float32 or bfloat16, not {config.precision!r}")
        if config.members not in range(1, MOST_MEMBERS + 1):
            raise ValueError(f"[tune] members must lie between 1 and {MOST_MEMBERS}, not {config.members}")
        return config


@dataclass(frozen=True)
class OverviewConfig:
    """How the network that looks at the whole image is fitted (see `networks.overview`), end to end, on image labels alone.

    reduction: times that the image is made smaller. weight: of what is seen, 0 to 1, beside what the cells say. frozen: stride up to
    which its backbone stays as published. rates: of the backbone and of what is new above it.
    """

    reduction: int = 4
    weight: float = 0.2
    frozen: int = 8
    epochs: int = 20
    batch: int = 16
    learning_rate: float = 3e-4
    head_rate: float = 1.5e-3
    weight_decay: float = 5e-2
    dropout: float = 0.3
    clip: float = 5.0


def _uneven(spec: InputSpec, how: OverviewConfig) -> bool:
    cell = STRIDE * how.reduction
    return spec.height % cell > 0 or spec.width % cell > 0


@dataclass(frozen=True)
class TrainingConfig:
    """One TOML file. folds: patient-level, seeded by `seed`. flips: feature maps of the upside-down image too.

    tune: None keeps the backbone frozen and fits heads alone, in minutes. pooling: what an image is judged by, see
    `inference.comparison`. ensemble: the release is the mean of the network of all images and the fold networks. overview: None
    for no look at the whole image beside the cells.
    """

    name: str
    version: str
    sets: tuple[str, ...]
    input: dict[str, Any]
    network: dict[str, Any]
    heads: HeadConfig
    folds: int = 5
    seed: int = 0
    flips: bool = True
    tune: TuneConfig | None = None
    pooling: dict[str, Any] = field(default_factory=dict)
    ensemble: bool = False
    overview: OverviewConfig | None = None

    @classmethod
    def read(cls, path: Path) -> "TrainingConfig":
        """Read `path`; raises ValueError that names a key that is missing or unknown."""
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        try:
            heads = HeadConfig(**table.get("heads", {}))
            beside = OverviewConfig(**table["overview"]) if "overview" in table else None
            config = cls(**{**table, "sets": tuple(table["sets"]), "heads": heads, "tune": None, "overview": beside})
            if "tune" in table:
                config = replace(config, tune=TuneConfig.of(table["tune"], config.structure, config.spec))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path}: {error}") from error
        if config.tune is None and config.structure.pooling == "attention" and config.heads.members > 1:
            raise ValueError(f"{path}: members of attention do not average as weights: set [heads] members = 1")
        if config.ensemble and config.tune is None:
            raise ValueError(f"{path}: heads alone are averaged as weights: ensemble needs a [tune] table")
        if config.ensemble and config.members > 1:
            raise ValueError(f"{path}: ensemble = true and [tune] members are two kinds of ensemble: choose one")
        if config.overview is not None and (config.tune is None or config.ensemble):
            raise ValueError(f"{path}: [overview] goes with a [tune] table, and not with ensemble = true")
        if config.overview is not None and _uneven(config.spec, config.overview):
            raise ValueError(f"{path}: [input] sides must be multiples of {STRIDE} times [overview] reduction")
        if config.structure.overview:
            raise ValueError(f"{path}: overview is asked for by an [overview] table, not in [network]")
        try:
            _ = config.spec, config.comparison, NetworkConfig.of(config.served)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
        return config

    @property
    def spec(self) -> InputSpec:
        """The [input] table, checked."""
        return InputSpec.of(self.input)

    @property
    def comparison(self) -> Comparison:
        """The [pooling] table, checked."""
        if unknown := sorted(set(self.pooling) - set(Comparison.__dataclass_fields__)):
            raise ValueError(f"[pooling] has unknown keys {', '.join(unknown)}")
        return Comparison.of(self.pooling)

    @property
    def members(self) -> int:
        """Networks of each fit; heads alone have one, whose weights are a mean already."""
        return 1 if self.tune is None else self.tune.members

    @property
    def served(self) -> dict[str, Any]:
        """The [network] table of the release."""
        count = self.folds + 1 if self.ensemble else self.members
        beside: dict[str, Any] = {}
        if self.overview is not None:
            beside = {"overview": self.overview.reduction, "overview_weight": self.overview.weight}
        if self.tune is None or count == 1:
            return {**self.network, **beside}
        return {**self.network, "members": count, "shared": self.tune.frozen, **beside}

    @property
    def structure(self) -> NetworkConfig:
        """The [network] table, checked."""
        return NetworkConfig.of(self.network)

    @property
    def design(self) -> str:
        """One line that tells this design from others."""
        network, size = self.structure, f"{self.input['height']} x {self.input['width']}"
        pooled = "gated attention" if network.pooling == "attention" else f"top {network.top_share:.1%}"
        seen = f"{size}, strides {'+'.join(map(str, network.taps))}, {pooled}"
        if self.tune is None:
            heads = self.heads
            fitted = f"{heads.components} axes, region weight {heads.region_weight:g}, dropout {heads.dropout:g}"
            return f"{network.backbone} frozen, {seen}, {fitted}, {heads.epochs} epochs"
        tune = self.tune
        crops = f"{tune.steps} steps of {tune.batch} crops of {tune.crop}, {tune.copies} copies with moved lesions"
        crops += f", mean of {tune.members} networks" if tune.members > 1 else ""
        pooled_by, beside = self.comparison, ""
        if self.overview is not None:
            beside += f", beside the whole image at 1/{self.overview.reduction} ({self.overview.epochs} epochs, weight {self.overview.weight:g})"
        if pooled_by.evidence == "mean":
            beside += ", malignancy by both heads"
        if pooled_by.other_breast:
            whose = "" if pooled_by.of_malignancy else "abnormality "
            beside += f", {whose}less {pooled_by.other_breast:g} of the other breast"
        return f"{network.backbone} tuned above stride {tune.frozen}, {seen}, {crops}{beside}"

    def as_dict(self) -> dict[str, Any]:
        """Every value, defaults included."""
        return asdict(self)
