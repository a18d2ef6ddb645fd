"""A mark of values as they stood when a page showed them: who saves with it does not undo unseen what another saved."""

import json
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext

from portal.base.errors import Conflict


def stamp(values: Mapping[str, Any]) -> str:
    """The same for the same values, whatever their order. values: what JSON can hold."""
    return sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def refuse_overtaken(seen: str | Collection[str], now: Mapping[str, Any]) -> None:
    """Raise Conflict("changed-meanwhile") where `seen` is no stamp of the values `now`; an empty one asks nothing.

    seen: one stamp, or several of which one has to be right.
    """
    marks = [seen] if isinstance(seen, str) else seen
    if any(marks) and stamp(now) not in marks:
        say = gettext("Somebody else saved this while your page was open. Look at what stands now, then save again.")
        raise Conflict("changed-meanwhile", say)
