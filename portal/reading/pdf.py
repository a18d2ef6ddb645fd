"""The report as PDF, by WeasyPrint where its system library (Pango) is installed."""

from typing import Any

from portal.base.errors import Refused

try:
    from weasyprint import HTML
except OSError:  # Pango is a system library that no wheel carries
    HTML = None

MISSING = "PDF needs the system library Pango (Debian: libpango-1.0-0, libpangoft2-1.0-0). Use the print view."


def available() -> bool:
    """Whether this machine can make PDFs."""
    return HTML is not None


def to_pdf(html: str) -> bytes:
    """The page as PDF. Nothing is fetched: a URL in it raises ValueError. Raises Refused without Pango."""
    if HTML is None:
        raise Refused("no-pango", MISSING)
    made: bytes = HTML(string=html, url_fetcher=_fetch_nothing).write_pdf()
    return made


def _fetch_nothing(url: str, *_: Any, **__: Any) -> dict[str, Any]:
    raise ValueError(f"a report loads nothing from outside: {url[:60]}")
