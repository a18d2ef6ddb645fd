"""What a read must hold before it can be locked; each broken rule is a sentence beside its field."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext

from portal.reading.compared import check_comparison
from portal.reading.lexicon import CURRENT, SIDES, TISSUE, rank
from portal.reading.place import check_places

Body = dict[str, Any]
Broken = tuple[str, str]
OPEN_ENDED = (*TISSUE, "0")  # categories that cannot end in "no recall"


def check(
    body: Body, sides: frozenset[str], lexicon: str = CURRENT.code, priors: frozenset[str] = frozenset()
) -> dict[str, list[str]]:
    """Sentences by field path, empty when `body`, made with `lexicon`, can be locked.

    `sides`: the breasts that the exam shows; `priors`: the ids of the case's earlier exams.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for rule in RULES[lexicon]:
        for path, sentence in rule(body, sides, priors):
            found[path].append(sentence)
    return dict(found)


def _of(side: str, category: str | None = None) -> dict[str, str | None]:
    return {"side": gettext(SIDES[side].lower()), "category": category}


def _complete(body: Body, sides: frozenset[str], _priors: frozenset[str]) -> Iterator[Broken]:
    if body["density"] is None:
        yield "density", gettext("Choose the breast density, A to D.")
    for side in sorted(sides):
        if body["breasts"][side]["category"] is None:
            yield f"breasts.{side}", gettext("Choose a category for the %(side)s breast.") % _of(side)
    if body["recall"] is None:
        yield "recall", gettext("Say whether the woman should be recalled.")
    if body["management"] is None:
        yield "management", gettext("Choose what should happen next.")


def _only_what_is_shown(body: Body, sides: frozenset[str], _priors: frozenset[str]) -> Iterator[Broken]:
    for side in sorted(set(SIDES) - sides):
        if body["breasts"][side]["category"] is not None:
            say = gettext("This exam has no image of the %(side)s breast: leave its category empty.")
            yield f"breasts.{side}", say % _of(side)


def _findings(body: Body, sides: frozenset[str], _priors: frozenset[str]) -> Iterator[Broken]:
    for at, finding in enumerate(body["findings"]):
        if finding["kind"] is None:
            yield f"findings.{at}.kind", gettext("Choose what kind of finding it is, or remove it.")
        if finding["laterality"] is None:
            yield f"findings.{at}.laterality", gettext("Choose the side of this finding.")
        elif finding["laterality"] not in sides:
            yield f"findings.{at}.laterality", gettext("This exam has no image of that side.")


def _category_and_findings(body: Body, sides: frozenset[str], _priors: frozenset[str]) -> Iterator[Broken]:
    for side in sorted(sides):
        category = body["breasts"][side]["category"]
        here = [each for each in body["findings"] if each["laterality"] == side]
        if category == "1" and here:
            say = gettext(
                "Category 1 means nothing to describe, but the %(side)s breast has a finding: choose 2 or higher, "
                "or remove the finding."
            )
            yield f"breasts.{side}", say % _of(side)
        if category in (*TISSUE, "3") and not here:
            say = gettext("Category %(category)s needs a finding: add what you saw in the %(side)s breast.")
            yield f"breasts.{side}", say % _of(side, category)
        yield from _worst(side, category, here)


def _worst(side: str, category: str | None, findings: list[Body]) -> Iterator[Broken]:
    own = rank(category or "")
    if own is None:
        return
    for finding in findings:
        theirs = rank(finding["category"] or "")
        if theirs is not None and theirs > own:
            say = gettext("A finding here is %(category)s: the breast's category cannot be lower than that.")
            yield f"breasts.{side}", say % {"category": finding["category"]}
            return


def _recall(body: Body, sides: frozenset[str], _priors: frozenset[str]) -> Iterator[Broken]:
    recall, named = body["recall"], set(body["recall_sides"])
    if recall and not named:
        yield "recall_sides", gettext("Recall for which side? Choose right, left or both.")
    if recall is False and named:
        yield "recall_sides", gettext("No recall, but a side is chosen: clear the side or choose recall.")
    if named - sides:
        yield "recall_sides", gettext("This exam has no image of a chosen side.")
    for side in sorted(sides):
        category = body["breasts"][side]["category"]
        if side in named and category in ("1", "2"):
            say = gettext("The %(side)s breast is category %(category)s: raise the category or leave it out.")
            yield "recall_sides", say % _of(side, category)
        if recall is not None and category in OPEN_ENDED and side not in named:
            say = gettext("Category %(category)s in the %(side)s breast needs recall of that side.")
            yield "recall", say % _of(side, category)


def _management(body: Body, sides: frozenset[str], _priors: frozenset[str]) -> Iterator[Broken]:
    worst = [body["breasts"][side]["category"] for side in sorted(sides)]
    if body["management"] == "routine" and set(worst) & set(OPEN_ENDED):
        yield "management", gettext("Routine screening does not fit a category 0, 4 or 5: choose the next step.")
    if body["management"] == "biopsy" and not set(worst) & {*TISSUE, "0", "6"}:
        yield (
            "management",
            gettext("Tissue sampling needs a category 4 or 5: raise the category or choose another step."),
        )


Rule = Callable[[Body, frozenset[str], frozenset[str]], Iterator[Broken]]
SHARED: tuple[Rule, ...] = (
    _complete,
    _only_what_is_shown,
    _findings,
    _category_and_findings,
    _recall,
    _management,
)
RULES: dict[str, tuple[Rule, ...]] = {
    "overread-1": SHARED,
    "overread-2": (*SHARED, check_places, check_comparison),
}
