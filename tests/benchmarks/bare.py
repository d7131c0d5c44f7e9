"""The least that Django can do for a hand-in: one view, one INSERT, nothing checked. Settings, addresses and application in one module.

It stands for what this machine, gunicorn, Django and PostgreSQL allow at most; the hand-in is told as a share of it.
"""

import os
import uuid

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import JsonResponse
from django.urls import path

from vein_care import settings

SECRET_KEY = settings.SECRET_KEY
ALLOWED_HOSTS = settings.ALLOWED_HOSTS
DATABASES = settings.DATABASES
VEIN_CARE_DEMO = False  # gunicorn.conf.py asks
ROOT_URLCONF = __name__


def ready(request):
    return JsonResponse({})


def insert(request):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO benchmark_bare (record_id, size) VALUES (%s, %s)", [str(uuid.uuid4()), len(request.body)])
    answer = JsonResponse({}, status=201)
    answer["Content-Length"] = len(answer.content)  # else gunicorn sends it in chunks
    return answer


urlpatterns = [path("healthz", ready), path("sessions/records/", insert)]

os.environ["DJANGO_SETTINGS_MODULE"] = __name__
application = get_wsgi_application()
