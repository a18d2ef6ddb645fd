"""A read's body at the door: incomplete is welcome, malformed is refused with the field's name."""

import hashlib
import json
from typing import Any, cast

from django.utils.translation import gettext

from portal.base.errors import Refused
from portal.reading.body_fields import BodySerializer, shape_of
from portal.reading.lexicon import CURRENT, lexicon_of

__all__ = ["EMPTY", "BodySerializer", "digest_of", "parse_body"]
EMPTY: dict[str, Any] = {
    "density": None,
    "breasts": {"R": {"category": None}, "L": {"category": None}},
    "recall": None,
    "recall_sides": [],
    "management": None,
    "comparison": None,
    "prior": None,
    "confidence": None,
    "text": "",
    "findings": [],
    "key_images": [],
}  # of a read that is begun now


def parse_body(data: Any, lexicon: str = CURRENT.code) -> dict[str, Any]:
    """The body with every field of its lexicon present and nothing unknown; Refused names each malformed field."""
    door = shape_of(lexicon_of(lexicon))(data=data)
    if not door.is_valid():
        raise Refused("malformed", gettext("Some fields cannot be read."), fields=flat(door.errors))
    body = cast("dict[str, Any]", json.loads(json.dumps(door.validated_data, default=str)))
    ids = [finding["id"] for finding in body["findings"]]
    if len(ids) != len(set(ids)):
        raise Refused.at("findings", gettext("Two findings share one id."), code="malformed")
    return body


def flat(errors: Any, path: str = "") -> dict[str, list[str]]:
    """DRF's nested errors as `{"findings.0.size_mm": [sentence]}`."""
    if isinstance(errors, dict):
        pairs = [(str(key), value) for key, value in errors.items()]
    elif errors and all(isinstance(each, dict) for each in errors):
        pairs = [(str(at), value) for at, value in enumerate(errors)]
    else:
        return {path or "body": [str(each) for each in errors]}
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        step = path if key == "non_field_errors" else f"{path}.{key}".strip(".")
        found.update(flat(value, step))
    return found


def digest_of(body: dict[str, Any]) -> str:
    """SHA-256 (hex) of the body as canonical JSON: sorted keys, no spaces, ASCII."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
