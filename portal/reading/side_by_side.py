"""Opinions side by side: rows for the case page, the read panel and the report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from django.utils.translation import gettext

from portal.analysis.models import Run
from portal.cases.guests import guests_of, signature
from portal.cases.models import Case
from portal.cases.protocols import protocol_for
from portal.reading.discordance import compare
from portal.reading.models import Read
from portal.reading.nipple import Frames
from portal.reading.opinions import WHO, Opinion, of_body, of_first, of_suggestion
from portal.reading.selectors import frames_of


def opinion_rows(case: Case, reads: Iterable[Read], run: Run | None) -> list[dict[str, Any]]:
    """Who said what, in order: first opinion, each of `reads` as locked and as amended, the suggestion of `run`.

    Shows what it is given: the caller has checked who may see which read and which run.
    """
    rows, guests = [], guests_of(case)
    first = of_first(case.first_opinion)
    if first:
        rows.append(_row(first, case.opened_by.name, case.opened_at))
    for read in reads:
        name = signature(read.reader, guests)
        rows.append(_row(of_body(read.place, read.body), name, read.locked_at))
        if read.final_body != read.body:
            amended = _row(of_body(read.place, read.final_body), name, read.decided_at)
            rows.append(
                {**amended, "who": gettext("%(who)s, amended after the suggestion") % {"who": gettext(WHO[read.place])}}
            )
    suggested = suggestion_of(run)
    if suggested and run:
        rows.append(_row(suggested, str(run.release), run.finished_at))
    return rows


def sentences(case: Case, reads: Iterable[Read], run: Run | None) -> list[str]:
    """Every difference, by the case's protocol, between any two of the opinions."""
    bodies = [(read.place, read.final_body) for read in reads]
    frames = frames_of(case.exam, *(body for _, body in bodies))
    first, suggested = of_first(case.first_opinion), suggestion_of(run, frames)
    voices = [*([first] if first else []), *(of_body(place, body, frames) for place, body in bodies)]
    voices += [suggested] if suggested else []
    protocol = protocol_for(case)
    return [found.say for one, other in combinations(voices, 2) for found in compare(one, other, protocol)]


def suggestion_of(run: Run | None, frames: Frames | None = None) -> Opinion | None:
    """The run's opinion; None without a run or a score."""
    return of_suggestion(run.result, frames) if run is not None and run.result else None


def _row(opinion: Opinion, name: str, at: datetime | None) -> dict[str, Any]:
    return {
        "who": gettext(opinion.who),
        "name": name,
        "at": f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at else "",  # locked, amended, opened or analysed
        "human": opinion.human,
        "R": opinion.categories.get("R"),
        "L": opinion.categories.get("L"),
        "overall": opinion.overall,
        "recall": opinion.recall,
        "density": opinion.density,
    }
