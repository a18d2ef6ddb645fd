"""Which of the files handed in belong to one exam.

A table's exam column decides; else DICOM goes by its Study Instance UID (CBIS-DDSM, which gives each view a study of
its own, by its patient); pictures of one folder go by their name without side and view, or together where a table
says side and view of each and no two are alike. Any other file is an exam of its own: nothing says whose it is.
"""

from collections import defaultdict
from collections.abc import Sequence

from inference import dicom
from inference.cli.files import Given


def exams(files: Sequence[Given]) -> dict[str, list[Given]]:
    """The files by exam, exams and files in the order handed in; the key is what they were told apart by."""
    grouped: dict[tuple[str, ...], list[Given]] = defaultdict(list)
    for file in files:
        grouped[_kind(file)].append(file)
    split = [part for kind, those in grouped.items() for part in _parts(kind, those)]
    named: dict[str, list[Given]] = {}
    for name, those in split:
        unique = name if name not in named else f"{name} ({those[0].key})"
        named[unique] = those
    return named


def _kind(file: Given) -> tuple[str, ...]:
    if file.exam is not None:
        return "exam", file.exam
    if not file.picture:
        study = dicom.study_of(file.path)
        return ("file", file.key) if study is None else ("study", study)
    if (stem := file.stem) is not None:
        return "name", str(file.path.parent), stem
    return ("loose", str(file.path.parent)) if file.laterality and file.view else ("file", file.key)


def _parts(kind: tuple[str, ...], files: list[Given]) -> list[tuple[str, list[Given]]]:
    """A group with its name; loose pictures of which two show the same side and view are exams of their own."""
    if kind[0] == "loose" and len({(file.laterality, file.view) for file in files}) < len(files):
        return [(file.key, [file]) for file in files]
    name = kind[-1] if kind[0] != "name" else f"{kind[1]}/{kind[2]}".rstrip("/")
    return [(name, files)]
