"""mini-MIAS (Suckling et al. 1994): digitised film, MLO, both breasts of each woman, 200 um.

Layout: mias/labels.csv (a row for each abnormality, at least one for each image) and mias/images/. Circles are given from
the top left. Laterality is not taken over: some burnt-in markers are mirrored. That a woman's two images show both of her breasts is:
the set consists of such pairs.
"""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Final

from inference.datasets.records import Record, Region, ellipse, kinds_of
from inference.datasets.tables import Row, choice, image_path, number, read_table

COLUMNS: Final = ("image", "patient", "view", "density", "abnormality", "severity", "x", "y", "radius")

DENSITY: Final = {
    "F": (1.0, 0.0, 0.0, 0.0),
    "G": (0.0, 1.0, 0.0, 0.0),
    "D": (0.0, 0.0, 0.72, 0.28),
}
"""Fatty, fatty-glandular, dense-glandular as ACR a, b and c or d.

Three radiologists' consensus on the same 322 films (Oliver et al., IEEE TITB 2008) was I 87, II 103, III 95, IV 37, beside
MIAS's own F 106, G 104, D 112: so F is read as a, G as b, and D as c or d in the ratio 95 : 37.
"""
KINDS: Final = {
    "CALC": ("calcification",),
    "CIRC": ("mass",),
    "SPIC": ("mass",),
    "MISC": ("mass",),
    "ARCH": ("distortion",),
    "ASYM": ("asymmetry",),
}
"""Circumscribed, spiculated and ill-defined ("other") masses are one kind here."""
TYPE: Final = {
    "CALC": "calcification",
    "CIRC": "circumscribed mass",
    "SPIC": "spiculated mass",
    "MISC": "other mass",
    "ARCH": "distortion",
    "ASYM": "asymmetry",
    "NORM": "normal",
}
"""In the words of `inference.kinds.TYPES`."""
PAIR: Final = ("one", "other")
SEVERITY: Final = {"": None, "B": False, "M": True}


def read(root: Path) -> list[Record]:
    """Every image of `root`/mias, in the order of its table; DatasetError says what is missing."""
    path = root / "mias" / "labels.csv"
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in read_table(path, COLUMNS):
        grouped[row["image"]].append(row)
    return _opposed([_record(root / "mias", rows, path) for rows in grouped.values()])


def _opposed(records: list[Record]) -> list[Record]:
    """A woman's two images are the one breast and the other; of a woman with more or fewer nothing is said."""
    of_patient: dict[str, list[int]] = defaultdict(list)
    for row, record in enumerate(records):
        of_patient[record.patient].append(row)
    for pair in of_patient.values():
        if len(pair) == len(PAIR) and records[pair[0]].patient_known:
            for row, name in zip(pair, PAIR, strict=True):
                records[row] = replace(records[row], opposed=name)
    return records


def _record(folder: Path, rows: list[Row], path: Path) -> Record:
    first = rows[0]
    abnormal = [row for row in rows if row["abnormality"] != "NORM"]
    severities = [choice(row, "severity", SEVERITY, path) for row in abnormal]
    return Record(
        dataset="mias",
        image=first["image"],
        path=image_path(folder / "images", first["image"]),
        patient=first["patient"],
        laterality=None,
        view=first["view"],
        malignant=True in severities,
        abnormal=bool(abnormal),
        density=choice(first, "density", DENSITY, path),
        regions=tuple(_circle(row, path) for row in abnormal if row["x"]),
        located=all(row["x"] for row in abnormal),
        kinds=kinds_of(*(kind for row in abnormal for kind in _kinds(row, path))),
        types=tuple(dict.fromkeys(choice(row, "abnormality", TYPE, path) for row in rows)),
    )


def _circle(row: Row, path: Path) -> Region:
    x, y, radius = (number(row, name, path) for name in ("x", "y", "radius"))
    return Region(
        ellipse(x - radius, y - radius, x + radius, y + radius),
        choice(row, "severity", SEVERITY, path),
        _kinds(row, path),
    )


def _kinds(row: Row, path: Path) -> tuple[str, ...]:
    return choice(row, "abnormality", KINDS, path)
