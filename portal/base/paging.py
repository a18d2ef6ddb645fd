"""How every list is paged."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """25 rows a page unless asked otherwise, never more than 200."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 200
