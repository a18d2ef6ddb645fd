"""Registers the wado_proxy app."""

from django.apps import AppConfig


class WadoProxyConfig(AppConfig):
    """The wado_proxy app; see docs/glossary.md for its words."""

    name = "portal.wado_proxy"
