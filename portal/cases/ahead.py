"""Looking ahead: the case that a reader comes to next, where it is in their own hands already."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from rest_framework.request import Request

from portal.cases.models import Assignment, Case
from portal.cases.neighbours import KEPT, neighbour
from portal.cases.people import user_of
from portal.cases.selectors import Wanted
from portal.cases.tabs import tabs_for
from portal.cases.views import wanted_of
from portal.practices.models import Role, User
from portal.practices.selectors import active_practice, roles_of


def next_in_hand(request: HttpRequest | Request, case: Case) -> Case | None:
    """The case after `case` in the list that was looked at last, if a place at it is the asker's own and undone.

    Looking ahead claims nothing, so that what nobody has taken, or another holds, is not looked at. Nor does it depend
    on anything that is sealed: see `_own_list`.
    """
    user, practice = user_of(request), active_practice(request)
    roles = roles_of(user, practice)
    wanted = _own_list(wanted_of(QueryDict(request.session.get(KEPT, ""))), case, user, roles)
    found = wanted and neighbour(case=case, user=user, practice=practice, wanted=wanted, by=1)
    if not found:
        return None
    alive = Q(claim_until=None) | Q(claim_until__gt=timezone.now())
    own = Assignment.objects.filter(alive, case=OuterRef("pk"), member=user, done_at=None)
    return Case.objects.visible_to(user).open().filter(Exists(own), pk=found).select_related("exam").first()


def _own_list(wanted: Wanted, case: Case, user: User, roles: set[str]) -> Wanted | None:
    """The list without the pool, which may stand in an order of scores and holds no case of one's own.

    Of somebody who has looked at no list it is what they have in hand, as long as `case` is there too.
    """
    if Role.READER not in roles or wanted.tab == "pool":
        return None
    if wanted.tab in {tab.code for tab in tabs_for(roles)}:
        return wanted
    in_hand = Case.objects.work_of(user).filter(pk=case.pk).exists()
    return replace(wanted, tab="mine") if in_hand else None
