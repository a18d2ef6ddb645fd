"""What `predict --json` wrote, as far as it can be scored."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.datasets.records import DatasetError
from inference.evaluation.detection import Box


@dataclass(frozen=True)
class Image:
    """One image as predicted; scores are None where it was not scored. marks: boxes with their scores."""

    file: str
    sha256: str
    exam: str
    laterality: str
    view: str
    scored: bool
    malignancy: float | None
    abnormality: float | None
    density: Mapping[str, float] | None
    marks: tuple[tuple[Box, float], ...]


@dataclass(frozen=True)
class Exam:
    """One exam's score, None where there is none, and its breasts' by side."""

    id: str
    score: float | None
    breasts: Mapping[str, float]


@dataclass(frozen=True)
class Predictions:
    """A whole file: which release said so, its images and exams."""

    release: str
    images: tuple[Image, ...]
    exams: tuple[Exam, ...]


def read_predictions(path: Path) -> Predictions:
    """Read and check a file of `predict --json`; DatasetError names the image and the field at fault."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        release = told["release"]
        of = {file: str(exam.get("id", n)) for n, exam in enumerate(told["exams"]) for file in exam.get("files", ())}
        images = tuple(_image(one, of.get(one.get("file", ""), "")) for one in told["images"])
        exams = tuple(_exam(exam, str(number)) for number, exam in enumerate(told["exams"]))
        return Predictions(f"{release['name']} {release['version']}", images, exams)
    except OSError as error:
        raise DatasetError(f"{path}: the predictions cannot be read: {error}") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise DatasetError(f"{path} is not what predict --json writes: {error}") from error
    except KeyError as error:
        raise DatasetError(f"{path} is not what predict --json writes: {error.args[0]} is missing") from error


def _image(one: Mapping[str, Any], exam: str) -> Image:
    name, scored = str(one["file"]), one["status"] == "scored"
    density = one.get("density") if scored else None
    marks = tuple(mark for region in one.get("regions") or () if (mark := _mark(region, name)))
    return Image(
        file=name,
        sha256=str(one.get("sha256") or "").lower(),
        exam=exam or str(one.get("exam") or ""),
        laterality=one.get("laterality") or "",
        view=one.get("view") or "",
        scored=scored,
        malignancy=_chance(one.get("malignancy"), f"{name}: malignancy") if scored else None,
        abnormality=_chance(one.get("abnormality"), f"{name}: abnormality") if scored else None,
        density={k: float(v) for k, v in density.items()} if density else None,
        marks=marks,
    )


def _mark(region: Mapping[str, Any], name: str) -> tuple[Box, float] | None:
    score = _chance(region.get("score"), f"{name}: a region's score")
    corners = region.get("box") or _bounds(region.get("polygon") or ())
    if score is None or len(corners) != 4:
        raise ValueError(f"{name}: a region needs a score and a box or polygon")
    x0, y0, x1, y1 = (float(edge) for edge in corners)
    return (x0, y0, x1, y1), score


def _bounds(polygon: Any) -> tuple[float, ...]:
    xs, ys = [float(x) for x, _ in polygon], [float(y) for _, y in polygon]
    return (min(xs), min(ys), max(xs), max(ys)) if xs else ()


def _exam(exam: Mapping[str, Any], number: str) -> Exam:
    name = str(exam.get("id", number))
    sides = {side: breast["score"] for side, breast in (exam.get("breasts") or {}).items() if breast}
    kept = {side: value for side, score in sides.items() if (value := _chance(score, f"exam {name}")) is not None}
    return Exam(name, _chance(exam.get("exam_score"), f"exam {name}"), kept)


def _chance(value: Any, what: str) -> float | None:
    if value is None:
        return None
    number = float(value)
    if not (math.isfinite(number) and 0 <= number <= 1):
        raise ValueError(f"{what} is {value!r}, not a probability")
    return number
