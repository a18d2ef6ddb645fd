"""Cases, the places at them, and what a coordinator keeps about both."""

from portal.cases.models.case import Assignment, Case, CaseQuerySet
from portal.cases.models.desk import PRIOR, MissingView, Pause, Seen

__all__ = ["PRIOR", "Assignment", "Case", "CaseQuerySet", "MissingView", "Pause", "Seen"]
