"""A read before it is locked: begun with its claim, saved as it grows, given back."""

import copy
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from portal.base.errors import Conflict, Refused
from portal.cases.claims import claim
from portal.cases.models import Assignment, Case
from portal.cases.places import MEETING
from portal.cases.trail import note
from portal.exams.models import Exam, Image
from portal.practices.models import User
from portal.reading.body import EMPTY, parse_body
from portal.reading.lexicon import CURRENT
from portal.reading.models import Read
from portal.reading.selectors import is_blind, revealed_run
from portal.reading.services.reveal import open_at_once

SEEN = gettext_noop(
    "You have already seen the suggestion for this exam, so you cannot read it blind. Leave it to another reader."
)


class EditedElsewhere(Conflict):
    """The draft was saved from another window since `version`; carries what is kept now."""

    def __init__(self, read: Read) -> None:
        """`read` as it is kept now."""
        super().__init__(
            "edited", gettext("This draft was saved from another window. Load it, or keep what you have here.")
        )
        self.version = read.version
        self.body = read.body


@transaction.atomic
def begin(*, case: Case, user: User) -> Read:
    """Claim a free place at `case` and start its read; beginning again returns the same draft.

    Raises what `claim` raises, and Refused for somebody who has seen the suggestion of a case read blind.
    """
    place = claim(case=case, user=user)
    blind = is_blind(case, place.place)
    read, created = Read.objects.get_or_create(
        case=case,
        reader=user,
        place=place.place,
        defaults={"body": copy.deepcopy(EMPTY), "lexicon": CURRENT.code},
    )
    if blind and not read.locked_at and revealed_run(case.exam, user) is not None:
        raise Refused("not-blind", gettext(SEEN))
    if created:
        note("read.begun", actor=user, case=case, subject=read, place=read.place, blind=blind)
    if not blind and not read.locked_at:
        open_at_once(read)
    return read


@transaction.atomic
def save_draft(*, read: Read, version: int, data: Any) -> Read:
    """Keep the draft if nobody saved since `version`; the claim then no longer lapses by itself.

    Raises Refused for malformed fields or a locked read, EditedElsewhere, Conflict where the place was lost.
    """
    body = parse_body(data, read.lexicon)
    what_it_names(read, body)
    Read.objects.select_for_update().get(pk=read.pk)  # before its place, as lock() does: a save never meets it half-way
    hold_place(read)
    kept = Read.objects.filter(pk=read.pk, version=version, locked_at=None)
    if not kept.update(body=body, version=version + 1, saved_at=timezone.now()):
        read.refresh_from_db()
        if read.locked_at:
            raise Refused("locked", gettext("This read is locked: changes are kept as an amendment after the reveal."))
        raise EditedElsewhere(read)
    read.refresh_from_db()
    return read


def hold_place(read: Read) -> None:
    """Make sure that the reader still holds the place and the case is open; locks the place's row.

    Raises Refused for a closed or withdrawn case, Conflict with the name of who took the place.
    """
    case = read.case
    if not Case.objects.open().filter(pk=case.pk).exists():
        raise Refused(
            "closed", gettext("This case was withdrawn or signed, so its reads are closed. Go to the worklist.")
        )
    place = Assignment.objects.filter(case=case, place=read.place, done_at=None)
    if not place.filter(member=read.reader).update(claim_until=None):
        holder = place.exclude(member=None).select_related("member").first()
        again = (
            gettext("Open it again from the meeting")
            if read.place == MEETING
            else gettext("Take it again from the worklist")
        )
        who = gettext("%(name)s is reading it now") % {"name": holder.member} if holder else again
        raise Conflict(
            "claim-lost", gettext("Your claim on this case was released. %(who)s; your draft is kept.") % {"who": who}
        )


def what_it_names(read: Read, body: dict[str, Any]) -> None:
    """Refuse a body whose marks, key images or earlier exam are not of this exam's woman; names the field."""
    exam = read.case.exam
    marks = [*(mark for finding in body["findings"] for mark in finding["marks"]), *body.get("landmarks", ())]
    named = {mark["image"] for mark in marks}
    chosen = body.get("key_images", [])
    known = {str(image.pk): image for image in exam.images.only("frames", "burnt_in")} if named or chosen else {}
    for each in chosen:
        _may_be_shown(known.get(each["image"]), each["frame"])
    if any(mark["image"] not in known or mark.get("frame", 1) > known[mark["image"]].frames for mark in marks):
        say = gettext("A mark lies on an image that is not of this exam: remove it and draw it again.")
        raise Refused.at("findings", say, code="malformed")
    prior = body.get("prior")
    if prior and not Exam.objects.visible_to(read.reader).earlier_than(exam).filter(pk=prior).exists():
        raise Refused.at("prior", gettext("Choose an earlier exam of the same patient."), code="malformed")


def _may_be_shown(image: Image | None, frame: int) -> None:
    if image is None or frame > image.frames:
        say = gettext("A key image is not of this exam: take it off and choose it again.")
        raise Refused.at("key_images", say, code="malformed")
    if image.burnt_in == "yes":
        say = gettext("Text is burnt into %(laterality)s %(view)s, and it may hold a name: take it off the report.") % {
            "laterality": image.laterality,
            "view": image.view,
        }
        raise Refused.at("key_images", say, code="malformed")
