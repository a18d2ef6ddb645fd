"""DDSM (Heath et al. 2001): cases of four film scans with an .ics file and an .OVERLAY for each abnormal view.

Layout: ddsm/**/case0001/C-0001-1.ics, C_0001_1.LEFT_CC.OVERLAY, and each view converted from its LJPEG to
C_0001_1.LEFT_CC.png (or .jpg, .tif), as public converters name them. Outlines are chain codes in scanned pixels: where the
converted image was made smaller they are scaled with it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from inference.datasets.cdd_cesm import LETTERS
from inference.datasets.records import DatasetError, Point, Record, Region, kinds_of

VIEW = re.compile(r"^(LEFT|RIGHT)_(CC|MLO) LINES (\d+) PIXELS_PER_LINE (\d+).*?(NON_OVERLAY|OVERLAY)", re.MULTILINE)
ENDINGS = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
STEPS: Final = ((0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1))  # chain code 0 is up, clockwise
PATHOLOGY: Final = {"MALIGNANT": True, "BENIGN": False, "BENIGN_WITHOUT_CALLBACK": False, "UNPROVEN": None}
WORDS: Final = {
    "ARCHITECTURAL_DISTORTION": "distortion",
    "ASYMMETRIC": "asymmetry",
    "MASS": "mass",
    "CALCIFICATION": "calcification",
}


@dataclass(frozen=True)
class Abnormality:
    """One entry of an .OVERLAY: its outline in scanned pixels, its pathology, assessment and kinds."""

    outline: tuple[Point, ...]
    malignant: bool | None
    assessment: str
    kinds: tuple[str, ...]


def read(root: Path) -> list[Record]:
    """Every view of every case of `root`/ddsm; DatasetError says what is missing."""
    cases = sorted((root / "ddsm").rglob("*.ics"))
    if not cases:
        raise DatasetError(f"{root / 'ddsm'} holds no .ics file: copy the cases there as DDSM lays them out")
    return [record for case in cases for record in _case(case)]


def _case(ics: Path) -> Iterator[Record]:
    text = ics.read_text(encoding="latin-1")
    named = re.search(r"^filename\s+(\S+)", text, re.MULTILINE)
    views = VIEW.findall(text)
    if named is None or not views:
        raise DatasetError(f"{ics} names no {'view' if named else 'filename'}: copy the file again")
    stem = named[1].replace("-", "_")
    for side, view, lines, wide, drawn in views:
        path = _image(ics.parent, f"{stem}.{side}_{view}")
        found = abnormalities(path.with_name(f"{stem}.{side}_{view}.OVERLAY")) if drawn == "OVERLAY" else []
        yield _record(ics, text, path, (side[0], view, int(lines), int(wide)), found)


def _record(ics: Path, text: str, path: Path, view: tuple[str, str, int, int], found: list[Abnormality]) -> Record:
    with Image.open(path) as image:
        scale = (image.width / view[3], image.height / view[2])
    regions = tuple(Region(_scaled(one.outline, scale), one.malignant, one.kinds) for one in found)
    verdicts = [one.malignant for one in found]
    age = re.search(r"^PATIENT_AGE\s+(\d+)", text, re.MULTILINE)
    return Record(
        dataset="ddsm",
        image=path.stem,
        path=path,
        patient=ics.stem,
        laterality=view[0],
        view=view[1],
        malignant=True if True in verdicts else None if None in verdicts else False,
        abnormal=bool(found),
        density=_density(text, ics),
        regions=regions,
        kinds=kinds_of(*(kind for one in found for kind in one.kinds)),
        birads=max((one.assessment for one in found), default=None),
        age=float(age[1]) if age else None,
    )


def _density(text: str, ics: Path) -> tuple[float, float, float, float] | None:
    named = re.search(r"^DENSITY\s+(\S+)", text, re.MULTILINE)
    if named is None or named[1] == "0":
        return None
    if named[1] not in "1234":
        raise DatasetError(f"{ics}: DENSITY is {named[1]!r}, not 1 to 4")
    a, b, c, d = LETTERS["ABCD"[int(named[1]) - 1]]
    return a, b, c, d


def _image(folder: Path, stem: str) -> Path:
    for ending in ENDINGS:
        if (folder / f"{stem}{ending}").is_file():
            return folder / f"{stem}{ending}"
    raise DatasetError(f"{folder / stem}.png is missing: convert {stem}.LJPEG and lay it beside its .ics")


def _scaled(outline: tuple[Point, ...], scale: tuple[float, float]) -> tuple[Point, ...]:
    """From pixel centres of the scan to pixel centres of the converted image."""
    return tuple(((x + 0.5) * scale[0] - 0.5, (y + 0.5) * scale[1] - 0.5) for x, y in outline)


def abnormalities(path: Path) -> list[Abnormality]:
    """The entries of an .OVERLAY; DatasetError where it is missing, short or holds an unknown word."""
    if not path.is_file():
        raise DatasetError(f"{path} is missing: its .ics says that this view has an overlay")
    parts = re.split(r"^ABNORMALITY\s+\d+\s*$", path.read_text(encoding="latin-1"), flags=re.MULTILINE)
    said = re.search(r"TOTAL_ABNORMALITIES\s+(\d+)", parts[0])
    if said is None or int(said[1]) != len(parts) - 1:
        raise DatasetError(f"{path} announces {said[1] if said else 'no'} abnormalities and holds {len(parts) - 1}")
    return [_abnormality(part, path) for part in parts[1:]]


def _abnormality(text: str, path: Path) -> Abnormality:
    pathology = re.search(r"^PATHOLOGY\s+(\S+)", text, re.MULTILINE)
    rated = re.search(r"^ASSESSMENT\s+(\S+)", text, re.MULTILINE)
    chain = re.search(r"^BOUNDARY\s+([\d\s]+)", text, re.MULTILINE)
    if pathology is None or rated is None or chain is None:
        raise DatasetError(f"{path} lacks PATHOLOGY, ASSESSMENT or BOUNDARY of an abnormality")
    if pathology[1] not in PATHOLOGY:
        raise DatasetError(f"{path}: PATHOLOGY is {pathology[1]!r}, not one of {', '.join(PATHOLOGY)}")
    return Abnormality(_chained(chain[1], path), PATHOLOGY[pathology[1]], rated[1], _kinds(text))


def _kinds(text: str) -> tuple[str, ...]:
    """By LESION_TYPE; a "mass" whose shape is only a distortion or an asymmetry is that alone."""
    lines = [line for line in text.splitlines() if line.startswith("LESION_TYPE")]
    found = {kind for line in lines for word, kind in WORDS.items() if word in line}
    shapes = [match[1] for line in lines if (match := re.search(r"SHAPE (\S+)", line))]
    only = ("ARCHITECTURAL_DISTORTION", "ASYMMETRIC_BREAST_TISSUE", "FOCAL_ASYMMETRIC_DENSITY")
    return kinds_of(*(found - {"mass"} if shapes and all(shape in only for shape in shapes) else found))


def _chained(text: str, path: Path) -> tuple[Point, ...]:
    """A start (column, row) and then steps of one pixel, to one of eight neighbours each."""
    numbers = [int(word) for word in text.split()]
    if len(numbers) < 5 or any(step > 7 for step in numbers[2:]):
        raise DatasetError(f"{path} holds a BOUNDARY that is no chain code")
    x, y = numbers[:2]
    points = [(float(x), float(y))]
    for step in numbers[2:]:
        x, y = x + STEPS[step][0], y + STEPS[step][1]
        points.append((float(x), float(y)))
    return tuple(points)
