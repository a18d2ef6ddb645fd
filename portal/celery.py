"""The one Celery application; queues, limits and the beat schedule live in the settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.main")

app = Celery("overread")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
