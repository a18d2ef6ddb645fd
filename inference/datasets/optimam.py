"""OPTIMAM / OMI-DB (Halling-Brown et al. 2020): For Presentation images with NBSS outcomes, read through PyPI `omidb`.

Layout: optimam/data/CLIENT/nbss_CLIENT.json and imagedb_CLIENT.json, optimam/data/CLIENT/STUDY/ with each image's header as
JSON, and optimam/images/CLIENT/STUDY/IMAGE.dcm. A breast is malignant where a biopsy or an operation of the episode says so,
benign where one says so, normal where every opinion of that side is normal. Mark boxes are drawn by the set's radiologists.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pydicom import dcmread

from inference.datasets.records import DatasetError, Record, Region, box, kinds_of
from inference.decode.views import laterality_of, view_of

MARKS: Final = {
    "mass": "mass",
    "architectural_distortion": "distortion",
    "focal_asymmetry": "asymmetry",
    **dict.fromkeys(
        (
            "suspicious_calcifications",
            "calcifications",
            "dystrophic_calcification",
            "milk_of_calcium",
            "other_benign_cluster",
            "suture_calcification",
            "vascular_feature",
        ),
        "calcification",
    ),
}
TAGS = ["ImageLaterality", "Laterality", "ViewPosition", "ViewCodeSequence", "Manufacturer", "PatientAge", "PatientID"]
HEADER = [*TAGS, "PresentationIntentType"]


def read(root: Path) -> list[Record]:
    """Every For Presentation image of `root`/optimam; DatasetError says what is missing."""
    folder = root / "optimam"
    for part in ("data", "images"):
        if not (folder / part).is_dir():
            raise DatasetError(f"{folder / part} is missing: lay OMI-DB's {part} there")
    omidb, quiet = _library()
    quiet.disable("omidb")
    clients = sorted(path.name for path in (folder / "data").iterdir() if path.is_dir())
    _complete(folder, clients)
    database = omidb.DB(folder / "data", folder / "images", clients=clients)
    records = [record for client in database for record in _client(folder, client)]
    if not records:
        raise DatasetError(f"{folder} holds no image that an episode of NBSS and IMAGEDB both name")
    return records


def _library() -> tuple[Any, Any]:
    try:
        import omidb
        from loguru import logger
    except ModuleNotFoundError as error:
        raise DatasetError("the set optimam needs the package omidb: pip install -e '.[train]'") from error
    return omidb, logger


def _complete(folder: Path, clients: list[str]) -> None:
    """The package logs a client that it cannot parse and goes on: say instead which file is missing."""
    for client in clients:
        for name in ("nbss", "imagedb"):
            found = [folder / "data" / client / f"{word}_{client}.json" for word in (name, name.upper())]
            if not any(path.is_file() for path in found):
                raise DatasetError(f"{found[0]} is missing: copy it there or delete the client's folder")


def _client(folder: Path, client: Any) -> Iterator[Record]:
    for episode in client.episodes:
        for study in episode.studies or ():
            for series in study.series:
                for image in series.images:
                    path = folder / "images" / client.id / study.id / f"{image.id}.dcm"
                    if not path.is_file():
                        raise DatasetError(f"{path} is missing: IMAGEDB lists it for client {client.id}")
                    record = _record(path, client, episode, image)
                    if record is not None:
                        yield record


def _record(path: Path, client: Any, episode: Any, image: Any) -> Record | None:
    header = dcmread(path, stop_before_pixels=True, specific_tags=HEADER)
    if header.get("PresentationIntentType") == "FOR PROCESSING":
        return None
    side = laterality_of(header)
    malignant, abnormal = _verdict(episode, side, marked=bool(image.marks))
    kinds = kinds_of(*(kind for mark in image.marks for kind in _kinds(mark)))
    age = str(header.get("PatientAge") or "").rstrip("Y")
    return Record(
        dataset="optimam",
        image=image.id,
        path=path,
        patient=client.id,
        laterality=side,
        view=view_of(header),
        malignant=malignant,
        abnormal=abnormal,
        density=None,
        regions=tuple(
            _region(mark, malignant if len(image.marks) == 1 or not malignant else None) for mark in image.marks
        ),
        located=abnormal is False,
        kinds=kinds if kinds or abnormal is False else None,
        age=float(age) if age.isdigit() else None,
        vendor=str(header.get("Manufacturer") or "") or None,
    )


def _kinds(mark: Any) -> list[str]:
    return [kind for name, kind in MARKS.items() if getattr(mark, name)]


def _region(mark: Any, malignant: bool | None) -> Region:
    """malignant: known where the breast has no cancer, or one mark alone; of several marks nobody says which it is."""
    edges = mark.boundingBox
    left, right = sorted((float(edges.x1), float(edges.x2)))
    top, bottom = sorted((float(edges.y1), float(edges.y2)))
    return Region(box(left, top, right, bottom), malignant, kinds_of(*_kinds(mark)))


def _verdict(episode: Any, side: str | None, *, marked: bool) -> tuple[bool | None, bool | None]:
    """(malignant, abnormal) of the breast, by the opinions of the episode's events; None where nobody said."""
    if side is None or episode.events is None:
        return None, True if marked else None
    attribute = "left_opinion" if side == "L" else "right_opinion"
    events = [
        getattr(episode.events, name) for name in ("assessment", "clinical", "biopsy_wide", "biopsy_fine", "surgery")
    ]
    said = [getattr(event, attribute) for event in (*events, *(episode.events.screening or ())) if event is not None]
    words = {opinion.value for opinion in said if opinion is not None}
    if "Malignant" in words:
        return True, True
    if words & {"Suspicious", "Uncertain"} and "Benign" not in words:
        return None, True
    if not words:
        return None, True if marked else None
    return False, marked or "Benign" in words
