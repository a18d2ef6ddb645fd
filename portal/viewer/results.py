"""The manifest's `results`: what a revealed run found, in the words and units of the viewer's contract."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from django.urls import reverse

from portal.analysis.models import ImageResult, Run
from portal.analysis.phrases import said_of_exam
from portal.analysis.serializers import untold, without_marks
from portal.viewer.trust import trust

CELL = 8  # stored pixels that one saliency pixel covers along each axis
KEPT = (
    "scored",
    "reasons",
    "exam_score",
    "score_band",
    "triage",
    "breasts",
    "band_reference",
    "explanation",
    "similar",
)


def results(run: Run, *, marks: bool = True, outcomes: bool = True) -> dict[str, Any]:
    """What the run found, in stored pixels; call it only for a run revealed to the asker. `marks`: with outlines and maps.

    `outcomes`: with how far the practice's own outcomes bear it out, which is not for guests.
    """
    found: dict[str, Any] = run.result or {}
    found = said_of_exam(found if marks else untold(found))
    return {
        "release": _release(run),
        "run": str(run.pk),
        **{name: found.get(name) for name in KEPT},
        "trust": trust(run) if outcomes else None,
        "density": _density(found),
        "suggestion": _suggestion(found.get("suggestion"), run.release.card.get("birads") or {}),
        "images": {str(image.image_id): _image(run, image, marks) for image in run.image_results.order_by("pk")},
    }


def _density(found: dict[str, Any]) -> dict[str, Any] | None:
    shares = found.get("density")
    return {"letter": found.get("density_letter"), **shares} if shares else None


def _suggestion(found: dict[str, Any] | None, scale: dict[str, Any]) -> dict[str, Any] | None:
    """The suggestion with its interval in categories, as a reader thinks; in percent for a release without them."""
    if not found:
        return None
    cuts, names = scale.get("cuts"), scale.get("categories")
    ends = found.get("interval") or []
    if cuts and names and len(names) == len(cuts) + 1:
        words = [str(names[bisect_right(cuts, end)]) for end in ends]
    else:
        words = [f"{100 * end:.0f} %" for end in ends]
    return {**found, "interval": words or None, "probability_interval": ends or None}


def _release(run: Run) -> dict[str, Any]:
    release = run.release
    use = release.card.get("intended_use", {})
    summary = use.get("summary") or use.get("text") or "" if isinstance(use, dict) else str(use)
    return {
        "name": release.name,
        "version": release.version,
        "digest": release.digest,
        "card_url": reverse("release", args=[release.pk]),
        "summary": summary,
    }


def _image(run: Run, image: ImageResult, marks: bool) -> dict[str, Any]:
    found = said_of_exam(image.result)
    if not marks:
        return without_marks(found)
    url = reverse("api-saliency", args=[run.pk, image.image_id]) if image.saliency_key else None
    return {**found, "saliency": {"url": url, "cell": CELL} if url else None}
