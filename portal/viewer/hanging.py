"""The hanging of an exam: its steps in reading order, an earlier exam beside it; no image is without a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from portal.viewer.slots import SIDES, VIEWS, Cell, Hangable, cell, is_special, label_of, not_in, order, sides_of
from portal.viewer.steps import Cells, Layout, layout, of_prior, rest, special, standard


@dataclass(frozen=True)
class Earlier:
    """The images of one earlier exam and how it is called: "Prior 2009-04-02"."""

    name: str
    images: Sequence[Hangable]


def missing(images: Sequence[Hangable]) -> list[str]:
    """The standard views that no image shows, as "RMLO"; special views do not count."""
    held = {(image.laterality, image.view) for image in images if not is_special(image)}
    return [f"{side}{view}" for view in VIEWS for side in SIDES if (side, view) not in held]


def layouts(images: Sequence[Hangable], priors: Sequence[Earlier] = ()) -> list[Layout]:
    """Every layout, in the order of reading. Those with `step` are walked by one key, the others reached from them.

    priors: newest first. The newest one that shows a view of this exam hangs one step before it in the same places,
    and below it view by view; what that leaves of all of them follows at the end. Last comes each image alone.
    """
    sides = sides_of(images)
    now: Cells = {view: [cell(images, side, view) for side in sides] for view in VIEWS}
    before = prior_to_hang(images, priors)
    then: Cells | None = None
    if before:
        then = {
            view: [cell(before.images, side, view, not_in(before.name, side, view)) for side in sides] for view in VIEWS
        }
    found = [*standard(now, sides, then, before.name if before else ""), *special(images)]
    found += rest(images, found, "further", gettext("Further views"))
    for number, prior in enumerate(priors, 1):
        found += of_prior(prior.images, prior.name, number, found)
    for exam in (images, *(prior.images for prior in priors)):
        found += [
            layout(f"single:{i.pk}", label_of(i), [[Cell(str(i.pk))]], step=False) for i in sorted(exam, key=order)
        ]
    return _paired(found, now, then)


def initial(found: list[Layout], images: Sequence[Hangable]) -> str:
    """The layout to start with: the smallest that shows every standard view there is."""
    own = {str(image.pk) for image in images}
    filled = {one["id"]: sum(c["image"] in own for c in one["cells"]) for one in found}
    if not images:
        return "4up"
    if not filled["4up"]:
        return str(next(one["id"] for one in found if filled[one["id"]]))
    if len(images) == 1:
        return f"single:{images[0].pk}"
    return next((pair for pair in ("cc", "mlo") if filled[pair] == filled["4up"]), "4up")


def prior_to_hang(images: Sequence[Hangable], priors: Sequence[Earlier]) -> Earlier | None:
    """The newest earlier exam that shows a view which this one shows too."""
    sides = sides_of(images)
    return next((prior for prior in priors if _comparable(images, prior, sides)), None)


def _comparable(images: Sequence[Hangable], prior: Earlier, sides: Sequence[str]) -> bool:
    return any(
        cell(images, side, view).image and cell(prior.images, side, view).image for view in VIEWS for side in sides
    )


def _paired(found: list[Layout], now: Cells, then: Cells | None) -> list[Layout]:
    """The same layouts, each with `back`: the one that shows the earlier exam in the same places, and the way back."""
    pairs = {}
    if then:
        pairs = {view: f"{view}:prior" for view in ("4up", "cc", "mlo")}
        for view in VIEWS:
            for here, there in zip(now[view], then[view], strict=True):
                if here.image and there.image:
                    pairs[f"single:{here.image}"] = f"single:{there.image}"
    pairs |= {there: here for here, there in pairs.items()}
    return [{**one, "back": pairs.get(one["id"])} for one in found]
