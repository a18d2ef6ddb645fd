"""The arithmetic of the chain: canonical bytes of an event and its digest."""

import hashlib
import json
from datetime import UTC
from typing import Any

from portal.audit.models import Event

SIGNED = (
    "chain", "sequence", "actor_id", "actor_name", "verb", "outcome", "subject_type", "subject_id",
    "exam_id", "case_id", "patient_id", "detail", "before",
)  # fmt: skip


def digest_of(event: Event) -> str:
    """SHA-256 (hex) over every column but the digest itself, as canonical JSON."""
    values = {name: getattr(event, name) for name in SIGNED}
    values["at"] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def plain(detail: dict[str, Any]) -> dict[str, Any]:
    """`detail` as it will come back from the database, so that its digest stays true.

    Raises TypeError for what JSON cannot hold and ValueError for a number that PostgreSQL's jsonb would spell
    in another way (floats from 1e16 on come back as integers).
    """
    kept: dict[str, Any] = json.loads(json.dumps(detail, allow_nan=False), parse_float=_exact)
    return kept


def _exact(text: str) -> float:
    value = float(text)
    if abs(value) >= 1e16:
        raise ValueError(f"{text} is too large for an event's detail: write it as a whole number or as text.")
    return value
