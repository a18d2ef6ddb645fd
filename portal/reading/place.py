"""Where a finding lies, in words that must not contradict one another.

The clock face is the breast as seen from the front, so the outer half is 6 to 12 o'clock on the right and 12 to 6
on the left (BI-RADS 5th edition, location of lesion). An hour on the border belongs to both quadrants.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from portal.reading.lexicon import SIDES

Body = dict[str, Any]
NINE_ON, TWELVE_ON, THREE_ON, SIX_ON = (9, 10, 11, 12), (12, 1, 2, 3), (3, 4, 5, 6), (6, 7, 8, 9)
HOURS = {
    "R": {"UOQ": NINE_ON, "UIQ": TWELVE_ON, "LIQ": THREE_ON, "LOQ": SIX_ON, "axillary": NINE_ON},
    "L": {"UIQ": NINE_ON, "UOQ": TWELVE_ON, "LOQ": THREE_ON, "LIQ": SIX_ON, "axillary": TWELVE_ON},
}


def quadrant_at(side: str | None, hour: int | None) -> str | None:
    """The quadrant in which an hour of the clock face lies alone; None on a border, or where side or hour is not said."""
    inside = [name for name, hours in HOURS.get(side or "", {}).items() if hour in hours[1:-1] and name != "axillary"]
    return inside[0] if inside else None


def check_places(body: Body, _sides: frozenset[str], _priors: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Clock face, quadrant and side agree; a depth or distance has a place to belong to."""
    for at, finding in enumerate(body["findings"]):
        for field, sentence in _of_finding(finding):
            yield f"findings.{at}.{field}", sentence


def _of_finding(finding: Body) -> Iterator[tuple[str, str]]:
    side, quadrant, clock = finding["laterality"], finding["quadrant"], finding.get("clock")
    if quadrant == "central" and clock:
        yield (
            "clock",
            gettext("What lies behind the nipple has no hour: clear the clock position or choose a quadrant."),
        )
    elif side and quadrant and clock and clock not in HOURS[side][quadrant]:
        first, *_, last = HOURS[side][quadrant]
        say = gettext(
            "%(clock)s o'clock does not lie there: this quadrant of the %(side)s breast is %(first)s to %(last)s "
            "o'clock. Check hour, quadrant and side."
        )
        yield "clock", say % {"clock": clock, "side": gettext(SIDES[side].lower()), "first": first, "last": last}
    placed = quadrant or clock
    if finding.get("depth") and not placed:
        yield (
            "depth",
            gettext("A depth needs a place: choose the quadrant or the clock position as well, or clear the depth."),
        )
    if finding.get("nipple_mm") is not None and not placed and not finding.get("depth"):
        yield "nipple_mm", gettext("A distance needs a direction: choose the quadrant or the clock position as well.")
    if finding["kind"] in finding.get("features", ()):
        yield "features", gettext("This is what the finding itself is: take it off what goes along with it.")
