"""The WSGI entry point: gunicorn vein_care.wsgi."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vein_care.settings")

application = get_wsgi_application()
