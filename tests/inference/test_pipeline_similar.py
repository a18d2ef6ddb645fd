"""Reference images are named by likeness, only where they are alike, and never one of the same patient."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from inference import phantom
from inference.datasets.records import Record
from inference.networks import Evidence
from inference.pipeline import Analyst, ImageInput
from inference.release import Release, ReleaseError, hash_file
from inference.similar import NAMES, VECTORS, SimilarCases
from inference.training import alike
from inference.training.publish import similar
from tests.inference.fakes import MANIFEST_TEXT, Brightness, write_release


def record(number: int, patient: str, malignant: bool | None = False, dataset: str = "film") -> Record:
    return Record(dataset, f"{number}.png", Path(), patient, "L", "CC", malignant, malignant, None)


def clouds(n: int = 60) -> tuple[list[Record], np.ndarray]:
    """Malignant images in one direction, others in another, pairs of one patient nearly the same."""
    rng = np.random.default_rng(0)
    ill = np.arange(n) // 2 % 3 == 0
    centre = np.where(ill[:, None], rng.normal(size=8), rng.normal(size=8))
    pairs = np.repeat(rng.normal(size=(n // 2, 8)), 2, axis=0)
    records = [record(i, f"p{i // 2}", bool(ill[i])) for i in range(n)]
    return records, 3 * centre + pairs + 0.01 * rng.normal(size=(n, 8))


@pytest.fixture()
def shipped(tmp_path: Path) -> tuple[list[Record], np.ndarray, SimilarCases]:
    records, embedding = clouds()
    for name, content in alike.files(records, alike.embedded(embedding)).items():
        (tmp_path / name).write_bytes(content)
    return records, embedding, SimilarCases.read(tmp_path, {"least": 0.3})


def test_the_nearest_are_named_the_most_alike_first(shipped) -> None:
    _, embedding, cases = shipped
    found = cases.nearest(embedding[7], "k")
    assert found[0].image == "7.png" and found[0].similarity == pytest.approx(1.0, abs=2e-3) and found[0].to == "k"
    assert len(found) == 3 and [f.similarity for f in found] == sorted((f.similarity for f in found), reverse=True)
    assert {f.label for f in found} <= {"malignant", "normal"} and {f.dataset for f in found} == {"film"}
    assert found[1].image == "6.png"


def test_what_is_like_nothing_has_no_similar_case(shipped) -> None:
    _, embedding, cases = shipped
    away = embedding.mean(axis=0) - 5 * (embedding[7] - embedding.mean(axis=0))
    strict = SimilarCases(cases.embedded, cases.names, 0.999)
    assert strict.nearest(away, "k") == () and strict.nearest(embedding.mean(axis=0), "k") == ()


def test_no_neighbour_is_of_the_same_patient_nor_might_be() -> None:
    records, embedding = clouds()
    records[10] = record(10, "film?")
    order, _ = alike.neighbours(records, alike.embedded(embedding))
    for row, near in enumerate(order):
        assert all(records[other].patient != records[row].patient for other in near) or row == 10
    assert all(10 not in near for row, near in enumerate(order) if row != 10)


def test_neighbours_of_cancers_are_cancers_where_likeness_tells() -> None:
    records, embedding = clouds()
    ill, other = alike.agreement(records, alike.neighbours(records, alike.embedded(embedding))[0])
    assert ill.value > 0.6 > 0.3 > other.value and ill.n == 20 and other.n == 40


def test_labels_are_those_of_the_set() -> None:
    said = [alike.label_of(record(0, "a", value)) for value in (True, False, None)]
    assert said == ["malignant", "normal", "unknown"]
    benign = Record("film", "1.png", Path(), "a", "L", "CC", False, True, None)
    assert alike.label_of(benign) == "benign"


@dataclass
class Fitted:
    embedding: Any


def test_a_network_without_an_embedding_ships_no_similar_cases() -> None:
    records, embedding = clouds()
    assert similar(records, Fitted(None)) == []  # type: ignore[arg-type]
    (extra,) = similar(records, Fitted(embedding))  # type: ignore[arg-type]
    assert set(extra.files) == {VECTORS, NAMES} and "in sample" in extra.section
    assert len(b"".join(extra.files.values())) < 20_000


class Telling(Brightness):
    """Brightness with an embedding: how much of the image is white, in eight bands."""

    def forward(self, x: Tensor) -> Evidence:
        said = super().forward(x)
        bands = x.flatten(1).unfold(1, x[0].numel() // 8, x[0].numel() // 8).mean(dim=2)
        return said._replace(embedding=bands)


def release_with(folder: Path, files: dict[str, bytes]) -> Release:
    write_release(folder)
    text = MANIFEST_TEXT
    for name, content in files.items():
        (folder / name).write_bytes(content)
        text += f'"{name}" = "{hash_file(folder / name)}"\n'
    text += "[similar]\nleast = -1.0\n"
    hashes = {"weights": hash_file(folder / "weights.safetensors"), "card": hash_file(folder / "card.md")}
    (folder / "release.toml").write_text(text.format(**hashes))
    return Release.read(folder)


def test_an_exam_names_what_its_most_suspicious_image_is_like(tmp_path: Path) -> None:
    records, embedding = clouds()
    files = alike.files(records, alike.embedded(embedding))
    reader = Analyst(release_with(tmp_path / "r", files), Telling(), torch.device("cpu"))
    lesion = (150.0, 430.0, 28.0)
    images = [
        ImageInput(key, phantom.dicom(laterality="L", view=view, rows=768, cols=576, lesion=at))
        for key, view, at in (("plain", "CC", None), ("ill", "MLO", lesion))
    ]
    found = reader.read_exam(images).similar
    assert len(found) == 3 and {case.to for case in found} == {"ill"}
    assert reader.read_exam(images).to_dict()["similar"][0]["image"] == found[0].image


def test_files_that_do_not_fit_one_another_are_refused(tmp_path: Path) -> None:
    records, embedding = clouds()
    files = alike.files(records, alike.embedded(embedding)) | {NAMES: b"[]"}
    with pytest.raises(ReleaseError, match="do not fit"):
        Analyst(release_with(tmp_path / "r", files), Telling(), torch.device("cpu"))
    with pytest.raises(ValueError, match="cannot be read"):
        SimilarCases.read(tmp_path, {"least": 0.0})
