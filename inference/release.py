"""A release: a folder of release.toml, a network's weights and card.md, trusted only when every sha256 holds."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from inference.results import ReleaseRef

BUNDLED = Path(__file__).parent / "releases"
MANIFEST = "release.toml"
WEIGHTS = "weights.safetensors"
CARD = "card.md"
TABLES = (
    "input",
    "network",
    "calibration",
    "pooling",
    "bands",
    "triage",
    "saliency",
    "birads",
    "intended_use",
    "files",
)
"""What a release of our own kind of network states."""
BROUGHT = ("network", "answers", "source", "intended_use", "files")
"""What the release of a published model that a user brought states instead."""
FURTHER = (
    "answers",
    "designs",
    "distribution",
    "evaluation",
    "faithfulness",
    "operating_points",
    "reference",
    "similar",
    "source",
    "training",
)
"""Tables that a release may have besides."""
WORDS = ("name", "version", "task")
INPUT = ("height", "width", "normalisation", "views")
GRAPHS = {"torchscript": "network.pt", "export": "network.pt2", "onnx": "network.onnx"}
"""Networks that bring their own graph: the file that each format keeps it in."""


class ReleaseError(Exception):
    """The folder is not a release that may be used; the message says which file or key is at fault."""


@dataclass(frozen=True)
class Release:
    """One version of a model: its identity and its tables as release.toml states them.

    digest: sha256 over "name sha256" of every file of the folder in order of name, release.toml included.
    """

    folder: Path
    name: str
    version: str
    digest: str
    tables: Mapping[str, Any]

    @classmethod
    def read(cls, folder: Path) -> "Release":
        """Read and verify `folder`; raises ReleaseError for a missing table, a missing file or a wrong sha256."""
        try:
            tables = tomllib.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise ReleaseError(f"{folder.name}: {MANIFEST} cannot be read: {error}") from error
        _check_keys(folder.name, tables)
        _verify(folder, tables["files"], weights_name(tables["network"]))
        return cls(folder, tables["name"], tables["version"], _digest(folder, tables["files"]), tables)

    @property
    def ref(self) -> ReleaseRef:
        """The identity that results carry."""
        return ReleaseRef(self.name, self.version, self.digest)

    @property
    def weights(self) -> Path:
        """The weights file, or the file of the graph that holds them."""
        return self.folder / weights_name(self.tables["network"])

    @property
    def card(self) -> str:
        """The release card, Markdown."""
        return (self.folder / CARD).read_text(encoding="utf-8")

    def __getitem__(self, table: str) -> Mapping[str, Any]:
        """One table of release.toml; KeyError where the release has none of that name."""
        found: Mapping[str, Any] = self.tables[table]
        return found


def releases() -> list[Release]:
    """The bundled releases, by name and version, newest last; reads files, never torch."""
    found = [Release.read(path.parent) for path in BUNDLED.glob(f"*/{MANIFEST}")]
    return sorted(found, key=lambda release: (release.name, _version_key(release.version)))


def find(release: str | Path | None = None) -> Release:
    """A release by folder, by bundled name (its newest version) or "name-version"; None: the newest bundled one.

    Raises ReleaseError where there is none, naming those there are.
    """
    if isinstance(release, Path) or (release and Path(release).is_dir()):
        return Release.read(Path(release))
    bundled = releases()
    fitting = [r for r in bundled if release in (None, r.name, f"{r.name}-{r.version}")]
    if not fitting:
        names = ", ".join(f"{r.name}-{r.version}" for r in bundled) or "none"
        raise ReleaseError(f"no release {release!r}; bundled: {names}")
    return fitting[-1]


def hash_file(path: Path) -> str:
    """Hexadecimal sha256 of a file."""
    with path.open("rb") as file:
        state = sha256()
        while chunk := file.read(1 << 20):
            state.update(chunk)
    return state.hexdigest()


def weights_name(network: Mapping[str, Any]) -> str:
    """The file that holds the weights of a [network] table; safetensors unless it brings its own graph."""
    return GRAPHS.get(str(network.get("format")), WEIGHTS)


def _check_keys(name: str, tables: Mapping[str, Any]) -> None:
    """Raise ReleaseError where a table is missing, or one is there that no part of the reading knows."""
    network = tables.get("network")
    needed = BROUGHT if isinstance(network, dict) and "adapter" in network else TABLES
    missing = [table for table in needed if not isinstance(tables.get(table), dict)]
    missing += [key for key in ("name", "version") if not isinstance(tables.get(key), str)]
    if missing:
        raise ReleaseError(f"{name}: {MANIFEST} lacks {', '.join(missing)}")
    unknown = sorted(set(tables) - {*TABLES, *BROUGHT, *FURTHER, *WORDS})
    unknown += [f"[input] {key}" for key in sorted(set(tables.get("input", {})) - set(INPUT))]
    if unknown:
        raise ReleaseError(f"{name}: {MANIFEST} has unknown keys {', '.join(unknown)}: correct their spelling")


def _verify(folder: Path, files: Mapping[str, str], weights: str) -> None:
    for needed in (weights, CARD):
        if needed not in files:
            raise ReleaseError(f"{folder.name}: [files] lacks {needed}")
    for name, expected in files.items():
        if Path(name).name != name or not (folder / name).is_file():
            raise ReleaseError(f"{folder.name}: {name} is not a file of the release")
        if hash_file(folder / name) != expected:
            raise ReleaseError(f"{folder.name}: {name} is not the file that was released (sha256 differs)")


def _digest(folder: Path, files: Mapping[str, str]) -> str:
    hashes = {**files, MANIFEST: hash_file(folder / MANIFEST)}
    return sha256("\n".join(f"{name} {hashes[name]}" for name in sorted(hashes)).encode()).hexdigest()


def _version_key(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))
