"""What a read must hold before it can be locked; each broken rule is a sentence beside its field."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from portal.reading.lexicon import SIDES, TISSUE, rank

Body = dict[str, Any]
Broken = tuple[str, str]
OPEN_ENDED = (*TISSUE, "0")  # categories that cannot end in "no recall"


def check(body: Body, sides: frozenset[str]) -> dict[str, list[str]]:
    """Sentences by field path, empty when `body` can be locked. `sides`: the breasts that the exam shows."""
    found: dict[str, list[str]] = defaultdict(list)
    for rule in RULES:
        for path, sentence in rule(body, sides):
            found[path].append(sentence)
    return dict(found)


def _complete(body: Body, sides: frozenset[str]) -> Iterator[Broken]:
    if body["density"] is None:
        yield "density", "Choose the breast density, A to D."
    for side in sorted(sides):
        if body["breasts"][side]["category"] is None:
            yield f"breasts.{side}", f"Choose a category for the {SIDES[side].lower()} breast."
    if body["recall"] is None:
        yield "recall", "Say whether the woman should be recalled."
    if body["management"] is None:
        yield "management", "Choose what should happen next."


def _only_what_is_shown(body: Body, sides: frozenset[str]) -> Iterator[Broken]:
    for side in sorted(set(SIDES) - sides):
        if body["breasts"][side]["category"] is not None:
            word = SIDES[side].lower()
            yield f"breasts.{side}", f"This exam has no image of the {word} breast: leave its category empty."


def _findings(body: Body, sides: frozenset[str]) -> Iterator[Broken]:
    for at, finding in enumerate(body["findings"]):
        if finding["kind"] is None:
            yield f"findings.{at}.kind", "Choose what kind of finding it is, or remove it."
        if finding["laterality"] is None:
            yield f"findings.{at}.laterality", "Choose the side of this finding."
        elif finding["laterality"] not in sides:
            yield f"findings.{at}.laterality", "This exam has no image of that side."


def _category_and_findings(body: Body, sides: frozenset[str]) -> Iterator[Broken]:
    for side in sorted(sides):
        category = body["breasts"][side]["category"]
        here = [each for each in body["findings"] if each["laterality"] == side]
        word = SIDES[side].lower()
        if category == "1" and here:
            yield (
                f"breasts.{side}",
                f"Category 1 means nothing to describe, but the {word} breast has a finding: choose 2 or "
                "higher, or remove the finding.",
            )
        if category in (*TISSUE, "3") and not here:
            yield f"breasts.{side}", f"Category {category} needs a finding: add what you saw in the {word} breast."
        yield from _worst(side, category, here)


def _worst(side: str, category: str | None, findings: list[Body]) -> Iterator[Broken]:
    own = rank(category or "")
    if own is None:
        return
    for finding in findings:
        theirs = rank(finding["category"] or "")
        if theirs is not None and theirs > own:
            yield (
                f"breasts.{side}",
                f"A finding here is {finding['category']}: the breast's category cannot be lower than that.",
            )
            return


def _recall(body: Body, sides: frozenset[str]) -> Iterator[Broken]:
    recall, named = body["recall"], set(body["recall_sides"])
    if recall and not named:
        yield "recall_sides", "Recall for which side? Choose right, left or both."
    if recall is False and named:
        yield "recall_sides", "No recall, but a side is chosen: clear the side or choose recall."
    if named - sides:
        yield "recall_sides", "This exam has no image of a chosen side."
    for side in sorted(sides):
        category = body["breasts"][side]["category"]
        word = SIDES[side].lower()
        if side in named and category in ("1", "2"):
            yield (
                "recall_sides",
                f"The {word} breast is category {category}: raise the category or leave it out.",
            )
        if recall is not None and category in OPEN_ENDED and side not in named:
            yield "recall", f"Category {category} in the {word} breast needs recall of that side."


def _management(body: Body, sides: frozenset[str]) -> Iterator[Broken]:
    worst = [body["breasts"][side]["category"] for side in sorted(sides)]
    if body["management"] == "routine" and set(worst) & set(OPEN_ENDED):
        yield "management", "Routine screening does not fit a category 0, 4 or 5: choose the next step."
    if body["management"] == "biopsy" and not set(worst) & {*TISSUE, "0", "6"}:
        yield "management", "Tissue sampling needs a category 4 or 5: raise the category or choose another step."


Rule = Callable[[Body, frozenset[str]], Iterator[Broken]]
RULES: tuple[Rule, ...] = (
    _complete,
    _only_what_is_shown,
    _findings,
    _category_and_findings,
    _recall,
    _management,
)
