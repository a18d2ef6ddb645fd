"""Registers the cases app."""

from importlib import import_module

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The cases app; see docs/glossary.md for its words."""

    name = "portal.cases"

    def ready(self) -> None:
        """Tell the trail how cases are called, the exams which are lent, and people which mails there are; all need the models, ready only now."""
        import_module("portal.cases.trail_names")
        import_module("portal.cases.guests")
        import_module("portal.cases.notices")
