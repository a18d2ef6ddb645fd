"""Who is there when a meeting opens a case sees every opinion on it, and the suggestion as an arbiter does."""

from collections.abc import Iterable

from django.utils.translation import gettext

from portal.analysis.selectors import latest_run
from portal.analysis.services import reveal as open_run
from portal.base.errors import Refused
from portal.practices.models import User
from portal.reading.models import AgendaItem
from portal.reading.selectors import sealed_from


def join(item: AgendaItem, people: Iterable[User]) -> None:
    """Note that `people` are there, and open the suggestion to each of them; call inside a transaction.

    Raises Refused with the name of whoever still reads the exam blind: nobody is unblinded by attending.
    """
    run = latest_run(item.case.exam)
    for person in people:
        if sealed_from(item.case.exam, person):
            say = gettext(
                "%(person)s still reads case %(case_number)s blind, and cannot be there before that read is locked."
            ) % {"person": person, "case_number": item.case.number}
            raise Refused("blind", say)
        if run is not None and run.state == "ready":
            open_run(run=run, user=person, why="meeting", case_id=item.case_id)
    item.present.add(*people)
