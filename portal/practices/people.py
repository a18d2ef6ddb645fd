"""Lists of members and of invitations that wait."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from portal.practices.models import Invitation, Membership, Practice, User


def members_of(practice: Practice, *, matching: str = "") -> QuerySet[User]:
    """Users with a role in `practice`, by name, each with `.here`: their memberships of it (no further query)."""
    here = Membership.objects.filter(practice=practice).order_by("role")
    found = User.objects.filter(Exists(here.filter(user=OuterRef("pk"))))
    if matching:
        found = found.filter(Q(name__icontains=matching) | Q(email__icontains=matching))
    return found.prefetch_related(Prefetch("memberships", queryset=here, to_attr="here")).order_by("name", "email")


def invitations_waiting(practice: Practice) -> QuerySet[Invitation]:
    """Invitations neither used nor withdrawn, the expired ones too: they can be sent again."""
    waiting = Invitation.objects.filter(practice=practice, accepted_at=None, withdrawn_at=None)
    return waiting.select_related("invited_by").order_by("-created_at")
