"""How every list is paged."""

from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.request import Request


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
