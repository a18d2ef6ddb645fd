"""Registers the viewer app."""

from django.apps import AppConfig


class ViewerConfig(AppConfig):
    """The viewer app; see docs/glossary.md for its words."""

    name = "portal.viewer"
