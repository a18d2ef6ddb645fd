"""Registers the viewer app."""

from importlib import import_module

from django.apps import AppConfig


class ViewerConfig(AppConfig):
    """The viewer app; see docs/glossary.md for its words."""

    name = "portal.viewer"

    def ready(self) -> None:
        """Name what draws key images; the modules need the models, which are ready only now."""
        draw = import_module("portal.viewer.drawing").draw
        import_module("portal.reading.key_images").register(draw)
