"""Registers the practices app."""

from importlib import import_module

from django.apps import AppConfig


class PracticesConfig(AppConfig):
    """The practices app; see docs/glossary.md for its words."""

    name = "portal.practices"

    def ready(self) -> None:
        """Listen to sign-ins and name the tokens to OpenAPI; both modules need the apps, which are ready only now."""
        import_module("portal.practices.signins")
        import_module("portal.practices.schema")
