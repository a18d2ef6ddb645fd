"""The Overread portal: a Django project whose apps are the nouns of the glossary."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
