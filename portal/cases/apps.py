"""Registers the cases app."""

from importlib import import_module

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The cases app; see docs/glossary.md for its words."""

    name = "portal.cases"

    def ready(self) -> None:
        """Tell the trail how cases are called; the module needs the models, which are ready only now."""
        import_module("portal.cases.trail_names")
