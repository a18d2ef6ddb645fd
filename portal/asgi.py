"""The ASGI entry point: `any ASGI server with portal.asgi`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.main")
application = get_asgi_application()
