"""Registers the audit app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from portal.audit import triggers


class AuditConfig(AppConfig):
    """The audit app; see docs/glossary.md for its words."""

    name = "portal.audit"

    def ready(self) -> None:
        """See that the triggers stand whenever the tables are brought up to date."""
        post_migrate.connect(triggers.after_migrate, sender=self)
