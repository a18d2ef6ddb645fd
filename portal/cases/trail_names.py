"""How the trail finds and names cases (by number), and which protocols practices may choose as their default."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from portal.audit import names
from portal.cases.models import Case
from portal.cases.protocols import PROTOCOLS
from portal.practices.options import offer_protocol


def find_case(practice: UUID, words: str) -> str | None:
    """The case of this number."""
    found = Case.objects.filter(practice=practice, number__iexact=words).values_list("pk", flat=True)
    return str(found[0]) if found else None


def label_cases(practice: UUID, identifiers: Collection[str]) -> dict[str, str]:
    """Case numbers."""
    return {str(case.pk): case.number for case in Case.objects.filter(practice=practice, pk__in=identifiers)}


names.register("case_id", find=find_case, label=label_cases)
for protocol in PROTOCOLS.values():
    offer_protocol(protocol.code, f"{protocol.title}: {protocol.summary}")
