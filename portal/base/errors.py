"""Refusals that a person can act on, and how the API words them."""

from typing import Any, Self

from rest_framework.response import Response
from rest_framework.views import exception_handler


class Refused(Exception):
    """An act that is not allowed or cannot be done now: a code for programs, a sentence for people."""

    def __init__(self, code: str, say: str, *, fields: dict[str, list[str]] | None = None) -> None:
        """`say` tells what to do; `fields` maps a form field to its sentences."""
        super().__init__(say)
        self.code = code
        self.say = say
        self.fields = fields or {}

    @classmethod
    def at(cls, field: str, say: str, *, code: str = "") -> Self:
        """A refusal of one form field, with the sentence beside it; the code is the field's name unless it is given."""
        return cls(code or field, say, fields={field: [say]})


class Conflict(Refused):
    """Somebody else was first; the message says who or what, and the answer is 409."""


def api_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler, which also words `Refused` (400) and `Conflict` (409)."""
    if isinstance(error, Refused):
        body: dict[str, Any] = {"detail": str(error), "code": error.code}
        if error.fields:
            body["errors"] = error.fields
        return Response(body, status=409 if isinstance(error, Conflict) else 400)
    return exception_handler(error, context)
