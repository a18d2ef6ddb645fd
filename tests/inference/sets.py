"""Tiny data trees in the true layout of the public sets, made of phantoms."""

import csv
from pathlib import Path

import numpy as np
from PIL import Image

from inference import phantom

MIAS = ["image", "patient", "view", "density", "abnormality", "severity", "x", "y", "radius"]
LABELS = [
    "image",
    "patient",
    "folder_class",
    "pathology",
    "side",
    "view",
    "age",
    "density",
    "birads",
    "findings",
    "n_regions",
    "scale",
]
REGIONS = ["image", "shape", "x0", "y0", "x1", "y1", "points"]


def write_csv(path: Path, columns: list[str], rows: list[list[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([columns, *rows])


def write_image(path: Path, laterality: str, view: str, lesion: tuple[float, float, float] | None, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = phantom.mammogram(laterality=laterality, view=view, rows=256, cols=256, lesion=lesion, seed=seed)
    share = (pixels - pixels.min()) / (pixels.max() - pixels.min())
    Image.fromarray(np.asarray(share * 255, dtype=np.uint8)).save(path)


def mias(root: Path, women: int = 8) -> Path:
    """`women` pairs of breasts; every third woman's first breast has a malignant circle, every other third a benign one."""
    rows: list[list[object]] = []
    for woman in range(women):
        for side in "LR":
            name, seed = f"mdb{woman:03d}{side}.png", 2 * woman + (side == "R")
            ill = side == "L" and woman % 3 != 2
            lesion = (70.0, 120.0, 18.0) if ill else None
            write_image(root / "mias" / "images" / name, side, "MLO", lesion, seed)
            finding = ["CIRC", "M" if woman % 3 == 0 else "B", 70, 120, 18] if ill else ["NORM", "", "", "", ""]
            rows.append([name, f"mias{woman:03d}", "MLO", "FGD"[woman % 3], *finding])
    write_csv(root / "mias" / "labels.csv", MIAS, rows)
    return root


def cdd_cesm(root: Path, women: int = 8) -> Path:
    """`women` single CC images with outlines, half of them malignant, and two normal ones whose patient is unknown."""
    rows: list[list[object]] = []
    drawn: list[list[object]] = []
    for woman in range(women):
        name, kind = f"P{woman}_L_DM_CC.jpg", "Malignant" if woman % 2 else "Benign"
        write_image(root / "cdd-cesm" / "images" / name, "L", "CC", (80.0, 128.0, 15.0), 100 + woman)
        rows.append([name, f"cdd{woman}", kind.lower(), kind, "L", "CC", 50, "BC"[woman % 2], 4, "Mass", 1, 1])
        drawn.append([name, "circle", 65, 113, 95, 143, ""])
    for number in range(2):
        name = f"unmatched_normal_{number}.jpg"
        write_image(root / "cdd-cesm" / "images" / name, "R", "CC", None, 200 + number)
        rows.append([name, "", "normal", "", "R", "CC", "", "", "", "", 0, 1])
    write_csv(root / "cdd-cesm" / "labels.csv", LABELS, rows)
    write_csv(root / "cdd-cesm" / "regions.csv", REGIONS, drawn)
    return root
