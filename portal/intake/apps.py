"""Registers the intake app."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The intake app; see docs/glossary.md for its words."""

    name = "portal.intake"
