"""The comparison with an earlier exam: which one, and that the findings say the same as the whole."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

Body = dict[str, Any]


def check_comparison(body: Body, _sides: frozenset[str], priors: frozenset[str]) -> Iterator[tuple[str, str]]:
    """A comparison names its earlier exam, one of `priors`; nothing is new or larger where all is unchanged."""
    said, prior = body["comparison"], body.get("prior")
    if priors and said is None:
        yield (
            "comparison",
            gettext("An earlier exam hangs here: say what the comparison shows, or that there was none to compare."),
        )
    if said == "none" and prior:
        yield "comparison", gettext("An earlier exam is chosen: say what the comparison shows, or clear the exam.")
    if said in ("stable", "changed", "new") and priors and not prior:
        yield "prior", gettext("Compared with which earlier exam? Choose it.")
    if prior and prior not in priors:
        yield "prior", gettext("This earlier exam was taken off the case: choose another one or clear it.")
    changes = {at: finding["change"] for at, finding in enumerate(body["findings"]) if finding.get("change")}
    for at, change in changes.items():
        if said in (None, "none"):
            yield (
                f"findings.{at}.change",
                gettext("A change needs a comparison: choose the earlier exam below, or clear the change."),
            )
        elif said == "stable" and change != "stable":
            yield (
                f"findings.{at}.change",
                gettext("The comparison below says unchanged, but this finding changed: correct one."),
            )
    if said == "new" and changes and "new" not in changes.values():
        yield "comparison", gettext("The comparison says that a finding is new, but none is marked as new.")
    for at, finding in enumerate(body["findings"]):
        if finding["descriptors"].get("type") == "developing" and said in (None, "none"):
            yield (
                f"findings.{at}.descriptors",
                gettext("A developing asymmetry is one that grew: compare with an earlier exam."),
            )
