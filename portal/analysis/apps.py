"""Registers the analysis app."""

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    """The analysis app; see docs/glossary.md for its words."""

    name = "portal.analysis"
