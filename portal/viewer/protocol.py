"""The order of the hanging as data: `Practice.settings["hanging"]`, and a person's own in `Desk.settings["hanging"]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.viewer.steps import Layout


def arranged(found: list[Layout], start: str, chosen: Any) -> tuple[list[Layout], str]:
    """The layouts in the practice's order, and the one to start with.

    chosen: {"steps": ["cc:over", "4up", ...], "start": "cc:over"}; both may be absent. Steps that it does not name
    follow as they were, and none is left out: a protocol decides on order, not on what may be seen. A name that this
    exam has no layout for is passed over, as is a start that shows nothing.
    """
    wanted = chosen if isinstance(chosen, Mapping) else {}
    named = wanted.get("steps")
    order = {name: at for at, name in enumerate(named)} if isinstance(named, list) and _all_text(named) else {}
    sorted_ = sorted(found, key=lambda one: order.get(one["id"], len(order)))
    first = next((one for one in found if one["id"] == wanted.get("start")), None)
    shows = first is not None and any(cell["image"] for cell in first["cells"])
    return sorted_, str(wanted["start"]) if shows else start


def combined(practice: Any, person: Any) -> dict[str, Any]:
    """One protocol of both: the person's own order and start where they have one, the layouts of both."""
    of_practice, of_person = (one if isinstance(one, Mapping) else {} for one in (practice, person))
    ordering = of_person if of_person.get("steps") else of_practice
    layouts = [one.get("layouts") for one in (of_practice, of_person)]
    return {
        "steps": ordering.get("steps"),
        "start": of_person.get("start") or of_practice.get("start"),
        "layouts": {name: rows for one in layouts if isinstance(one, Mapping) for name, rows in one.items()},
    }


def _all_text(names: list[Any]) -> bool:
    return all(isinstance(name, str) for name in names)
