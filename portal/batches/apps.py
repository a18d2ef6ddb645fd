"""Registers the batches app."""

from django.apps import AppConfig


class BatchesConfig(AppConfig):
    """The batches app; see docs/glossary.md for its words."""

    name = "portal.batches"
