"""Signing the report, and adding to it later; a signed report is never edited."""

from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from portal.base.background import send_on_commit
from portal.base.errors import Conflict, Refused
from portal.base.plain import plain
from portal.cases.models import Case
from portal.cases.trail import note
from portal.practices.models import User
from portal.reading.body import digest_of
from portal.reading.draft_report import compose, pictures_of
from portal.reading.models import Letter, Report
from portal.reading.selectors import may_sign
from portal.reading.tasks import tell_clinician

TEXT_LIMIT = 20_000
TRIES, WINDOW = 5, 300  # wrong passwords, seconds


def reauthenticate(*, user: User, password: str, case: Case) -> None:
    """Make sure that the person at the keyboard is `user` before they sign the report of `case`; see `ask_password`."""
    ask_password(user, password, lambda: note("report.sign-refused", actor=user, case=case, outcome="refused"))


def ask_password(user: User, password: str, refused: Callable[[], object]) -> None:
    """Make sure that the person at the keyboard is `user`; five wrong passwords close the door for five minutes.

    Raises Refused with a sentence for the password field, after `refused` has written the wrong one to the trail.
    """
    key = f"sign-tries:{user.pk}"
    if cache.get(key, 0) >= TRIES:
        raise Refused.at("password", gettext("Too many wrong passwords. Wait five minutes, then sign again."))
    if user.check_password(password):
        cache.delete(key)
        return
    cache.add(key, 0, WINDOW)
    cache.incr(key)
    with transaction.atomic():
        refused()
    raise Refused.at("password", gettext("This is not your password. Type it again to sign."))


@transaction.atomic
def sign(*, case: Case, actor: User, text: str, without_pictures: bool = False) -> Report:
    """Freeze the report of `case` with its digest, close the case and tell the clinician by mail.

    Raises Refused where `actor` may not sign, the text is empty or a key image is not drawn, unless it is signed
    `without_pictures` that are missing; Conflict where it is signed already.
    """
    held = Case.objects.select_for_update().get(pk=case.pk)
    if held.closed_at:
        raise Conflict("signed", gettext("This report is already signed. Add to it with an addendum."))
    if not may_sign(held, actor):
        raise Refused("not-to-sign", gettext("The report is signed by the last reader, once every read is decided."))
    if not without_pictures:
        _pictures_are_drawn(held)
    report = _file(held, actor, text, compose(held, actor), None)
    held.closed_at = report.signed_at
    held.save(update_fields=["closed_at"])
    note("report.signed", actor=actor, case=held, subject=report, digest=report.digest)
    _owe_letter(report)
    return report


@transaction.atomic
def add(*, report: Report, actor: User, text: str) -> Report:
    """An addendum: another signed row beside the report, by the one who signed it. Raises Refused otherwise."""
    original = report.addendum_to or report
    if original.signed_by_id != actor.pk:
        raise Refused(
            "not-yours", gettext("Only the reader who signed this report adds to it. Ask them, or open a new case.")
        )
    addendum = _file(original.case, actor, text, {"addendum_to": str(original.pk)}, original)
    note("report.addendum", actor=actor, case=original.case, subject=addendum, digest=addendum.digest)
    _owe_letter(addendum)
    return addendum


def digest_of_report(report: Report) -> str:
    """SHA-256 (hex) over what was signed: case, body, text, who and when."""
    return digest_of(
        {
            "case": str(report.case_id),
            "body": report.body,
            "text": report.text,
            "signed_by": str(report.signed_by_id),
            "signed_at": report.signed_at.isoformat(timespec="microseconds"),
        }
    )


def _file(case: Case, actor: User, text: str, body: dict[str, Any], original: Report | None) -> Report:
    words = plain(text)
    if not 3 <= len(words) <= TEXT_LIMIT:
        raise Refused.at("text", gettext("Write 3 to %(TEXT_LIMIT)s characters.") % {"TEXT_LIMIT": TEXT_LIMIT})
    report = Report(case=case, addendum_to=original, body=body, text=words, signed_by=actor, signed_at=timezone.now())
    report.digest = digest_of_report(report)
    report.save(force_insert=True)
    return report


def _pictures_are_drawn(case: Case) -> None:
    missing = [each for each in pictures_of(case) if each.state != "drawn"]
    if not missing:
        return
    states = ", ".join(f"{each.entry()['label']}: {each.say}" for each in missing)
    say = gettext("Not every key image is ready (%(states)s). Wait and sign again, or tick to sign without.") % {
        "states": states
    }
    raise Refused.at("without_pictures", say, code="pictures-missing")


def _owe_letter(report: Report) -> None:
    Letter.objects.create(report=report)
    send_on_commit(tell_clinician, str(report.pk))
