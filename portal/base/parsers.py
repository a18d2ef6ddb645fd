"""JSON bodies from untrusted hands: text that no database and no answer can hold is refused at the door."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext, gettext_noop
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

SAY = gettext_noop(
    "The text holds a character that cannot be kept (NUL or half of a surrogate pair). Remove it and send it again."
)


class CleanJSON(JSONParser):
    """JSON without NUL and without lone surrogates. Raises ParseError (400) where there are any."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The parsed body."""
        data = super().parse(stream, media_type, parser_context)
        text = json.dumps(data, ensure_ascii=False)
        if "\\u0000" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            raise ParseError(gettext(SAY))
        return data
