"""Exams shown to somebody who does not work in their practice: the app above that knows of it registers which."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, Q, QuerySet

Lend = Callable[[Any], Exists]  # user -> whether the exam of the outer query is lent to them
Women = Callable[[Any], QuerySet[Any, Any]]  # user -> keys of the patients whose exams are lent to them
_lenders: list[tuple[Lend, Women]] = []


def register(lend: Lend, women: Women) -> None:
    """Say which exams are lent to a person, and of which patients; asked each time, so that what is over is over at once."""
    _lenders.append((lend, women))


def lent_to(user: Any) -> Q:
    """The exams lent to `user`, as a condition on `Exam`; no exam where nobody lends any."""
    found = Q(pk__in=[])
    for lend, _ in _lenders:
        found |= Q(lend(user))
    return found


def of_lent_women(user: Any) -> Q:
    """A condition that every exam lent to `user` meets, and that an index finds: `lent_to` alone is asked of every exam there is."""
    found = Q(pk__in=[])
    for _, women in _lenders:
        found |= Q(patient__in=women(user))
    return found
