"""What an amendment changed, and in which direction."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_noop as _

from portal.reading.lexicon import rank

Body = dict[str, Any]
WORDS = (  # of fields and directions, as the panel names them: marked here, said there
    _("density"), _("recall"), _("recall_sides"), _("management"), _("comparison"), _("prior"), _("confidence"),
    _("text"), _("key_images"), _("breasts.R"), _("breasts.L"), _("up"), _("down"),
)  # fmt: skip
ONE_LINE = (
    "density",
    "recall",
    "recall_sides",
    "management",
    "comparison",
    "prior",
    "confidence",
    "text",
    "key_images",
)


def changes(before: Body, after: Body) -> list[dict[str, Any]]:
    """`[{"field", "before", "after", "direction"}]`; direction: up (more suspicious), down, or changed."""
    return list(_changes(before, after))


def _changes(before: Body, after: Body) -> Iterator[dict[str, Any]]:
    for side in ("R", "L"):
        old, new = (body["breasts"][side]["category"] for body in (before, after))
        if old != new:
            yield _row(f"breasts.{side}", old, new, _direction(old, new))
    for name in ONE_LINE:
        old, new = before.get(name), after.get(name)  # an older lexicon does not ask everything
        if old != new:
            to = "changed" if name != "recall" or new is None else "up" if new else "down"
            yield _row(name, old, new, to)
    yield from _findings(before["findings"], after["findings"])


def _findings(before: list[Body], after: list[Body]) -> Iterator[dict[str, Any]]:
    old = {finding["id"]: finding for finding in before}
    new = {finding["id"]: finding for finding in after}
    for key in [*old, *(key for key in new if key not in old)]:
        if old.get(key) != new.get(key):
            direction = "up" if key not in old else "down" if key not in new else "changed"
            yield _row(f"findings.{key}", old.get(key), new.get(key), direction)


def _direction(old: str | None, new: str | None) -> str:
    first, second = rank(old or ""), rank(new or "")
    if first is None or second is None:
        return "changed"
    return "up" if second > first else "down"


def _row(field: str, before: Any, after: Any, direction: str) -> dict[str, Any]:
    return {"field": field, "before": before, "after": after, "direction": direction}
