"""Registers the exams app."""

import logging
from importlib import import_module

from django.apps import AppConfig
from pydicom import config


class ExamsConfig(AppConfig):
    """The exams app; see docs/glossary.md for its words."""

    name = "portal.exams"

    def ready(self) -> None:
        """Tell the trail how exams are called; quiet pydicom, whose warnings quote values that may name a patient."""
        import_module("portal.exams.trail_names")
        config.settings.reading_validation_mode = config.IGNORE
        config.settings.writing_validation_mode = config.IGNORE
        config.debug(False, default_handler=False)  # its import had set the level anew
        logging.getLogger("pydicom").setLevel(logging.ERROR)
