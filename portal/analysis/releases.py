"""The release that this installation carries, as facts; read without torch, so the web process may ask."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, gettext_noop

from inference import release as files
from portal.base.errors import Refused

NONE = gettext_noop("No model release is installed here. Ask an administrator to check OVERREAD_RELEASE.")


@dataclass(frozen=True)
class Facts:
    """What the portal keeps of a release: the digest names its exact bytes, the card is release.toml with card.md as `text`."""

    name: str
    version: str
    digest: str
    card: dict[str, Any]


@functools.cache
def bundled() -> Facts:
    """The release named by OVERREAD_RELEASE, or the newest bundled one; read and verified once per process.

    Raises Refused where there is none.
    """
    try:
        found = files.find(settings.RELEASE or None)
    except files.ReleaseError as error:
        raise Refused("no-release", f"{gettext(NONE)} ({error})") from error
    tables = {**found.tables, "text": found.card}
    card = json.loads(json.dumps(tables, default=str))  # TOML has dates, JSON has none
    return Facts(found.name, found.version, found.digest, card)
