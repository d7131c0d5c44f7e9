"""Which version of the app a tablet has: in the shell, the same for everyone, and told on the page "This tablet"."""

import hashlib
import tomllib
from functools import cache

from vein_care.folders import ROOT

MARK = "@app-version@"


def stamped(html, *, apart_from):
    """The page with its version where MARK stands: the project's, and a digest of all that the page names and says.

    apart_from: the deck's address, which changes with the deck and not with the app. Files have a digest in their names, so a change in
    one that the page does not name itself changes the name of one that imports it.
    """
    digest = hashlib.sha256((html.replace(apart_from, "") if apart_from else html).encode()).hexdigest()[:8]
    return html.replace(MARK, f"{project_version()}+{digest}")


@cache
def project_version():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
