"""The states of a case; derived by `CaseQuerySet.with_state`, stored nowhere."""

STATES = {
    "unread": "Unread",
    "being-read": "Being read",
    "locked": "Locked, not yet decided",
    "incomplete": "Incomplete: views are missing",
    "arbitration": "Arbitration",
    "to-sign": "Report to sign",
    "signed": "Signed",
    "withdrawn": "Withdrawn",
}
