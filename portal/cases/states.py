"""The states of a case; derived by `CaseQuerySet.with_state`, stored nowhere."""

from django.utils.translation import gettext_noop

STATES = {
    "unread": gettext_noop("Unread"),
    "being-read": gettext_noop("Being read"),
    "locked": gettext_noop("Locked, not yet decided"),
    "incomplete": gettext_noop("Incomplete: views are missing"),
    "arbitration": gettext_noop("Arbitration"),
    "meeting": gettext_noop("Consensus meeting"),
    "to-sign": gettext_noop("Report to sign"),
    "signed": gettext_noop("Signed"),
    "withdrawn": gettext_noop("Withdrawn"),
}
