"""How many read a score-stratified case: decided when it is first taken, and looked at again when a read is done."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

from portal.analysis.selectors import latest_run
from portal.base.errors import Conflict
from portal.cases.models import Assignment, Case
from portal.cases.protocols import protocol_for
from portal.cases.trail import note

WAIT = gettext_noop(
    "The analysis decides how many read this case, and it has not ended. Take another case and come back."
)


def stratify(case: Case, *, wait: bool) -> None:
    """Call a second reader where the score band asks for one, or where there is no score; never fewer than before.

    Call it inside a transaction that holds the case's row. `wait`: raise Conflict("run-unfinished") while the analysis
    goes on; otherwise nothing changes then. A free second place tells whoever sees it that the band is high or missing:
    it comes only when the first reader has taken the case, and whoever takes it has the suggestion open at once.
    """
    protocol = protocol_for(case)
    if protocol.double_from is None or Assignment.objects.filter(case=case, place="reader2").exists():
        return
    run = latest_run(case.exam)
    if run is not None and run.state in ("waiting", "running"):
        if wait:
            raise Conflict("run-unfinished", gettext(WAIT))
        return
    band = run.score_band if run is not None else None
    if band is not None and band < protocol.double_from:
        return
    Assignment.objects.create(case=case, place="reader2")
    note("case.stratified", actor=None, case=case, readers=2, why="no-score" if band is None else "score")
