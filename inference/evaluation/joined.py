"""Predictions and labels brought together, image by image; then by breast and by exam."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from inference.datasets.records import DatasetError
from inference.evaluation.labels import Label
from inference.evaluation.predictions import Image, Predictions


@dataclass(frozen=True)
class Pair:
    """One image with its truth. patient: what resampling must keep together."""

    image: Image
    label: Label
    patient: str

    def column(self, name: str) -> str:
        """A label's column; side and view from the prediction where the labels do not say."""
        told = self.label.columns[name]
        return told or {"laterality": self.image.laterality, "view": self.image.view}.get(name, "")


@dataclass(frozen=True)
class Joined:
    """Every labelled image, scored or not, and what a reader of the figures must be told."""

    pairs: tuple[Pair, ...]
    warnings: tuple[str, ...]

    @property
    def scored(self) -> list[Pair]:
        """The pairs that can be judged."""
        return [pair for pair in self.pairs if pair.image.scored]


@dataclass(frozen=True)
class Whole:
    """A breast or an exam: its own score and truth."""

    name: str
    patient: str
    score: float
    malignant: bool


def join(predictions: Predictions, labels: Sequence[Label]) -> Joined:
    """Match by sha256, else by file: the same path, or one path that ends in the other.

    Raises DatasetError for a label without an image, for one that fits several, and for a patient with two names in an exam.
    """
    by_hash = {image.sha256: image for image in predictions.images if image.sha256}
    by_name: dict[str, list[Image]] = {}
    for image in predictions.images:
        by_name.setdefault(PurePosixPath(image.file).name, []).append(image)
    pairs = [_pair(label, by_hash, by_name) for label in labels]
    told = {pair.image.file for pair in pairs}
    if len(told) != len(pairs):
        raise DatasetError("two rows of the labels are about one image: keep one")
    return Joined(tuple(pairs), tuple(_warnings(predictions, pairs)))


def _pair(label: Label, by_hash: dict[str, Image], by_name: dict[str, list[Image]]) -> Pair:
    image = by_hash.get(label.sha256) if label.sha256 else None
    if image is None and label.file:
        named = by_name.get(PurePosixPath(label.file).name, [])
        fitting = [one for one in named if _ends(one.file, label.file)]
        if len(fitting) > 1:
            raise DatasetError(
                f"{label.file} fits {len(fitting)} predicted images: give more of its path, or its sha256"
            )
        image = fitting[0] if fitting else None
    if image is None:
        raise DatasetError(
            f"{label.file or label.sha256} has a label but no prediction: predict it, or leave its row out"
        )
    return Pair(image, label, label.columns["patient"] or image.exam or image.file)


def _ends(one: str, other: str) -> bool:
    """Whether one path ends in the other, folder by folder."""
    a, b = PurePosixPath(one).parts, PurePosixPath(other).parts
    short = min(len(a), len(b))
    return a[-short:] == b[-short:]


def _warnings(predictions: Predictions, pairs: Sequence[Pair]) -> list[str]:
    found = []
    if unlabelled := len(predictions.images) - len(pairs):
        found.append(f"{unlabelled} predicted images have no label and are left out.")
    if missed := [pair for pair in pairs if not pair.image.scored]:
        ill = sum(pair.label.malignant is True for pair in missed)
        found.append(f"{len(missed)} labelled images were not scored, {ill} of them malignant: no figure counts them.")
    if not any(pair.label.columns["patient"] for pair in pairs):
        found.append(
            "The labels have no patient column: intervals take each exam, or each image without one, as a patient."
        )
    return found


def wholes(predictions: Predictions, pairs: Sequence[Pair], *, breasts: bool) -> list[Whole]:
    """Breasts (exam and side) or exams with a score; malignant where any image is, left out where none is known."""
    grouped: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        side = pair.column("laterality") if breasts else ""
        grouped.setdefault((pair.image.exam, side), []).append(pair)
    exams = {exam.id: exam for exam in predictions.exams}
    found = []
    for (name, side), members in grouped.items():
        exam, known = exams.get(name), [p.label.malignant for p in members if p.label.malignant is not None]
        score = None if exam is None else exam.breasts.get(side) if breasts else exam.score
        if score is not None and known:
            found.append(Whole(f"{name} {side}".strip(), members[0].patient, score, any(known)))
    return found
