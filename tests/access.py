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
    "sessions:my-work": Row(everyone=403, get=WORKERS_ONLY),
    "sessions:session-new": Row(everyone=403, get=WORKERS_ONLY, post=WORKERS_ONLY | {"signed_out": SIGN_IN, "signed_in": 403}),
    "sessions:record-slip": Row(everyone=403, get=WORKERS_ONLY),
    # Somebody else's session does not exist for a stranger.
    "sessions:session-void": Row(
        everyone=403,
        get={"worker": 200, "stranger": 404},
        post={"signed_out": SIGN_IN, "worker": 200, "stranger": 404, "signed_in": 403},
        arguments="own_session",
    ),
    # A superuser has an account, too.
    "sessions:my-data": Row(),
    "sessions:my-data-file": Row(everyone=405, post={"signed_out": SIGN_IN, "signed_in": 200}),
}

PUBLIC = sorted(name for name, row in ROWS.items() if row.public)
