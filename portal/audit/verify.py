"""Walking a chain link by link: the first one that does not hold is named."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max
from django.utils.translation import gettext

from portal.audit.chain import digest_of
from portal.audit.models import ChainHead, Event

START = "0" * 64
STEP = 2000  # rows held in memory at a time


@dataclass(frozen=True)
class Verdict:
    """What a walk found; `broken_at` is the first bad link, None for a whole chain."""

    chain: str
    links: int
    head: str
    broken_at: int | None = None
    why: str = ""

    @property
    def whole(self) -> bool:
        """Whether every link held."""
        return self.broken_at is None


def chains() -> list[str]:
    """Every chain that has events or a head."""
    heads = ChainHead.objects.values_list("chain", flat=True)
    return sorted(set(heads) | set(Event.objects.order_by().values_list("chain", flat=True).distinct()))


def verify(chain: str) -> Verdict:
    """Recompute every digest of `chain` and compare its end with the head; streams, any length."""
    last = Event.objects.filter(chain=chain).aggregate(last=Max("sequence"))["last"] or 0
    head = ChainHead.objects.filter(chain=chain).first()  # read after `last`: never behind it in a whole chain
    if head is None:
        return Verdict(chain, 0, START, 1, gettext("the chain has events but no head: its head was removed"))
    verdict = _walk(chain, head)
    if verdict.whole and last > head.sequence:
        return Verdict(chain, verdict.links, head.digest, head.sequence + 1, gettext("this event lies beyond the head"))
    return verdict


def _walk(chain: str, head: ChainHead) -> Verdict:
    before, expected = START, 1
    events = Event.objects.filter(chain=chain, sequence__lte=head.sequence).order_by("sequence")
    for event in events.iterator(chunk_size=STEP):
        why = _fault(event, expected, before)
        if why:
            return Verdict(chain, expected - 1, head.digest, expected, why)
        before, expected = event.digest, expected + 1
    if expected - 1 < head.sequence:
        words = gettext("the chain was cut: the head stands at link %(link)s, this link is gone")
        return Verdict(chain, expected - 1, head.digest, expected, words % {"link": head.sequence})
    if before != head.digest:
        return Verdict(
            chain, expected - 1, head.digest, head.sequence, gettext("the head names another digest than the last link")
        )
    return Verdict(chain, expected - 1, head.digest)


def _fault(event: Event, expected: int, before: str) -> str:
    if event.sequence != expected:
        return gettext("this link is gone; the next one left is %(link)s") % {"link": event.sequence}
    if event.before != before:
        return gettext("it does not follow from the link before it")
    if event.digest != digest_of(event):
        return gettext("its content was changed after it was written")
    return ""


def holds(chain: str, sequence: int, digest: str) -> bool:
    """Whether link `sequence` still has the digest that was noted outside the database."""
    return Event.objects.filter(chain=chain, sequence=sequence, digest=digest).exists()
