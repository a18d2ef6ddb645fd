"""Where a blind reader may stand, one case for each: every protocol, free, begun by the walker, or read by others."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from portal.cases.services import withdraw
from portal.reading.comments import write_comment
from portal.reading.services.convene import convene
from portal.reading.services.decide import amend, confirm
from portal.reading.services.draft import begin, save_draft
from portal.reading.services.lock import lock
from portal.reading.services.meet import keep_minutes, open_item
from portal.reading.services.reveal import reveal
from tests.portal.cases.story import a_locked_read, a_share, benign, suspicious


@dataclass(frozen=True)
class Situation:
    """`protocol` and what else was asked for; `act(made, case)` brings the case to where it stands."""

    protocol: str
    act: Callable[[Any, Any], Any] = lambda made, case: None
    asked: dict[str, Any] = field(default_factory=dict)


def draft(made, case):
    """The walker has begun and saved a draft."""
    read = begin(case=case, user=made.ground.walker)
    return save_draft(read=read, version=0, data=suspicious())


def locked(made, case):
    """The walker has locked, and not opened the suggestion yet."""
    return a_locked_read(case, made.ground.walker, suspicious())


def withdrawn(made, case):
    """The walker had locked when the case was withdrawn."""
    locked(made, case)
    withdraw(case=case, actor=made.ground.cast.alice, because="Wrong patient")


def changed(made, case):
    """Rufus read blind, saw the suggestion, amended, and wrote what convinced him."""
    rufus = made.ground.cast.rufus
    read = a_locked_read(case, rufus, made.first())
    reveal(read=read, actor=rufus)
    amend(read=read, actor=rufus, reason="The outline on the left is real.", data=suspicious())
    write_comment(case=case, actor=rufus, text="The outline convinced me.")


def second(made, case):
    """Rufus is done; the walker reads apart from him."""
    changed(made, case)
    draft(made, case)


def discordant(made, case):
    """Rufus and Theo are done and differ: the case waits for an arbiter, who the walker may become."""
    changed(made, case)
    read = a_locked_read(case, made.ground.theo, benign())
    reveal(read=read, actor=made.ground.theo)
    confirm(read=read, actor=made.ground.theo)


def met(made, case):
    """They differ, and a meeting without the walker has opened the case and kept minutes."""
    discordant(made, case)
    cast, theo = made.ground.cast, made.ground.theo
    made.meeting = convene(
        practice=cast.northside, actor=cast.cora, at=timezone.now(), chair=cast.rufus, attendees=[cast.rufus, theo],
        cases=[case],
    )  # fmt: skip
    item = made.meeting.agenda.get()
    open_item(meeting=made.meeting, item=item, actor=cast.rufus)
    item.refresh_from_db()
    keep_minutes(item=item, actor=cast.rufus, text=f"The outline says {made.words}.", version=0)


def guest(made, case):
    """Charlie of another practice was asked, and has a draft."""
    cast = made.ground.cast
    made.share = a_share(case, cast.alice, "charlie@example.org", guest=cast.charlie)
    read = begin(case=case, user=cast.charlie)
    save_draft(read=read, version=0, data=suspicious())


def begun(made, case):
    """Theo reads with the suggestion open."""
    read = begin(case=case, user=made.ground.theo)
    return save_draft(read=read, version=0, data=made.first())


def ended(made, case):
    """Theo has read with the suggestion open."""
    read = begun(made, case)
    lock(read=read, actor=made.ground.theo, version=read.version)


SITUATIONS = {
    "second-free": Situation("second-reader"),
    "second-draft": Situation("second-reader", draft),
    "second-locked": Situation("second-reader", locked),
    "second-withdrawn": Situation("second-reader", withdrawn),
    "own-rule": Situation("second-reader", draft, {"discordance": ("recall",)}),
    "again": Situation("second-reader", draft),  # a case on the same exam was signed before
    "double-first": Situation("double-reading", draft),
    "double-second": Situation("double-reading", second),
    "double-arbiter": Situation("double-reading", discordant),
    "double-meeting": Situation("double-reading", met, {"settled_by": "meeting"}),
    "guest": Situation("second-reader", guest),
    "triage-free": Situation("triage"),
    "triage-draft": Situation("triage", draft),
    "concurrent-free": Situation("concurrent"),
    "concurrent-taken": Situation("concurrent", begun),
    "stratified-free": Situation("score-stratified"),
    "stratified-low": Situation(
        "score-stratified", ended
    ),  # one reader, marks held back in one world and shown in the other
    "stratified-high": Situation("score-stratified", ended),  # the second place is free
    "stratified-marks": Situation("score-stratified", draft),  # the score is open to the walker, the marks are not
}
# Those in which nobody has had the suggestion opened: their runs may as well not have ended.
UNTOUCHED = ("second-free", "second-draft", "second-locked", "double-first", "triage-free", "triage-draft")
