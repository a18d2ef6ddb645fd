"""The report as PDF, by WeasyPrint where its system library (Pango) is installed."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

from portal.base.errors import Refused

try:
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse
except OSError:  # Pango is a system library that no wheel carries
    HTML, URLFetcher = None, object

MISSING = gettext_noop(
    "PDF needs the system library Pango (Debian: libpango-1.0-0, libpangoft2-1.0-0). Use the print view."
)


class Given(URLFetcher):  # type: ignore[misc]
    """Answers the names of the report's own pictures, and nothing else."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        """`pictures`: JPEGs by the URL that the page names them with."""
        super().__init__(fail_on_errors=True)
        self.pictures = pictures

    def fetch(self, url: str, headers: Any = None) -> Any:
        """The picture. Raises ValueError for any other URL, which ends the rendering."""
        if url not in self.pictures:
            raise ValueError(f"a report loads nothing from outside: {url[:60]}")
        return URLFetcherResponse(url, self.pictures[url], {"Content-Type": "image/jpeg"})


def available() -> bool:
    """Whether this machine can make PDFs."""
    return HTML is not None


def to_pdf(html: str, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The page as tagged PDF (PDF/UA-1, ISO 14289-1), with these pictures. Raises Refused without Pango."""
    if HTML is None:
        raise Refused("no-pango", gettext(MISSING))
    made: bytes = HTML(string=html, url_fetcher=Given(pictures or {})).write_pdf(pdf_variant="pdf/ua-1")
    return made
