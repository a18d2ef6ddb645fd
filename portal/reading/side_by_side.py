"""Opinions side by side: rows for the case page, the read panel and the report."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

from portal.analysis.models import Run
from portal.cases.models import Case
from portal.cases.protocols import protocol_for
from portal.reading.discordance import compare
from portal.reading.models import Read
from portal.reading.opinions import WHO, Opinion, of_body, of_first, of_suggestion


def opinion_rows(case: Case, reads: Iterable[Read], run: Run | None) -> list[dict[str, Any]]:
    """Who said what, in order: first opinion, each of `reads` as locked and as amended, the suggestion of `run`.

    Shows what it is given: the caller has checked who may see which read and which run.
    """
    rows = []
    first = of_first(case.first_opinion)
    if first:
        rows.append(_row(first, case.opened_by.name))
    for read in reads:
        rows.append(_row(of_body(read.place, read.body), read.reader.name))
        if read.final_body != read.body:
            amended = _row(of_body(read.place, read.final_body), read.reader.name)
            rows.append({**amended, "who": f"{WHO[read.place]}, amended after the suggestion"})
    suggested = suggestion_of(run)
    if suggested and run:
        rows.append(_row(suggested, str(run.release)))
    return rows


def sentences(case: Case, reads: Iterable[Read], run: Run | None) -> list[str]:
    """Every difference, by the case's protocol, between any two of the opinions."""
    first, suggested = of_first(case.first_opinion), suggestion_of(run)
    voices = [*([first] if first else []), *(of_body(read.place, read.final_body) for read in reads)]
    voices += [suggested] if suggested else []
    protocol = protocol_for(case)
    return [found.say for one, other in combinations(voices, 2) for found in compare(one, other, protocol)]


def suggestion_of(run: Run | None) -> Opinion | None:
    """The run's opinion; None without a run or a score."""
    return of_suggestion(run.result) if run is not None and run.result else None


def _row(opinion: Opinion, name: str) -> dict[str, Any]:
    return {
        "who": opinion.who,
        "name": name,
        "human": opinion.human,
        "R": opinion.categories.get("R"),
        "L": opinion.categories.get("L"),
        "overall": opinion.overall,
        "recall": opinion.recall,
        "density": opinion.density,
    }
