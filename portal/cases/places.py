"""The places at a case, and which of them settle what the readers differ on."""

from django.utils.translation import gettext_noop

ARBITER, MEETING = "arbiter", "meeting"
SETTLING = (ARBITER, MEETING)
EITHER = "either"
WAYS = {
    ARBITER: gettext_noop("an arbiter who is neither reader"),
    MEETING: gettext_noop("a consensus meeting, whose chair closes it"),
    EITHER: gettext_noop("an arbiter who is neither reader, or a consensus meeting"),
}  # how a protocol has a discordance settled
BRIEF_WAYS = {
    ARBITER: gettext_noop("An arbiter"),
    MEETING: gettext_noop("A consensus meeting"),
    EITHER: gettext_noop("An arbiter or a meeting"),
}


def settles(place: str) -> bool:
    """Whether whoever holds `place` settles a discordance, with every opinion and the suggestion open."""
    return place in SETTLING


def first_place(settled_by: str) -> str:
    """The place that a discordance opens: an arbiter's, which a meeting may take over where the protocol allows either."""
    return MEETING if settled_by == MEETING else ARBITER
