"""One labelled image, whatever set it comes from. None means unknown, never "no"."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inference.decode import part10
from inference.decode.pictures import orientation
from inference.dicom import DecodeError, decode
from inference.kinds import TYPES
from inference.presentation import present
from inference.turn import TURNS

Point = tuple[float, float]


class DatasetError(ValueError):
    """A data set cannot be read; the message names the file, row or column and what to do."""


KINDS = ("mass", "calcification", "distortion", "asymmetry")


@dataclass(frozen=True)
class Region:
    """An outline drawn by the set's authors: a closed polygon of (x, y) in stored pixels. kinds: those of KINDS it is."""

    outline: tuple[Point, ...]
    malignant: bool | None
    kinds: tuple[str, ...] = field(default=(), repr=False)  # a run's folder is claimed by the rest


@dataclass(frozen=True)
class Record:
    """One image with its labels.

    patient: what a split must not cross; "SET?" where the set does not say whose image it is.
    density: the ACR letters that the label allows, each with its share (sums to 1); None where unknown.
    located: every abnormality of the image has a region, so that cells outside the regions count as normal.
    kinds: those of KINDS that the image shows, () where it shows none, None where nobody said. types: those of `kinds.TYPES`,
    where the set says more than kinds do.
    split: "train" or "test" where the set's authors split it. birads, age in years, vendor: as the set writes them. prior:
    probability of malignancy that a release gave the prior exam. opposed: "one" or "other" where the set says that
    two images show both breasts of a woman, and not which is the left.
    """

    dataset: str
    image: str
    path: Path
    patient: str
    laterality: str | None
    view: str | None
    malignant: bool | None
    abnormal: bool | None
    density: tuple[float, float, float, float] | None
    regions: tuple[Region, ...] = ()
    located: bool = True
    kinds: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    split: str | None = None
    birads: str | None = None
    prior: float | None = None
    age: float | None = None
    vendor: str | None = None
    opposed: str | None = None

    @property
    def key(self) -> str:
        """Unique over all sets."""
        return f"{self.dataset}/{self.image}"

    @property
    def breast(self) -> str | None:
        """Which of the two, by a name that `inference.comparison.OPPOSITE` holds; None where nobody said."""
        return self.laterality or self.opposed

    @property
    def patient_known(self) -> bool:
        """False where only the set is known: such rows stay together in a split."""
        return not self.patient.endswith("?")


def types_allowed(record: Record) -> tuple[str, ...] | None:
    """Those of TYPES that the label allows: a mass of unknown margin may be any of three; None where nothing is said."""
    if record.types is not None:
        return record.types
    if not record.kinds:
        return ("normal",) if record.kinds is not None and record.abnormal is False else None
    return tuple(t for t in TYPES if t in record.kinds or ("mass" in record.kinds and t.endswith(" mass")))


def ellipse(x0: float, y0: float, x1: float, y1: float, points: int = 32) -> tuple[Point, ...]:
    """The ellipse inside a box, as a polygon; a circle where the box is square."""
    turn = np.linspace(0.0, 2.0 * np.pi, points, endpoint=False)
    x = (x0 + x1) / 2 + (x1 - x0) / 2 * np.cos(turn)
    y = (y0 + y1) / 2 + (y1 - y0) / 2 * np.sin(turn)
    return tuple(zip(x.tolist(), y.tolist(), strict=True))


def box(x0: float, y0: float, x1: float, y1: float) -> tuple[Point, ...]:
    """A rectangle as a polygon."""
    return (x0, y0), (x1, y0), (x1, y1), (x0, y1)


def kinds_of(*named: str) -> tuple[str, ...]:
    """The given kinds, each once, in the order of KINDS."""
    return tuple(kind for kind in KINDS if kind in named)


def read_pixels(path: Path) -> NDArray[np.float32]:
    """Grey values (rows, cols), bright tissue: of a PNG, JPEG or TIFF as stored, of a DICOM file as presented.

    Raises DatasetError where the file cannot be read or holds a value that is not a number.
    """
    try:
        values = _read(path)
    except (DecodeError, OSError, ValueError, SyntaxError) as error:
        raise DatasetError(f"{path} cannot be read ({error}): copy the image again or delete its row") from error
    if not np.isfinite(values).all():
        raise DatasetError(f"{path} holds pixels that are not numbers (NaN or infinite): write it again")
    return values


def _read(path: Path) -> NDArray[np.float32]:
    with path.open("rb") as file:
        start = file.read(132)
    if part10.looks_like_dicom(start):
        return present(decode(path))
    with Image.open(path) as image:
        if orientation(image) in TURNS:
            raise ValueError(
                "its Exif orientation asks to be turned, and outlines may count either way: save it upright"
            )
        grey = image if image.mode.startswith("I;16") or image.mode in ("I", "F") else image.convert("L")
        return np.asarray(grey, dtype=np.float32)
