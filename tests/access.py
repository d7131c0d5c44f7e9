"""Who may open what: a row for every address of the product. tests/test_access.py walks the addresses and fails on one without a row.

Each row says, per actor, what a GET answers; actors not named get the row's `everyone`. POST is listed where the address takes it; any
other method answers 405. `public` addresses open without signing in, and are all that is in PUBLIC.
"""

from dataclasses import dataclass, field

SIGN_IN = 302  # to the sign-in page
ACTORS = ["signed_out", "worker", "trainer", "coordinator", "administrator", "editor", "superuser", "stranger"]


@dataclass(frozen=True)
class Row:
    """What one address answers.

    everyone: the status for signed-in actors not named in `get`. post: statuses of an empty POST, None where POST is not allowed.
    arguments: the name of a builder in test_access.py for addresses with parts that vary.
    """

    everyone: int = 200
    get: dict = field(default_factory=dict)
    post: dict | int | None = None
    public: bool = False
    arguments: str = ""


WORKERS_ONLY = {"worker": 200, "stranger": 200}
COORDINATORS_ONLY = {"coordinator": 200, "superuser": 200}
ADMINISTRATORS_ONLY = {"administrator": 200, "superuser": 200}


def looked_after(arguments, *, posts=None):
    """A page for administrators about their own organisation. posts: what an empty POST answers them; a page that only shows has none."""
    allowed = None if posts is None else {"administrator": posts, "superuser": posts, "signed_out": SIGN_IN, "signed_in": 403}
    return Row(everyone=403, get=ADMINISTRATORS_ONLY, post=allowed, arguments=arguments)


def button(arguments):
    """A button of such a page: POST alone, and back to the page."""
    return Row(everyone=405, post={"administrator": 302, "superuser": 302, "signed_out": SIGN_IN, "signed_in": 403}, arguments=arguments)


ROWS = {
    "home": Row(get={"worker": 302, "stranger": 302}),
    "health": Row(public=True),
    "help": Row(public=True),
    "written": Row(public=True),
    # Signed-in people are sent on from the sign-in page.
    "account_login": Row(public=True, everyone=302, get={"signed_out": 200}, post={"signed_out": 200, "signed_in": 302}),
    # Whoever is signed out already is sent to the sign-in page.
    "account_logout": Row(public=True, get={"signed_out": SIGN_IN}, post=302),
    "account_inactive": Row(public=True),
    "deliver:shell": Row(public=True),
    "deliver:deck": Row(public=True, arguments="deck"),
    "deliver:me": Row(get={"signed_out": 401}, public=True),
    "sessions:record-hand-in": Row(everyone=405, public=True, post=401),
    "sessions:quarantine-list": Row(everyone=403, get=COORDINATORS_ONLY),
    "local-help": Row(public=True, arguments="help_page"),
    "sessions:service-list": looked_after("organisation"),
    "sessions:service-new": looked_after("organisation", posts=200),
    "sessions:service-edit": looked_after("service", posts=200),
    "sessions:service-checked": button("service"),
    "sessions:help-page": looked_after("organisation", posts=200),
    "sessions:help-page-close": button("organisation"),
    "sessions:notice": looked_after("organisation", posts=200),
    "sessions:notice-withdraw": button("organisation"),
    "sessions:tablet-list": looked_after("organisation"),
    "sessions:tablet-detail": looked_after("tablet", posts=302),
    "sessions:tablet-revoke": looked_after("tablet", posts=302),
    "sessions:tablet-allow": button("tablet"),
}

PUBLIC = sorted(name for name, row in ROWS.items() if row.public)
