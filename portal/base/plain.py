"""Words that somebody typed or pasted, made plain before they are kept."""

from __future__ import annotations

import re
import unicodedata

_BREAKS = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")


def plain(text: str) -> str:
    """Every kind of line end as LF, every kind of space as one, letters composed; nothing that is not seen.

    A copy from a word processor, a page or a PDF brings soft hyphens, joiners and marks of its own, which break a search;
    marks that turn the direction of writing would let a signed sentence read otherwise than it is stored; and no
    database keeps a NUL or half of a surrogate pair. What looks like markup stays: it is shown as it was written.
    """
    lines = unicodedata.normalize("NFC", _BREAKS.sub("\n", text))
    spaced = "".join(" " if unicodedata.category(each) == "Zs" else each for each in lines)
    return "".join(each for each in spaced if each in "\n\t" or each.isprintable()).strip()
