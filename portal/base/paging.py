"""How every list is paged."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.request import Request

MANY = 1000
"""Rows of a list that its pages reach; older ones are searched for."""


class Reachable(Paginator):  # type: ignore[type-arg]  # not generic at run time
    """Pages of the first MANY rows: no list is counted to its end."""

    @cached_property
    def found(self) -> int:
        """How many there are, MANY + 1 for any more."""
        rows = cast("models.QuerySet[Any]", self.object_list)
        return rows.values("pk")[: MANY + 1].count()

    @property
    def count(self) -> int:
        """Rows that can be reached."""
        return min(self.found, MANY)

    @property
    def beyond(self) -> bool:
        """Whether there are more than can be reached."""
        return self.found > MANY


class Pages(PageNumberPagination):
    """25 rows a page unless asked otherwise, never more than 200."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 200


class Walk(CursorPagination):
    """25 rows from where the last page ended: nothing is counted, nothing skipped or told twice while rows come in.

    `ordering` begins with a moment.
    """

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 200

    def decode_cursor(self, request: Request) -> Any:
        """The place in the list. Raises NotFound for one that names no moment, which the database could not compare."""
        cursor = super().decode_cursor(request)
        try:
            known = cursor is None or cursor.position is None or parse_datetime(str(cursor.position)) is not None
        except ValueError:
            known = False
        if not known:
            raise NotFound(self.invalid_cursor_message)
        return cursor
