"""Questions to the database that indexes answer, however long the table is."""

from typing import Any

from django.db import models
from django.db.models import Q

LONG = 3  # letters behind the hyphen from which the beginning of a code is enough
LETTERS = ("C-", "P-", "A-")


def any_of(*keys: models.QuerySet[Any, Any]) -> models.QuerySet[Any, Any]:
    """The union of lists of keys, each found by its own index: an OR of them would be looked at for every row."""
    first, *more = (each.order_by() for each in keys)
    return first.union(*more)


def fits(field: str, typed: str) -> Q:
    """That the code in `field` (of a case, a woman, an accession) is `typed`, or begins with three letters of it or more.

    The hyphen and the letter before it may be left out, and small letters do.
    """
    spelt = {typed, typed.upper(), *(f"{letter}{typed.upper()}" for letter in LETTERS)}
    exact = Q(**{f"{field}__in": sorted(spelt)})
    long = [each for each in spelt if len(each.partition("-")[2]) >= LONG]
    for each in sorted(long):
        exact |= Q(**{f"{field}__startswith": each})
    return exact
