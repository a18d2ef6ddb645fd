"""Work on cases that beat asks for."""

from celery import shared_task

from portal.cases.claims import release_stale


@shared_task  # type: ignore[untyped-decorator]
def release_stale_claims() -> None:
    """Give claimed and forgotten cases back to the pool."""
    release_stale()
