"""The layouts that a hanging is made of: standard views, the earlier exam's, what is repeated, partial or left over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext, gettext_noop

from portal.viewer.slots import SIDES, VIEWS, Cell, Hangable, cell, is_special, order, rank, sides_of

Layout = dict[str, Any]
Cells = dict[str, list[Cell]]  # by view, one for each side
ABSENT = {
    "R": gettext_noop("No image of the right breast"),
    "L": gettext_noop("No image of the left breast"),
}
PLAIN, TOMOSYNTHESIS, DISPLACED = (0,), (1,), (2, 3)  # by `rank`
KINDS = (
    ("displaced", gettext_noop("Implant displaced"), DISPLACED),
    ("tomo", gettext_noop("Tomosynthesis"), TOMOSYNTHESIS),
)


def layout(code: str, label: str, cells: list[list[Cell]], *, say: str = "", step: bool = True) -> Layout:
    """One layout as the manifest states it; cells run row by row."""
    return {
        "id": code, "label": label, "rows": len(cells), "columns": len(cells[0]), "say": say, "step": step,
        "cells": [one.as_json() for row in cells for one in row],
    }  # fmt: skip


def standard(now: Cells, sides: Sequence[str], then: Cells | None, name: str) -> Iterator[Layout]:
    """CC + MLO, with `then` (the earlier exam `name`) one step before it and below it, then CC and MLO by themselves.

    Of an exam of one breast both views hang in one row, and earlier beside present.
    """
    absent = [side for side in SIDES if side not in sides]
    say = gettext(ABSENT[absent[0]]) if absent else ""
    if then:
        yield layout("4up:prior", name, _grid(then), say=say)
    yield layout("4up", f"{sides[0]} CC + MLO" if absent else "CC + MLO", _grid(now), say=say)
    for view in VIEWS if then else ():
        earlier = (then or {})[view]
        rows = [earlier + now[view]] if absent else [now[view], earlier]
        yield layout(f"{view.lower()}:over", gettext("%(view)s with prior") % {"view": view}, rows, say=say)
        yield layout(f"{view.lower()}:prior", f"{view}, {name}", [earlier], say=say, step=False)
    for view in VIEWS:
        yield layout(view.lower(), view, [now[view]], say=say)


def special(images: Sequence[Hangable]) -> Iterator[Layout]:
    """Repeated views side by side, implants displaced, tomosynthesis, spots beside the view that they belong to."""
    plain = [image for image in images if not is_special(image)]
    views = sorted({(image.view, image.laterality) for image in images if image.laterality in SIDES and image.view})
    for view, side in views:
        alike = [i for i in plain if (i.view, i.laterality) == (view, side) and rank(i) in PLAIN]
        if len(alike) > 1:
            yield from _pages(
                alike,
                f"again:{side}{view}",
                gettext("%(view)s, all %(count)s") % {"view": f"{side} {view}", "count": len(alike)},
            )
    for code, label, ranks in KINDS:
        group = [image for image in plain if rank(image) in ranks]
        if group and len(group) < len(plain):
            sides = sides_of(group)
            yield layout(code, gettext(label), _grid({v: [cell(group, side, v) for side in sides] for v in VIEWS}))
    for view, side in views:
        parts = [i for i in images if (i.view, i.laterality) == (view, side) and is_special(i)]
        whole = sorted((i for i in plain if (i.view, i.laterality) == (view, side)), key=rank)
        if parts:
            spot = any("spot" in part.view_modifiers for part in parts)
            kind = gettext("spot") if spot else gettext("magnification")
            yield from _pages([*whole[:1], *parts], f"spot:{side}{view}", f"{side} {view} {kind}")


def of_prior(images: Sequence[Hangable], name: str, number: int, found: list[Layout]) -> list[Layout]:
    """An earlier exam in its own four places, unless all of it hangs already, and then whatever that leaves."""
    sides = sides_of(images)
    whole_of = gettext("%(name)s, whole") % {"name": name}
    label = whole_of if _shown(found) & {str(image.pk) for image in images} else name
    cells = {view: [cell(images, side, view) for side in sides] for view in VIEWS}
    whole = layout(f"prior:{number}", label, _grid(cells))
    made = [whole] if _shown([whole]) - _shown(found) else []
    return made + rest(images, found + made, f"prior:{number}", gettext("%(name)s, further") % {"name": name})


def rest(images: Sequence[Hangable], found: list[Layout], code: str, label: str) -> list[Layout]:
    """Pages of the images that no layout in `found` shows."""
    left = sorted((image for image in images if str(image.pk) not in _shown(found)), key=order)
    return list(_pages(left, code, label))


def _shown(found: list[Layout]) -> set[str]:
    return {one["image"] for each in found for one in each["cells"] if one["image"]}


def _grid(cells: Cells) -> list[list[Cell]]:
    """Two breasts: a row for each view. One: both views in a row."""
    rows = [cells[view] for view in VIEWS]
    return rows if len(rows[0]) > 1 else [[one for row in rows for one in row]]


def _pages(images: Sequence[Hangable], code: str, label: str) -> Iterator[Layout]:
    for page, start in enumerate(range(0, len(images), 4), 1):
        cells = [Cell(str(image.pk)) for image in images[start : start + 4]]
        if len(cells) > 2:
            cells += [Cell(None)] * (4 - len(cells))
        yield layout(f"{code}:{page}", label, [cells] if len(cells) < 3 else [cells[:2], cells[2:]])
