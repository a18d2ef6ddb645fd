"""Sentences that are stored in English, said in the page's language: each is recognised by the pattern it was made from.

What is stored, hashed or signed stays as it is; a sentence that no pattern fits is shown as it was stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from django.utils import formats, translation
from django.utils.translation import gettext

HOLE = re.compile(r"\{(\w+)\}")
WHOLE, WITHIN = r".+", r"(?:(?!\. [A-Z]).)+?"
NUMBER = re.compile(r"\d+\.\d+")


class Phrases:
    """Patterns such as "Line {number}: it shows nothing.", marked where they are written; a hole is filled from the text.

    sentences: stand alone, or one after another in one text. parts: words that stand in a hole, themselves with holes.
    The hole {sentence} holds whole sentences, up to the end; no other hole goes beyond its own sentence.
    """

    def __init__(self, sentences: Iterable[str], parts: Iterable[str] = ()) -> None:
        self._given = tuple(sentences), tuple(parts)

    @cached_property
    def _sentences(self) -> list[tuple[str, re.Pattern[str]]]:
        return _patterns(self._given[0], r"(?=\s|$)")

    @cached_property
    def _parts(self) -> list[tuple[str, re.Pattern[str]]]:
        return _patterns(self._given[1], r"$")

    def said(self, text: str) -> str:
        """`text` in the page's language; as it is where one of its sentences is unknown, and in English."""
        if not text or translation.get_language() in (None, "en"):
            return text
        found = self._split(text)
        return text if found is None else " ".join(self._filled(template, holes) for template, holes in found)

    def knows(self, text: str) -> bool:
        """Whether every sentence of `text` is one of these."""
        return self._split(text) is not None

    def _split(self, text: str) -> list[tuple[str, dict[str, str]]] | None:
        found, at = [], 0
        while at < len(text):
            hit = next(((t, m) for t, p in self._sentences if (m := p.match(text, at))), None)
            if hit is None:
                return None
            template, match = hit
            found.append((template, match.groupdict()))
            at = match.end() + 1
        return found

    def _filled(self, template: str, holes: dict[str, str]) -> str:
        return HOLE.sub(lambda hole: self._part(holes[hole[1]]), gettext(template))

    def _part(self, value: str) -> str:
        """What stands in a hole: known words, a whole sentence of these, a number, or a name that no language changes."""
        if NUMBER.fullmatch(value):
            return value.replace(".", str(formats.get_format("DECIMAL_SEPARATOR")))
        for template, pattern in self._parts:
            if match := pattern.match(value):
                return self._filled(template, match.groupdict())
        return self.said(value)


def _patterns(templates: Iterable[str], end: str) -> list[tuple[str, re.Pattern[str]]]:
    """Those with the most fixed letters first, so that a general pattern takes nothing from a special one."""
    made = [(template, re.compile(_pattern(template) + end, re.DOTALL)) for template in dict.fromkeys(templates)]
    return sorted(made, key=lambda one: -len(HOLE.sub("", one[0])))


def _pattern(template: str) -> str:
    escaped = re.escape(template).replace(r"\{", "{").replace(r"\}", "}")
    return HOLE.sub(lambda hole: f"(?P<{hole[1]}>{WHOLE if hole[1] == 'sentence' else WITHIN})", escaped)
