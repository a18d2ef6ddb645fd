"""The read form's words, in versions. A read names its version, so a later one never rewords an old read."""

from portal.reading.lexicon import overread_1, overread_2
from portal.reading.lexicon.shape import DENSE, DENSITY, SCALE, SIDES, TISSUE, Lexicon, rank, spoken

__all__ = [
    "CURRENT",
    "DENSE",
    "DENSITY",
    "LEXICONS",
    "SCALE",
    "SIDES",
    "TISSUE",
    "Lexicon",
    "lexicon_of",
    "rank",
    "spoken",
]

LEXICONS = {each.code: each for each in (overread_1.LEXICON, overread_2.LEXICON)}  # oldest first
CURRENT = overread_2.LEXICON  # a read that is begun now


def lexicon_of(code: str) -> Lexicon:
    """The version called `code`. Raises LookupError for one that this portal does not know (a newer portal wrote it)."""
    try:
        return LEXICONS[code]
    except KeyError:
        raise LookupError(f"unknown lexicon {code}: this read was made by a newer portal") from None
