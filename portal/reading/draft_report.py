"""The report's draft, made from the agreed read in the order that readers expect.

Indication, composition, findings, comparison, assessment, management; then the opinions, the release with its
limits, and the notice.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings

from portal.analysis.models import Run
from portal.cases.history import lines_of
from portal.cases.models import Case
from portal.practices.models import User
from portal.reading import lexicon
from portal.reading.models import Read
from portal.reading.selectors import agreed_read, decided_reads, revealed_run
from portal.reading.side_by_side import opinion_rows

Section = dict[str, Any]
LIMITS = "Not validated for clinical use; the figures and limits are on its release card."


def compose(case: Case, signer: User) -> dict[str, Any]:
    """The report's body as JSON-able values; ValueError before a read is decided.

    Only a run opened to `signer` is named: a report cannot show more than its signer has seen.
    """
    read = agreed_read(case)
    if read is None:
        raise ValueError("a report needs a decided read")
    run = revealed_run(case.exam, signer)
    return {
        "case": case.number,
        "patient": case.exam.patient.pseudonym,
        "study_date": case.exam.study_date.isoformat() if case.exam.study_date else None,
        "protocol": case.protocol,
        "lexicon": read.lexicon,
        "read": str(read.pk),
        "agreed": _agreed(read.final_body),
        "sections": _sections(case, read),
        "opinions": opinion_rows(case, decided_reads(case), run),
        "release": _release(run),
        "notice": settings.NOTICE,
        "density_notice": str(case.practice.settings.get("density_notice", "")),
    }


def _agreed(body: dict[str, Any]) -> dict[str, Any]:
    categories = {side: each["category"] for side, each in body["breasts"].items()}
    kept = {name: body[name] for name in ("density", "recall", "recall_sides", "management")}
    return {"categories": categories, **kept}


def as_text(body: dict[str, Any]) -> str:
    """The sections as the text that the signer edits."""
    blocks = [f"{section['title'].upper()}\n" + "\n".join(section["lines"]) for section in body["sections"]]
    return "\n\n".join(blocks)


def _sections(case: Case, read: Read) -> list[Section]:
    body = read.final_body
    found = [line for at, finding in enumerate(body["findings"], 1) for line in _finding(at, finding)]
    free = [line for line in body["text"].splitlines() if line.strip()]
    management = lexicon.MANAGEMENT.get(body["management"], "not stated")
    return [
        _section("Indication", [case.question, *lines_of(case.facts, case.history)]),
        _section("Composition", [f"Density {body['density']}: {lexicon.DENSITY[body['density']]}."]),
        _section("Findings", [*(found or ["No finding described."]), *free]),
        _section("Comparison", [f"{lexicon.COMPARISON.get(body['comparison'], 'Not stated')}."]),
        _section("Assessment (BI-RADS-like)", _assessment(body)),
        _section("Management", [f"{management}.", _recall(body)]),
    ]


def _section(title: str, lines: list[str]) -> Section:
    return {"title": title, "lines": lines}


def _finding(at: int, finding: dict[str, Any]) -> list[str]:
    title = lexicon.KINDS[finding["kind"]]["title"]
    side = lexicon.SIDES[finding["laterality"]].lower()
    where = lexicon.QUADRANTS.get(finding["quadrant"], "")
    size = f"{finding['size_mm']:g} mm" if finding["size_mm"] else ""
    words = [f"{name} {value}" for name, value in finding["descriptors"].items()]
    category = f"category {finding['category']}" if finding["category"] else ""
    said = ", ".join(each for each in (f"{side} breast", where.lower(), size, *words, category) if each)
    return [f"{at}. {title}: {said}.", *([finding["note"]] if finding["note"] else [])]


def _assessment(body: dict[str, Any]) -> list[str]:
    lines = []
    for side, word in lexicon.SIDES.items():
        category = body["breasts"][side]["category"]
        if category:
            lines.append(f"{word} breast: category {category}. {lexicon.CATEGORIES[category]}.")
    return lines


def _recall(body: dict[str, Any]) -> str:
    if not body["recall"]:
        return "No recall."
    sides = " and ".join(lexicon.SIDES[side].lower() for side in ("R", "L") if side in body["recall_sides"])
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
