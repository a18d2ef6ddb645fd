"""The orders and conditions by which cases are listed, and the indexes that hold the cases in them.

A list shows 25 of a million cases: each order that a page offers is an index that is walked from its start, apart for
open and for ended cases, because the few open ones lie at one end of every order by time.
"""

from django.db import models
from django.db.models import Case as Choose
from django.db.models import F, Q, Value, When
from django.db.models.functions import Coalesce

from portal.cases.places import SETTLING

URGENT_FIRST = {"urgent": 0, "soon": 1}
LAST = 2
RANK = Choose(
    *(When(urgency=urgency, then=Value(rank)) for urgency, rank in URGENT_FIRST.items()),
    default=Value(LAST),
    output_field=models.SmallIntegerField(),
)
ENDED_AT = Coalesce("closed_at", "withdrawn_at")
IS_OPEN = Q(closed_at=None, withdrawn_at=None)
HAS_ENDED = Q(closed_at__isnull=False) | Q(withdrawn_at__isnull=False)

CASE_INDEXES = [
    models.Index(fields=["practice", "-opened_at"]),
    models.Index("practice", RANK, "due_at", "opened_at", "id", condition=IS_OPEN, name="open_by_urgency"),
    models.Index("opened_by", RANK, "due_at", "opened_at", "id", condition=IS_OPEN, name="open_by_who_asked"),
    models.Index(fields=["practice", "due_at", "opened_at", "id"], condition=IS_OPEN, name="open_by_due"),
    models.Index(fields=["practice", "opened_at", "id"], condition=IS_OPEN, name="open_by_age"),
    models.Index(fields=["practice", "number"], condition=IS_OPEN, name="open_by_number"),
    models.Index("practice", ENDED_AT.desc(), F("id").desc(), condition=HAS_ENDED, name="ended_newest_first"),
    models.Index(fields=["practice", "due_at", "opened_at", "id"], condition=HAS_ENDED, name="ended_by_due"),
    models.Index(fields=["practice", "opened_at", "id"], condition=HAS_ENDED, name="ended_by_age"),
    models.Index(fields=["opened_by", "closed_at"], condition=Q(closed_at__isnull=False), name="signed_for"),
    models.Index(fields=["opened_by", "withdrawn_at"], condition=Q(withdrawn_at__isnull=False), name="withdrawn_for"),
]
PLACE_INDEXES = [
    models.Index(fields=["member", "done_at"]),
    models.Index(fields=["case"], condition=Q(done_at=None), name="undone_places"),
    models.Index(fields=["case"], condition=Q(done_at=None, member=None), name="free_places"),
    models.Index(fields=["case"], condition=Q(done_at=None, place__in=SETTLING), name="to_be_settled"),
]
