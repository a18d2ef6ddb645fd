"""Who may see which comment on a case, and writing one.

1. What a clinician or coordinator writes is for everybody on the case.
2. What a reader writes is in the reader's own line, and so are the answers: no other reader sees it.
3. What somebody writes who has seen the suggestion or others' reads is closed to everybody but themselves.
All three open with the reads: to who settles the case, and after signing to whoever does not read the exam blind any more.
Nobody carries words across: who can see a reader's line answers in it, and not to everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext, gettext_noop

from portal.analysis.models import Run
from portal.base.errors import Refused
from portal.base.plain import plain
from portal.cases.guests import counts_as_reader, people_on, works_in
from portal.cases.models import Case, Share
from portal.cases.notices import tell
from portal.cases.places import SETTLING
from portal.cases.sharing import arrive
from portal.cases.trail import note
from portal.exams.managers import SEE_EXAMS
from portal.practices.models import User
from portal.reading.models import Comment, CommentSeen, Read
from portal.reading.selectors import attended, reads_are_open

LIMIT = 2000  # characters
MENTIONS = 50  # people
NOBODY = gettext_noop("Write to everybody, or choose a reader of this practice or a guest who has opened the case.")
STRANGERS = gettext_noop("Mention people who work with exams in this practice, or guests who have opened the case.")


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person may see of a case's comments now."""

    user: User
    opened: bool  # the reads are open to them, and with them everything
    reads: bool  # a reader or a guest: may be, or may become, a blind reader

    def shows(self) -> Q:
        """The comments that they may see, as a condition on `Comment`: the one place where the rule stands."""
        if self.opened:
            return Q()
        lines = Q(line=None) | Q(line=self.user) if self.reads else Q()
        return Q(author=self.user) | (Q(knows=False) & lines)


def sight_of(case: Case, user: User) -> Sight:
    """The sight of somebody who may see the case."""
    return Sight(user, reads_are_open(case, user), counts_as_reader(user, case.practice))


def visible_comments(case: Case, user: User) -> QuerySet[Comment]:
    """The comments that `user` may see now, oldest first; none for somebody who may not see the case."""
    comments = Comment.objects.filter(case=case).select_related("author", "line").order_by("at")
    if not Case.objects.visible_to(user).filter(pk=case.pk).exists():
        return comments.none()
    return comments.filter(sight_of(case, user).shows())


@transaction.atomic
def mark_seen(case: Case, user: User) -> None:
    """Keep that every comment which `user` may see was shown to them."""
    fresh = visible_comments(case, user).exclude(author=user).exclude(seen__user=user)
    CommentSeen.objects.bulk_create([CommentSeen(comment=each, user=user) for each in fresh], ignore_conflicts=True)


@transaction.atomic
def write_comment(
    *, case: Case, actor: User, text: str, to: User | None = None, mentions: Iterable[User] = ()
) -> Comment:
    """Write to the people on the case; `to`: into the line of this reader. A reader always writes into their own.

    Raises Refused for empty or long words, for somebody mentioned to whom the comment would be closed, and for words to
    everybody from somebody who can see a reader's line while others may still read blind.
    """
    words = plain(text)
    if not 1 <= len(words) <= LIMIT:
        raise Refused.at("text", gettext("Write 1 to %(LIMIT)s characters.") % {"LIMIT": LIMIT})
    sight = sight_of(case, actor)
    line = _line(case, sight, to)
    knows = sight.opened or _has_seen(case, actor)
    named = list(dict.fromkeys(mentions))
    if len(named) > MENTIONS:
        raise Refused.at("mentions", gettext("Mention at most %(most)s people in one comment.") % {"most": MENTIONS})
    comment = Comment.objects.create(
        case=case, requester=case.opened_by, author=actor, line=line, knows=knows, text=words
    )
    for person in named:
        _reach(comment, person)
    comment.mentions.set(named)
    arrive(case=case, user=actor)
    whose = str(line.pk) if line else ""
    note("comment.written", actor=actor, case=case, subject=comment, mentions=len(named), line=whose, closed=knows)
    tell("mention", case=case, to=named, actor=actor)
    return comment


def _has_seen(case: Case, actor: User) -> bool:
    """Whether the suggestion was opened to `actor`, or others' reads were while they settled the case."""
    settled = Read.objects.filter(case__exam=case.exam, reader=actor, place__in=SETTLING)
    return settled.exists() or attended(case, actor) or Run.objects.revealed_to(actor).filter(exam=case.exam).exists()


def _line(case: Case, sight: Sight, to: User | None) -> User | None:
    if sight.reads:
        return sight.user
    if to is not None:
        if not (counts_as_reader(to, case.practice) and people_for(case, sight.user).filter(pk=to.pk).exists()):
            raise Refused.at("to", gettext(NOBODY))
        return to
    lines = visible_comments(case, sight.user).exclude(line=None)
    if not sight.opened and lines.exists():
        names = ", ".join(sorted({each.line.name for each in lines if each.line}))
        say = gettext(
            "You have read what is between you and %(names)s. Answer there: everybody else may still read blind."
        ) % {"names": names}
        raise Refused.at("to", say)
    return None


def _reach(comment: Comment, person: User) -> None:
    """Raise Refused, which takes the comment back, where it mentions somebody to whom it is closed."""
    case = comment.case
    if not people_for(case, comment.author).filter(pk=person.pk).exists():
        raise Refused.at("mentions", gettext(STRANGERS))
    if not Comment.objects.filter(sight_of(case, person).shows(), pk=comment.pk).exists():
        say = gettext(
            "%(person)s must not see this comment before the report is signed. Leave them out of the mentions."
        ) % {"person": person}
        raise Refused.at("mentions", say)


def addressed(case: Case, user: User, to: UUID | None, mentions: Sequence[UUID]) -> tuple[User | None, list[User]]:
    """Whose line `to` means, and who is mentioned, among those whom `user` can reach; Refused names any other."""
    people = people_for(case, user)
    line = people.filter(pk=to).first() if to else None
    if to and line is None:  # never to everybody what was meant for one
        raise Refused.at("to", gettext(NOBODY))
    named = list(people.filter(pk__in=mentions))
    if len(named) < len(set(mentions)):
        raise Refused.at("mentions", gettext(STRANGERS))
    return line, named


def people_for(case: Case, user: User) -> QuerySet[User]:
    """Whom `user` can mention: who works with exams in the practice, and guests who have come; for a guest, people on the case."""
    working = case.practice.memberships.filter(role__in=SEE_EXAMS).values("user")
    guests = Share.objects.live().filter(case=case, opened_at__isnull=False).values("guest")
    people = User.objects.filter(Q(pk__in=working) | Q(pk__in=guests), is_active=True).order_by("name", "email")
    return people if works_in(user, case.practice) else people.filter(pk__in=people_on(case))


def shown_comments(case: Case, user: User) -> QuerySet[Comment]:
    """`visible_comments` with whom they mention and who has seen them, as far as `user` may know of these people."""
    people, marks = User.objects.order_by("name"), CommentSeen.objects.select_related("user")
    if not works_in(user, case.practice):
        on = people_on(case)
        people, marks = people.filter(pk__in=on), marks.filter(user__in=on)
    return visible_comments(case, user).prefetch_related(Prefetch("mentions", people), Prefetch("seen", marks))
