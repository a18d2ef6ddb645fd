"""Which files `predict` is asked to read, and what their names say of side and view."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from inference.context import UNKNOWN, Context

PICTURES = (".png", ".jpg", ".jpeg")
SKIPPED = (".json", ".csv", ".txt", ".md", ".xml", ".toml", ".html", ".pdf")
# L-CC.jpg, P35_R_DM_MLO.jpg: pictures have no header, so side and view stand in the name, or are unknown
SIDE = re.compile(r"(?:^|[^A-Za-z])(L|R)(?:EFT|IGHT)?(?=[^A-Za-z]|(?:CC|MLO)|$)")
VIEW = re.compile(r"(?:^|[^A-Za-z]|[LR])(CC|MLO|ML|LM)(?=[^A-Za-z]|$)")


@dataclass(frozen=True)
class Given:
    """One file as handed in, with the side and view that its name or a table says; None: unknown, or the header's.

    exam: what keeps images together, where a table says so. context: age, density and the prior's score, likewise.
    """

    path: Path
    laterality: str | None = None
    view: str | None = None
    exam: str | None = None
    context: Context = UNKNOWN

    @property
    def key(self) -> str:
        """How results name the file: its path as handed in."""
        return str(self.path)

    @property
    def picture(self) -> bool:
        """Whether it is a PNG or JPEG, which has no header, by its name."""
        return self.path.suffix.lower() in PICTURES

    @property
    def stem(self) -> str | None:
        """The name without its side and view, which the views of one woman share; None where it does not say both."""
        name = self.path.stem.upper()
        side, view = SIDE.search(name), VIEW.search(name)
        if side is None or view is None:
            return None
        spans = sorted((side.span(1), view.span(1)))
        rest = name[: spans[0][0]] + name[spans[0][1] : spans[1][0]] + name[spans[1][1] :]
        return re.sub(r"[\W_]+", "_", re.sub(r"EFT|IGHT", "", rest)).strip("_")


def given(paths: Iterable[Path]) -> list[Given]:
    """The files, and every file below the folders, each once; raises FileNotFoundError for what is not there."""
    seen: dict[Path, Given] = {}
    for path in _found(paths):
        seen.setdefault(path.resolve(), _named(path))
    if not seen:
        raise FileNotFoundError("the folder holds no image: name DICOM, PNG or JPEG files, or a folder of them")
    return list(seen.values())


def _found(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            files = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
            yield from (p for p in files if p.suffix.lower() not in SKIPPED)
        elif path.is_file():
            yield path
        else:
            raise FileNotFoundError(f"{path} is neither a file nor a folder")


def _named(path: Path) -> Given:
    if path.suffix.lower() not in PICTURES:
        return Given(path)
    side, view = SIDE.search(path.stem.upper()), VIEW.search(path.stem.upper())
    return Given(path, side[1] if side else None, view[1] if view else None)
