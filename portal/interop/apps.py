"""Registers the interop app."""

from django.apps import AppConfig


class InteropConfig(AppConfig):
    """The interop app; see docs/glossary.md for its words."""

    name = "portal.interop"
