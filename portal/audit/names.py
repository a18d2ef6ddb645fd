"""How the trail finds and names what it speaks of, without knowing the apps above it.

An app that owns a subject registers two functions: one finds the identifier that a person's words mean
("C-8KQ2MN7F", "P-7F3KQ2MN"), the other gives those words back for identifiers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from portal.base.ids import as_uuid

Find = Callable[[UUID, str], str | None]  # (practice id, words) -> identifier
Label = Callable[[UUID, Collection[str]], dict[str, str]]  # (practice id, identifiers) -> words of each


@dataclass(frozen=True)
class Naming:
    """How one kind of subject is found and named."""

    find: Find
    label: Label


COLUMNS = ("case_id", "exam_id", "patient_id")  # of an event, the most telling first
_known: dict[str, Naming] = {}


def register(column: str, *, find: Find, label: Label) -> None:
    """Say how the subjects in `column` of an event are found and named."""
    if column not in COLUMNS:
        raise ValueError(f"{column} is not one of {', '.join(COLUMNS)}")
    _known[column] = Naming(find, label)


def found(chain: str, words: str) -> dict[str, str]:
    """`{column: identifier}` of everything in the chain's practice that is called `words`."""
    practice = as_uuid(chain)
    if practice is None:
        return {}
    answers = {column: naming.find(practice, words) for column, naming in _known.items()}
    return {column: identifier for column, identifier in answers.items() if identifier}


def labels(chain: str, column: str, identifiers: Collection[str]) -> dict[str, str]:
    """Words for `identifiers`; those that nobody can name any more are missing."""
    naming, practice = _known.get(column), as_uuid(chain)
    return naming.label(practice, identifiers) if naming and practice and identifiers else {}
