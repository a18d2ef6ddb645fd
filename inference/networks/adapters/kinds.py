"""The brought models by name: their network from a [network] table, and how each reads an exam."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from inference.networks.adapters import density_histogram, dmv_cnn, gmic, mirai
from inference.networks.adapters.answers import Answers, ImageAnswer
from inference.networks.adapters.opened import Opened, Place
from inference.networks.adapters.windows import Window, window
from inference.results import Reason

Tell = Callable[[float], None]
"""Told the share of the network's work that is done, 0..1."""


class Kind(Protocol):
    """How a brought model is built and asked. whole: it needs the four standard views together."""

    whole: bool

    def build(self, table: Mapping[str, Any]) -> nn.Module:
        """The network of a [network] table; ValueError for a key or a value that is unknown."""

    def read(self, network: nn.Module, images: Sequence[Opened], device: torch.device, tell: Tell) -> Answers:
        """What the network says of images that passed the checks; of exactly four views where `whole`."""


def keys_of(table: Mapping[str, Any], *known: str) -> dict[str, Any]:
    """The table without its adapter's name; ValueError for a key that is not known."""
    unknown = sorted(set(table) - {"adapter", *known})
    if unknown:
        raise ValueError(f"[network] has unknown keys {', '.join(unknown)}")
    return {key: value for key, value in table.items() if key != "adapter"}


def by_place(images: Sequence[Opened]) -> dict[Place, Opened]:
    """Images of known side and view by both."""
    return {image.place: image for image in images if image.place is not None}


class Density:
    """Composition from four histograms."""

    whole = True

    def build(self, table: Mapping[str, Any]) -> nn.Module:
        """It has nothing to choose."""
        keys_of(table)
        return density_histogram.HistogramDensity()

    def read(self, network: nn.Module, images: Sequence[Opened], device: torch.device, tell: Tell) -> Answers:
        """Density alone."""
        places = by_place(images)
        shares = [density_histogram.histogram(places[place].values) for place in density_histogram.VIEWS]
        density = network(torch.from_numpy(np.concatenate(shares))[None].to(device))[0]
        tell(1.0)
        return Answers(density=finite(density).tolist())


class DmvCnn:
    """Each breast judged in each view beside the other breast."""

    whole = True

    def build(self, table: Mapping[str, Any]) -> nn.Module:
        """It has nothing to choose."""
        keys_of(table)
        return dmv_cnn.DmvCnn()

    def read(self, network: nn.Module, images: Sequence[Opened], device: torch.device, tell: Tell) -> Answers:
        """Malignant and benign chances of every image; if one is too small, of none."""
        windows: dict[Place, Window] = {}
        for place, image in by_place(images).items():
            seen = window(image, *dmv_cnn.WINDOWS[place[1]])
            if isinstance(seen, Reason):
                return Answers({image.key: seen for image in images})
            windows[place] = seen
        said: dict[tuple[str, str, str], float] = {}
        for share, view in enumerate(dmv_cnn.WINDOWS, start=1):
            left, right = (windows[side, view].tensor.to(device) for side in "LR")
            chances = finite(network.judged(view.lower(), left, right).exp()[0, :, 1]).tolist()  # type: ignore[operator]
            said |= {(view, *what): chance for what, chance in zip(dmv_cnn.OUTPUTS, chances, strict=True)}
            tell(share / len(dmv_cnn.WINDOWS))
        told: dict[str, ImageAnswer | Reason] = {}
        for (side, view), image in by_place(images).items():
            malignant, benign = (said[view, side, what] for what in ("malignant", "benign"))
            told[image.key] = ImageAnswer(malignant, benign, notes=windows[side, view].notes)
        return Answers(told)


class Gmic:
    """Each image on its own, with its map."""

    whole = False

    def build(self, table: Mapping[str, Any]) -> nn.Module:
        """percent_t: the share of cells that the global answer pools."""
        chosen = keys_of(table, "percent_t")
        return gmic.Gmic(float(chosen.get("percent_t", gmic.PERCENT_T)))

    def read(self, network: nn.Module, images: Sequence[Opened], device: torch.device, tell: Tell) -> Answers:
        """Malignant and benign chances, and the map of the malignant class."""
        told: dict[str, ImageAnswer | Reason] = {}
        for number, image in enumerate(images, start=1):
            seen = window(image, gmic.HEIGHT, gmic.WIDTH)
            if isinstance(seen, Reason):
                told[image.key] = seen
                continue
            reading: gmic.Reading = network(seen.tensor.to(device))
            benign, malignant = finite(reading.fusion[0]).tolist()
            cells = finite(reading.maps[0, 1]).cpu().numpy()
            told[image.key] = ImageAnswer(malignant, benign, cells, seen.frame, seen.notes)
            tell(number / len(images))
        return Answers(told)


@dataclass(frozen=True)
class Mirai:
    """Risk over five years from the four views."""

    whole = True

    def build(self, table: Mapping[str, Any]) -> nn.Module:
        """hidden, heads, layers, pool: see `MiraiConfig`. calibration: four numbers a year, or absent."""
        chosen = keys_of(table, "calibration", *(part.name for part in fields(mirai.MiraiConfig)))
        steps = chosen.pop("calibration", None)
        network = mirai.Mirai(mirai.MiraiConfig(**chosen))
        if steps is not None and np.shape(steps) != (mirai.YEARS, 4):
            raise ValueError(f"[network] calibration needs four numbers for each of {mirai.YEARS} years")
        network.steps = steps
        return network

    def read(self, network: nn.Module, images: Sequence[Opened], device: torch.device, tell: Tell) -> Answers:
        """Risk of cancer within 1 to 5 years; calibrated where the user's calibrator was imported with the weights."""
        features = []
        for number, image in enumerate(images, start=1):
            features.append(network.encoder(risk_input(image).to(device)))  # type: ignore[operator]
            tell(number / len(images))
        view, side = (torch.tensor([codes], device=device) for codes in codes_of(images))
        logits = network.aggregator(torch.stack(features, dim=1), view, side)  # type: ignore[operator]
        chances = finite(torch.sigmoid(logits)[0]).double().cpu().numpy()
        steps: Any = network.steps
        return Answers(risk=(chances if steps is None else calibrated(chances, np.asarray(steps))).tolist())


def codes_of(images: Sequence[Opened]) -> tuple[list[int], list[int]]:
    """View and side of each image as Mirai's embeddings number them: CC 0, MLO 1; R 0, L 1."""
    return [int(image.view == "MLO") for image in images], [int(image.laterality == "L") for image in images]


def risk_input(image: Opened) -> Tensor:
    """(1, 3, 2048, 1664): the whole image in 16 bits from its lowest to its highest value, resized, nipple to the left.

    It is mirrored where its left quarter is brighter than its right one, which puts the chest wall at the right.
    """
    values = np.rint(image.values * (65535.0 / max(float(image.values.max()), 1e-9))).astype(np.int32)
    resized = Image.fromarray(values).resize((mirai.WIDTH, mirai.HEIGHT), Image.Resampling.BILINEAR)
    pixels: NDArray[np.float64] = np.asarray(resized, dtype=np.float64)
    quarter = mirai.WIDTH // 4
    if pixels[:, :quarter].sum() > pixels[:, -quarter:].sum():
        pixels = pixels[:, ::-1]
    grey = torch.from_numpy((pixels - mirai.MEAN) / mirai.DEVIATION).float()
    return grey.expand(1, 3, -1, -1)


def calibrated(chances: NDArray[np.float64], steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each year's chance (5,) through its own two linear steps (5, 4) and a sigmoid (Platt 1999)."""
    inner = steps[:, 0] * chances + steps[:, 1]
    return np.asarray(1.0 / (1.0 + np.exp(steps[:, 2] * inner + steps[:, 3])))


def finite(values: Tensor) -> Tensor:
    """The values; raises FloatingPointError where the network answered NaN or infinity."""
    if not bool(torch.isfinite(values).all()):
        raise FloatingPointError("the network's answer is not finite")
    return values


KINDS: Final[dict[str, Kind]] = {
    "nyu-density": Density(),
    "nyu-dmv-cnn": DmvCnn(),
    "gmic": Gmic(),
    "mirai": Mirai(),
}


def kind_of(table: Mapping[str, Any]) -> Kind:
    """The kind that a [network] table names; ValueError, naming those there are, where there is none."""
    name = table.get("adapter")
    if name not in KINDS:
        raise ValueError(f"[network] adapter {name!r} is none of {', '.join(KINDS)}")
    return KINDS[name]
