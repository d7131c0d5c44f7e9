"""The WSGI entry point: gunicorn vein_care.wsgi."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vein_care.settings")

application = get_wsgi_application()

# Without a key tablets could seal nothing, and a folder that is not mounted would go unnoticed until records came in.
from sessions import sealing  # noqa: E402  needs the apps to be ready

sealing.require_key()
