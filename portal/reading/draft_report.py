"""The report's draft, made from the agreed read in the order that readers expect.

Indication, composition, findings, comparison, assessment, management; then the opinions, the release with its
limits, and the notice.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import translation

from portal.analysis.models import Run
from portal.base.language import SOURCE
from portal.cases.history import lines_of
from portal.cases.models import Case
from portal.cases.places import settles
from portal.practices.models import User
from portal.practices.options import options_of
from portal.reading import wording
from portal.reading.key_image_models import KeyImage
from portal.reading.key_images import of_read
from portal.reading.lexicon import DENSE, SIDES, lexicon_of
from portal.reading.meetings import met_on
from portal.reading.models import Read
from portal.reading.opinions import WHO
from portal.reading.selectors import agreed_read, decided_reads, revealed_run
from portal.reading.side_by_side import opinion_rows

Section = dict[str, Any]
LIMITS = "Not validated for clinical use; the figures and limits are on its release card."


def compose(case: Case, signer: User) -> dict[str, Any]:
    """The report's body as JSON-able values; ValueError before a read is decided.

    Only a run opened to `signer` is named: a report cannot show more than its signer has seen. In English, whoever signs.
    """
    read = agreed_read(case)
    if read is None:
        raise ValueError("a report needs a decided read")
    run = revealed_run(case.exam, signer)
    with translation.override(SOURCE):
        return _composed(case, read, run)


def _composed(case: Case, read: Read, run: Run | None) -> dict[str, Any]:
    return {
        "case": case.number,
        "patient": case.exam.patient.pseudonym,
        "study_date": case.exam.study_date.isoformat() if case.exam.study_date else None,
        "protocol": case.protocol,
        "lexicon": read.lexicon,
        "read": str(read.pk),
        "agreed": _agreed(read.final_body),
        "sections": _sections(case, read),
        "meetings": met_on(case),
        "opinions": opinion_rows(case, decided_reads(case), run),
        "how_read": [_how(read) for read in decided_reads(case)],
        "release": _release(run),
        "notice": settings.NOTICE,
        "key_images": [each.entry() for each in pictures_of(case) if each.state == "drawn"],
        "density_notice": _density_notice(case, read),
    }


def _density_notice(case: Case, read: Read) -> str:
    """The practice's sentence where the agreed density is dense (C or D); none otherwise."""
    dense = read.final_body["density"] in DENSE
    return options_of(case.practice).density_notice if dense else ""


def pictures_of(case: Case) -> list[KeyImage]:
    """The key images of the agreed read, drawn or not, in their order."""
    read = agreed_read(case)
    return of_read(read) if read is not None else []


def _how(read: Read) -> str:
    """Whether the reader had seen the suggestion when they locked: part of what an opinion is worth."""
    seen = bool(read.revealed_at and read.locked_at and read.revealed_at < read.locked_at)
    if settles(read.place):
        said = f"with every opinion{' and the suggestion' if seen else ''} open"
    else:
        said = "with the suggestion open" if seen else "blind, before any suggestion was shown"
    return f"{WHO[read.place]}: read {said}."


def _agreed(body: dict[str, Any]) -> dict[str, Any]:
    categories = {side: each["category"] for side, each in body["breasts"].items()}
    kept = {name: body[name] for name in ("density", "recall", "recall_sides", "management")}
    return {"categories": categories, **kept}


def as_text(body: dict[str, Any]) -> str:
    """The sections as the text that the signer edits."""
    blocks = [f"{section['title'].upper()}\n" + "\n".join(section["lines"]) for section in body["sections"]]
    return "\n\n".join(blocks)


def _sections(case: Case, read: Read) -> list[Section]:
    body, words = read.final_body, lexicon_of(read.lexicon)
    named = wording.exam_named(case, body.get("prior"))
    found = [line for at, each in enumerate(body["findings"], 1) for line in wording.finding(at, each, words, named)]
    free = [line for line in body["text"].splitlines() if line.strip()]
    management = words.management.get(body["management"], "not stated")
    return [
        _section("Indication", [case.question, *lines_of(case.facts, case.history)]),
        _section("Composition", [f"Density {body['density']}: {words.density[body['density']]}."]),
        _section("Findings", [*(found or ["No finding described."]), *free]),
        _section("Comparison", [wording.comparison(body, words, named)]),
        _section("Assessment (BI-RADS-like)", wording.assessment(body, words)),
        _section("Management", [f"{management}.", _recall(body)]),
    ]


def _section(title: str, lines: list[str]) -> Section:
    return {"title": title, "lines": lines}


def _recall(body: dict[str, Any]) -> str:
    if not body["recall"]:
        return "No recall."
    sides = " and ".join(SIDES[side].lower() for side in ("R", "L") if side in body["recall_sides"])
    return f"Recall: {sides} breast."


def _release(run: Run | None) -> dict[str, Any] | None:
    if run is None:
        return None
    result = run.result or {}
    return {
        "name": run.release.name,
        "version": run.release.version,
        "digest": run.release.digest,
        "run": str(run.pk),
        "scored": bool(run.scored),
        "reasons": [reason.get("text", "") for reason in result.get("reasons", [])],
        "suggestion": (result.get("suggestion") or {}).get("text", ""),
        "limits": LIMITS,
    }
