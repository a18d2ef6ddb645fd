"""What the suggestion did to the reads: how often they changed after it, which way, and whether that was right.

Counted are reads of signed cases that were locked blind and decided after a suggestion was opened to their reader. A breast counts as
called when its category advises tissue sampling or more images, or its side is recalled; a change is better when it
turns a wrong call into a right one by the outcome, and worse the other way round.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import sqrt
from statistics import median
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext

from portal.analysis.models import Release, Reveal
from portal.cases.places import SETTLING
from portal.practices.models import Practice
from portal.reading.lexicon import TISSUE
from portal.reading.models import Outcome, Read

Z = 1.959964  # standard normal, two-sided 95 %
MOMENTS = ("started_at", "locked_at", "revealed_at", "decided_at")
TIMED = 5000  # the newest reads, for the medians


@dataclass(slots=True)
class Effect:
    """The counts of one release, or of all of them together."""

    title: str
    reads: int = 0
    amended: int = 0
    breasts: int = 0  # read breasts with an outcome
    directions: Counter[str] = field(default_factory=Counter)  # breasts newly "called", breasts "cleared"
    unmoved: int = 0  # amended reads that changed no call
    better: int = 0
    worse: int = 0
    seconds_to_lock: float | None = None  # medians
    seconds_after: float | None = None

    @property
    def share(self) -> tuple[float, float, float] | None:
        """Share of reads that were amended, with its 95 % interval; None without reads."""
        return wilson(self.amended, self.reads)

    @property
    def net(self) -> tuple[tuple[float, float, float] | None, tuple[float, float, float] | None]:
        """Shares of breasts with an outcome that changed to the better, and to the worse, with 95 % intervals."""
        return wilson(self.better, self.breasts), wilson(self.worse, self.breasts)


def wilson(hits: int, count: int) -> tuple[float, float, float] | None:
    """A share and its 95 % Wilson interval (Wilson, JASA 1927;22:209-12); None for a count of zero."""
    if not count:
        return None
    share = hits / count
    middle = (share + Z**2 / (2 * count)) / (1 + Z**2 / count)
    half = Z * sqrt(share * (1 - share) / count + Z**2 / (4 * count**2)) / (1 + Z**2 / count)
    return share, max(0.0, middle - half), min(1.0, middle + half)


def effects(practice: Practice) -> list[Effect]:
    """All releases together, then each by itself, newest first; empty counts where nothing was read."""
    releases = Release.objects.filter(runs__exam__practice=practice, runs__reveals__isnull=False).distinct()
    rows = [_effect(practice, None), *(_effect(practice, each) for each in releases.order_by("-created_at", "-pk"))]
    return rows if len(rows) > 2 else rows[:1]


def _effect(practice: Practice, release: Release | None) -> Effect:
    about = {"run__release": release} if release else {}
    shown = Reveal.objects.filter(
        run__exam=OuterRef("case__exam"), user=OuterRef("reader"), at__lte=OuterRef("decided_at")
    )
    reads = Read.objects.filter(
        Exists(shown.filter(**about)),
        case__practice=practice,
        case__closed_at__isnull=False,
        revealed_at__gte=F("locked_at"),
    ).exclude(place__in=SETTLING)
    found = Effect(str(release) if release else gettext("Every release"), reads=reads.count())
    proven = Outcome.objects.current().filter(exam__practice=practice)
    found.breasts = sum(_breasts(reads.filter(case__exam__in=proven.values("exam")), proven))
    for read in reads.filter(amendment__isnull=False).select_related("amendment", "case"):
        truth = dict(proven.filter(exam=read.case.exam_id).values_list("side", "result"))
        _count(found, read.body, read.amendment.body, truth)
    times: list[Any] = list(reads.order_by("-decided_at").values_list(*MOMENTS)[:TIMED])
    if times:
        found.seconds_to_lock = median((locked - begun).total_seconds() for begun, locked, _, _ in times)
        found.seconds_after = median((decided - opened).total_seconds() for _, _, opened, decided in times)
    return found


def _breasts(reads: Iterable[Read], proven: Any) -> Iterable[int]:
    """For each read, how many breasts it says something of and whose outcome is known."""
    sides: dict[Any, set[str]] = {}
    for exam, side in proven.values_list("exam", "side"):
        sides.setdefault(exam, set()).add(side)
    for read in reads.select_related("case"):  # type: ignore[attr-defined]
        yield sum(1 for side in sides.get(read.case.exam_id, ()) if read.body["breasts"][side]["category"])


def called(body: dict[str, Any], side: str) -> bool:
    """Whether the read calls this breast for more than watching."""
    return side in body["recall_sides"] or body["breasts"][side]["category"] in (*TISSUE, "0")


def _count(found: Effect, before: dict[str, Any], after: dict[str, Any], truth: dict[str, str]) -> None:
    found.amended += 1
    for side in ("R", "L"):
        old, new = called(before, side), called(after, side)
        if old == new:
            continue
        found.directions["called" if new else "cleared"] += 1
        if side in truth and before["breasts"][side]["category"]:
            right = new == (truth[side] == Outcome.Result.MALIGNANT)
            found.better, found.worse = found.better + right, found.worse + (not right)
    if all(called(before, side) == called(after, side) for side in ("R", "L")):
        found.unmoved += 1
