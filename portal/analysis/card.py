"""A release's card for people: its intended use, then card.md as it was released, in blocks that a page can draw.

card.md uses a small part of Markdown: headings, paragraphs, "- " lists and pipe tables; nothing of it is HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from portal.analysis.models import Release

USES = {"text": "For", "not_for": "Not for", "views": "Views"}


@dataclass(frozen=True)
class Block:
    """kind: "text", "list", "table" or "facts"; lines hold sentences, rows the cells of a table, its head first."""

    kind: str
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def head(self) -> tuple[str, ...]:
        """The table's head."""
        return self.rows[0]

    @property
    def body(self) -> tuple[tuple[str, ...], ...]:
        """The table's rows below its head."""
        return self.rows[1:]


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Card:
    """The card in reading order."""

    sections: tuple[Section, ...]

    @classmethod
    def of(cls, release: Release) -> Card:
        """Read the card that was registered with the release."""
        uses = release.card.get("intended_use") or {}
        text = str(release.card.get("text") or "")
        return cls((*_intended(uses), *sections(text)))


def sections(text: str) -> Iterator[Section]:
    """Markdown split at its headings; the first heading is the release's name and gives way to "About"."""
    title, lines = "", list[str]()
    for line in [*text.splitlines(), "# "]:
        if not line.startswith("#"):
            lines.append(line)
            continue
        if found := tuple(_blocks(lines)):
            yield Section(title, found)
        title = "About" if line.startswith("# ") else _plain(line.lstrip("# "))
        lines = []


def _intended(uses: dict[str, Any]) -> list[Section]:
    rows = [(label, str(uses[key])) for key, label in USES.items() if uses.get(key)]
    return [Section("Intended use", (Block("facts", rows=tuple(rows)),))] if rows else []


def _blocks(lines: Iterable[str]) -> Iterator[Block]:
    for kind, group in groupby(lines, key=_kind):
        found = list(group)
        if kind == "table":
            yield Block(kind, rows=tuple(_cells(line) for line in found if set(line) - set("|-: ")))
        elif kind == "list":
            yield Block(kind, lines=tuple(_items(found)))
        elif kind == "text":
            yield Block(kind, lines=(_plain(" ".join(found)),))


def _kind(line: str) -> str:
    if not line.strip():
        return ""
    if line.startswith("|"):
        return "table"
    return "list" if line.startswith(("- ", "  ")) else "text"


def _items(lines: list[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        if line.startswith("- "):
            items.append(_plain(line[2:]))
        elif items:
            items[-1] = f"{items[-1]} {_plain(line.strip())}"
    return items


def _cells(line: str) -> tuple[str, ...]:
    return tuple(_plain(cell.strip()) for cell in line.strip().strip("|").split("|"))


def _plain(text: str) -> str:
    return text.replace("**", "").replace("`", "").strip()
