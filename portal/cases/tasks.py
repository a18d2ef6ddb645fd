"""Work on cases that beat asks for."""

from celery import shared_task

from portal.cases.claims import release_stale
from portal.cases.notices import send_notice, sweep_notices

__all__ = ["release_stale_claims", "send_notice", "sweep_notices"]


@shared_task  # type: ignore[untyped-decorator]
def release_stale_claims() -> None:
    """Give claimed and forgotten cases back to the pool."""
    release_stale()
