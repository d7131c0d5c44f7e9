"""The product behind the sign-on page of somebody's wifi: the paths in a file get 200 and a page of HTML, whatever they are."""

import os
from pathlib import Path

from tests.browser.wsgi import application as vein_care

_captured = Path(os.environ["VEIN_CARE_TEST_PORTAL"])


def application(environ, start_response):
    if environ["PATH_INFO"] in _captured.read_text().split():
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [b"<!doctype html><title>Welcome to our wifi</title>"]
    return vein_care(environ, start_response)
