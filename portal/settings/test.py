"""Settings for tests: throw-away folders; DATABASE_URL and CELERY_BROKER_URL still choose the servers."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_SCRATCH = Path(tempfile.mkdtemp(prefix="overread-test-"))
atexit.register(shutil.rmtree, _SCRATCH, ignore_errors=True)
os.environ.setdefault("OVERREAD_SECRET_KEY", "a-key-for-tests-only-that-guards-nothing-at-all")
os.environ.setdefault("OVERREAD_DATA_DIR", str(_SCRATCH))

from portal.settings.main import *  # noqa: E402, F403
from portal.settings.main import STORAGES  # noqa: E402

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
ACCOUNT_RATE_LIMITS = False  # type: ignore[assignment]  # allauth's word for none; its own test sets them
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
if not (ROOT / "static" / "viewer" / "dist" / ".vite" / "manifest.json").exists():  # noqa: F405
    DJANGO_VITE = {"default": {"dev_mode": True}}  # pages render without the browser build; browser tests need it
