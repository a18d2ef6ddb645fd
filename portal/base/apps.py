"""Registers the base app."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    """The base app; see docs/glossary.md for its words."""

    name = "portal.base"
