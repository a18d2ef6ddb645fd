"""Registers the reading app."""

from importlib import import_module

from django.apps import AppConfig


class ReadingConfig(AppConfig):
    """The reading app; see docs/glossary.md for its words."""

    name = "portal.reading"

    def ready(self) -> None:
        """Tell the trail what is sealed from whom; the module needs the models, which are ready only now."""
        import_module("portal.reading.trail_seals")
