"""What the trail withholds: details that would tell a reader something that is still sealed from them.

Roles combine: an auditor may also read. What a colleague's acts tell (whether they differ from the suggestion, which way
they changed, whether marks were held back, the fingerprint of a read) is shown to such a person without its detail, until
the suggestion is theirs to see. Events stay as they are: only what is shown differs. The digests stay shown, for the
chain; a detail has so few values that its digest would give it away, so `record` adds a salt that is withheld with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from portal.audit.models import Event
from portal.base.ids import as_uuid

Ask = Callable[[Any, UUID, Collection[str]], set[str]]  # (user, practice id, exam ids) -> those sealed from the user
SENTENCE = "Sealed: you may still read this exam blind."
TELLING = frozenset(
    {
        "read.confirmed", "read.amended", "suggestion.revealed", "marks.revealed", "case.stratified",  # of the suggestion
        "read.locked", "report.signed", "report.addendum",  # of what was read: fingerprints of it
    }
)  # fmt: skip
SALT = "salt"  # of a telling detail: 128 random bits
_CHUNK = 500
_asked: list[Ask] = []


def register(ask: Ask) -> None:
    """Say which exams are sealed from a person; the app that seals them calls this once."""
    _asked.append(ask)


def salted(verb: str, detail: dict[str, Any]) -> dict[str, Any]:
    """`detail` as the trail keeps it: a telling one with a salt, so that its digest tells nothing of it."""
    return {**detail, SALT: secrets.token_hex(16)} if verb in TELLING else detail


def shown_to(user: Any, chain: str, events: Iterable[Event]) -> Iterator[Event]:
    """`events` as `user` may see them: the detail of a telling one is withheld while its exam is sealed from them."""
    waiting = iter(events)
    while batch := list(islice(waiting, _CHUNK)):
        others = {each.exam_id for each in batch if each.verb in TELLING and each.actor_id != str(user.pk)}
        sealed = _sealed(user, chain, others)
        for event in batch:
            if event.verb in TELLING and event.actor_id != str(user.pk) and event.exam_id in sealed:
                event.detail = {"withheld": SENTENCE}
            yield event


def _sealed(user: Any, chain: str, exams: set[str]) -> set[str]:
    practice = as_uuid(chain)
    if practice is None or not exams:
        return set()
    return set().union(*(ask(user, practice, exams) for ask in _asked))
