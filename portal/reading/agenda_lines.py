"""What is told of each discordant case where an agenda is made: enough to choose by, and no more than is open to the asker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.cases.models import Case
from portal.practices.models import User
from portal.reading.opinions import Opinion, of_body, of_first
from portal.reading.selectors import reads_to_settle


@dataclass(frozen=True, slots=True)
class Line:
    """One case: its number, whose exam, what is asked, what those opinions say that the asker may see, when it is due."""

    number: str
    patient: str
    question: str
    said: list[str]  # "Reader: right 4B, left 1"
    due: datetime | None

    def __str__(self) -> str:
        return self.number


def lines_of(cases: Iterable[Case], user: User) -> dict[UUID, Line]:
    """The lines of `cases`, which are discordant and open, by key; of their reads only those that `visible_reads` shows."""
    held = {case.pk: case for case in cases}
    said = {pk: [first] if (first := of_first(case.first_opinion)) else [] for pk, case in held.items()}
    for read in reads_to_settle(held, user):
        said[read.case_id].append(of_body(read.place, read.final_body))
    return {
        pk: Line(case.number, str(case.exam.patient), case.question, [_words(each) for each in said[pk]], case.due_at)
        for pk, case in held.items()
    }


def _words(opinion: Opinion) -> str:
    words = {"R": "right", "L": "left"}
    told = [f"{words[side]} {opinion.categories[side]}" for side in words if side in opinion.categories]
    if opinion.recall is not None:
        told.append("recall" if opinion.recall else "no recall")
    return f"{opinion.who}: {', '.join(told)}"
