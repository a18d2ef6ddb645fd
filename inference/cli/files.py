"""Which files make up the exam that `predict` is asked to read."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from inference.admission import ImageInput

PICTURES = (".png", ".jpg", ".jpeg")
SKIPPED = (".json", ".csv", ".txt", ".md", ".xml")
# L-CC.jpg, P35_R_DM_MLO.jpg: pictures have no header, so side and view stand in the name, or are unknown
SIDE = re.compile(r"(?:^|[^A-Za-z])(L|R)(?:EFT|IGHT)?(?=[^A-Za-z]|(?:CC|MLO)|$)")
VIEW = re.compile(r"(?:^|[^A-Za-z]|[LR])(CC|MLO|ML|LM)(?=[^A-Za-z]|$)")


def inputs(paths: Iterable[Path]) -> list[ImageInput]:
    """Inputs for files and for every file below folders, keyed by path; raises FileNotFoundError for what is not there."""
    return [_input(path, key) for path, key in _found(paths)]


def _found(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    for path in paths:
        if path.is_dir():
            files = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
            yield from ((p, str(p.relative_to(path))) for p in files if p.suffix.lower() not in SKIPPED)
        elif path.is_file():
            yield path, str(path)
        else:
            raise FileNotFoundError(f"{path} is neither a file nor a folder")


def _input(path: Path, key: str) -> ImageInput:
    if path.suffix.lower() not in PICTURES:
        return ImageInput(key, path)
    side, view = SIDE.search(path.stem.upper()), VIEW.search(path.stem.upper())
    return ImageInput(key, path, side[1] if side else None, view[1] if view else None)
