"""What a module or a style sheet brings along: the files that it imports, and those that they import."""

import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders

IMPORTED = re.compile(r"""(?:\bfrom|\bimport|@import\s+url)\s*\(?\s*["'](\.?[^"':]+\.(?:js|css))["']""")


def with_imports(names):
    """Names of static files and of all they import, also what is loaded when it is asked for. Read from the sources, by a fixed rule:
    tests/sessions/test_offline_page.py compares with what the collected files import."""
    seen, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        with open(finders.find(name), encoding="utf-8") as file:
            waiting += [_joined(name, path) for path in IMPORTED.findall(file.read())]
    return seen


def _joined(name, path):
    """js/deliver/main.js and ../outbox.js give js/outbox.js."""
    parts = []
    for part in (PurePosixPath(name).parent / urlsplit(path).path).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
