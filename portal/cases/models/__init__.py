"""Cases, the places at them, and what a coordinator keeps about both."""

from portal.cases.models.among import Among
from portal.cases.models.case import Assignment, Case
from portal.cases.models.case_query import ENDED, CaseQuerySet
from portal.cases.models.desk import PRIOR, MissingView, Pause, Seen
from portal.cases.models.mail import Notice, Owed, OwedQuerySet
from portal.cases.models.saved import SavedList
from portal.cases.models.share import Share, maybe_guest

__all__ = [
    "ENDED",
    "PRIOR",
    "Among",
    "Assignment",
    "Case",
    "CaseQuerySet",
    "MissingView",
    "Notice",
    "Owed",
    "OwedQuerySet",
    "Pause",
    "SavedList",
    "Seen",
    "Share",
    "maybe_guest",
]
