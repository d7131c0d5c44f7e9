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
WITHOUT_SECOND_STEP = {"worker": 302, "stranger": 302}
WORKERS_HAVE_NONE = {"worker": 404, "stranger": 404}
COORDINATORS_ONLY = {"coordinator": 200, "superuser": 200}
COORDINATORS_POST = {"signed_out": SIGN_IN, "coordinator": 200, "signed_in": 403}
SEE_FIGURES = {"coordinator": 200, "editor": 200, "superuser": 200}
OWN_EXPORT = {"coordinator": 200, "editor": 404, "superuser": 404}

ADMINISTRATORS_ONLY = {"administrator": 200, "superuser": 200}


def everyone_posts(status):
    return {"signed_out": SIGN_IN, "signed_in": status}


def administrators_post(status):
    return {"signed_out": SIGN_IN, "administrator": status, "superuser": status, "signed_in": 403}


def for_administrators(arguments, *, post=None):
    """A page about the own service. post: what an empty POST answers."""
    return Row(everyone=403, get=ADMINISTRATORS_ONLY, post=administrators_post(post) if post else None, arguments=arguments)


def button(arguments):
    """An address that only takes POST, and sends on."""
    return Row(everyone=405, post=administrators_post(302), arguments=arguments)


# Pages that change the own sign-in ask who it is first, since nobody in these tests went through the form.
ASKS_AGAIN = 302

EDITORS_ONLY = {"editor": 200, "superuser": 200}


def editors_post(status):
    return {"signed_out": SIGN_IN, "editor": status, "superuser": status, "signed_in": 403}


def for_editors(arguments="", *, post=None):
    """A page of those who keep the deck right. post: what an empty POST answers."""
    return Row(everyone=403, get=EDITORS_ONLY, post=editors_post(post) if post else None, arguments=arguments)


def editors_button(arguments=""):
    return Row(everyone=405, post=editors_post(302), arguments=arguments)


# One event of an organisation: nobody else's trainer, and no superuser, who belongs to none.
TRAINERS_ONLY = {"trainer": 200}


def trainers_post(status):
    return {"signed_out": SIGN_IN, "trainer": status, "signed_in": 403}


def for_trainers(arguments="", *, post=None):
    """A page about the training of the own service. post: what an empty POST answers."""
    return Row(everyone=403, get=TRAINERS_ONLY, post=trainers_post(post) if post else None, arguments=arguments)


def trainers_button(arguments="", *, post=302):
    return Row(everyone=405, post=trainers_post(post), arguments=arguments)


ROWS = {
    "home": Row(get={"worker": 302, "stranger": 302}),
    "health": Row(public=True),
    "help": Row(public=True),
    "written": Row(public=True),
    "print-cards": Row(),
    "print-overview": Row(),
    "public-cards": Row(public=True),
    "public-card": Row(public=True, arguments="shown_card"),
    "public-code": Row(public=True, arguments="code_of_card"),
    # Signed-in people are sent on from the sign-in page.
    "account_login": Row(public=True, everyone=302, get={"signed_out": 200}, post={"signed_out": 200, "signed_in": 302}),
    # Whoever is signed out already is sent to the sign-in page.
    "account_logout": Row(public=True, get={"signed_out": SIGN_IN}, post=302),
    "account_inactive": Row(public=True),
    "deliver:shell": Row(public=True),
    "deliver:deck": Row(public=True, arguments="deck"),
    "deliver:manifest": Row(public=True),
    "deliver:worker": Row(public=True),
    "deliver:me": Row(get={"signed_out": 401}, public=True),
    # Nobody is signed out who did not ask for it, and no code is no code.
    "deliver:sign-out": Row(everyone=405, public=True, post=400),
    "deliver:counter": Row(everyone=405, public=True, post=404),
    "sessions:record-hand-in": Row(everyone=405, public=True, post=401),
    "sessions:quarantine-list": Row(everyone=403, get=COORDINATORS_ONLY),
    "sessions:quarantine-done": Row(everyone=403, get=COORDINATORS_ONLY),
    # One record of an organisation: nobody else's coordinator, and no superuser, who belongs to none.
    "sessions:quarantine-record": Row(everyone=403, get={"coordinator": 200}, arguments="quarantined"),
    "sessions:quarantine-accept": Row(everyone=405, post=COORDINATORS_POST, arguments="quarantined"),
    "sessions:quarantine-set-aside": Row(everyone=405, post=COORDINATORS_POST, arguments="quarantined"),
    "sessions:rescue": Row(everyone=403, get={"coordinator": 200}, post=COORDINATORS_POST),
    # Figures: of the own service for coordinators, those to share for whoever belongs to none.
    "sessions:summary": Row(everyone=403, get=SEE_FIGURES),
    "sessions:summary-words": Row(everyone=403, get=SEE_FIGURES),
    "sessions:export-start": Row(everyone=403, get=SEE_FIGURES, post=SEE_FIGURES | {"signed_out": SIGN_IN, "signed_in": 403}),
    # One's own export: nobody else's, neither of the same service nor programme-wide.
    "sessions:export": Row(everyone=403, get=OWN_EXPORT, arguments="export"),
    "sessions:export-how-far": Row(everyone=403, get=OWN_EXPORT, arguments="export"),
    "sessions:export-file": Row(everyone=405, post=OWN_EXPORT | {"signed_out": SIGN_IN, "signed_in": 403}, arguments="export"),
    "sessions:export-stop": Row(everyone=405, post=OWN_EXPORT | {"signed_out": SIGN_IN, "coordinator": 302, "signed_in": 403}, arguments="export"),
    "sessions:outcomes": Row(everyone=403, get=SEE_FIGURES),
    "sessions:report": Row(everyone=403, get=SEE_FIGURES),
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
    "sessions:session-list": Row(everyone=403, get={"coordinator": 200}),
    "sessions:session-void-any": Row(
        everyone=403,
        get={"coordinator": 200},
        post={"signed_out": SIGN_IN, "coordinator": 200, "signed_in": 403},
        arguments="own_session",
    ),
    # A superuser has an account, too.
    "sessions:my-data": Row(),
    "sessions:my-data-file": Row(everyone=405, post={"signed_out": SIGN_IN, "signed_in": 200}),
    "sessions:site-offer": for_administrators("site_alone", post=302),
    # Local services, notice and tablets of the own service.
    "say": Row(public=True, arguments="feedback_page"),
    # Without an answer it asks the question; with an empty one, once more.
    "say-tapped": Row(public=True, everyone=302, post=400, arguments="feedback_page"),
    "sessions:summary-rules": for_administrators("service", post=200),
    "sessions:say-pages": Row(everyone=403, get=ADMINISTRATORS_ONLY | COORDINATORS_ONLY, arguments="service"),
    "sessions:say-poster": Row(everyone=403, get=ADMINISTRATORS_ONLY | COORDINATORS_ONLY, arguments="feedback_poster"),
    "sessions:say-open": button("site"),
    "sessions:say-renew": button("site"),
    "sessions:say-close": button("site"),
    "local-help": Row(public=True, arguments="help_page"),
    "sessions:service-list": for_administrators("service"),
    "sessions:service-new": for_administrators("service", post=200),
    "sessions:service-edit": for_administrators("local_service", post=200),
    "sessions:service-checked": button("local_service"),
    "sessions:help-page": for_administrators("service", post=200),
    "sessions:help-page-close": button("service"),
    "sessions:notice": for_administrators("service", post=200),
    "sessions:notice-withdraw": button("service"),
    "sessions:tablet-list": for_administrators("service"),
    "sessions:counter-tablet-new": for_administrators("service", post=200),
    "sessions:counter-tablet-again": button("counter_tablet"),
    "sessions:tablet-detail": for_administrators("tablet", post=302),
    "sessions:tablet-revoke": for_administrators("tablet", post=302),
    "sessions:tablet-allow": button("tablet"),
    # The deck. A stored picture is the same for everyone.
    "cards:deck": for_editors(),
    "cards:picture": Row(public=True, arguments="picture"),
    "cards:card-detail": for_editors("card"),
    "cards:card-recall": for_editors("card", post=200),
    "cards:card-show-again": editors_button("card"),
    "cards:draft-begin": editors_button(),
    "cards:release-detail": for_editors("draft"),
    "cards:review-ask": editors_button("draft"),
    "cards:review-give": editors_button("draft"),
    "cards:release-publish": for_editors("draft", post=200),
    "cards:draft-discard": for_editors("draft", post=302),
    "cards:draft-up-to-date": editors_button("draft"),
    "cards:release-back": for_editors("published", post=200),
    "cards:release-readers": for_editors("draft", post=302),
    "cards:card-edit": for_editors("card_of_draft", post=200),
    "cards:card-picture": for_editors("card_of_draft", post=200),
    "cards:card-version": editors_button("card_of_draft"),
    # Face-to-face training.
    "training:course": for_editors(),
    "training:module-detail": for_editors("module"),
    "training:course-draft-begin": editors_button(),
    "training:course-release-detail": for_editors("course_draft"),
    "training:course-review-ask": editors_button("course_draft"),
    "training:course-review-give": editors_button("course_draft"),
    "training:course-release-publish": for_editors("course_draft", post=200),
    "training:course-draft-discard": for_editors("course_draft", post=302),
    "training:course-draft-up-to-date": editors_button("course_draft"),
    "training:course-release-back": for_editors("course", post=200),
    "training:course-release-readers": for_editors("course_draft", post=302),
    "training:module-edit": for_editors("module_of_draft", post=200),
    "training:module-version": editors_button("module_of_draft"),
    "training:event-list": for_trainers(),
    "training:event-new": for_trainers(post=200),
    "training:event-detail": for_trainers("event"),
    "training:event-edit": for_trainers("event", post=200),
    "training:event-people": for_trainers("event", post=302),
    "training:event-cancel": for_trainers("event", post=200),
    "training:event-attendance": for_trainers("event", post=200),
    # Nobody was marked at this one, so it is changed as a whole.
    "training:event-coverage": Row(everyone=403, get={"trainer": 302}, post=trainers_post(302), arguments="event"),
    "training:event-sheet": for_trainers("event"),
    # Who is trained, and asking people to take modules.
    "training:grid": for_trainers(),
    "training:grid-csv": trainers_button(post=200),
    "training:grid-xlsx": trainers_button(post=200),
    "training:completions-csv": trainers_button(post=200),
    "training:person": for_trainers("learner"),
    "training:completion-withdraw": for_trainers("learners_completion", post=200),
    "training:assignment-withdraw": for_trainers("learners_assignment", post=200),
    "training:assign": for_trainers(post=200),
    "training:round-list": for_trainers(),
    "training:round": for_trainers("round"),
    "training:round-withdraw": for_trainers("round", post=200),
    "training:refresher-list": for_trainers(),
    "training:refresher-none": trainers_button("module_version"),
    "training:refresher-ask": for_trainers("module_version", post=200),
    # One's own training, and the course to read: everyone's. What a device asks answers in JSON, also to nobody.
    "training:mine": Row(),
    "training:me": Row(get={"signed_out": 401}, public=True),
    "training:places": Row(everyone=405, post=everyone_posts(422)),
    "training:lesson-done": Row(post=everyone_posts(302), arguments="lesson"),
    "training:module-again": Row(everyone=405, post=everyone_posts(302), arguments="module"),
    "training:peer": Row(everyone=405, post=everyone_posts(302)),
    "training:reminders": Row(everyone=405, post=everyone_posts(302)),
    "training:my-file": Row(everyone=405, post=everyone_posts(200)),
    # Somebody else's certificate does not exist, not even for their trainer.
    "training:certificate": Row(everyone=404, get={"worker": 200}, arguments="completion_of_worker"),
    "lessons:course": Row(),
    "lessons:lesson": Row(arguments="lesson"),
    "certificate-check": Row(public=True),
    "training:event-pack": for_trainers("event"),
    "training:manual": Row(),
    # The own sign-in.
    "account_reauthenticate": Row(post=everyone_posts(200)),
    "account_change_password": Row(post=everyone_posts(200)),
    "accounts:note-read": Row(everyone=405, post=302),
    "mfa_index": Row(),
    "mfa_authenticate": Row(everyone=302, public=True, post=302),
    "mfa_reauthenticate": Row(get=WITHOUT_SECOND_STEP, post=everyone_posts(200) | WITHOUT_SECOND_STEP),
    "mfa_activate_totp": Row(everyone=ASKS_AGAIN, post=302),
    "mfa_deactivate_totp": Row(everyone=ASKS_AGAIN, get=WORKERS_HAVE_NONE, post=everyone_posts(ASKS_AGAIN) | WORKERS_HAVE_NONE),
    "mfa_list_webauthn": Row(),
    "mfa_add_webauthn": Row(everyone=ASKS_AGAIN, post=302),
    "mfa_reauthenticate_webauthn": Row(everyone=ASKS_AGAIN, post=302),
    "mfa_edit_webauthn": Row(everyone=ASKS_AGAIN, post=302, arguments="no_passkey"),
    "mfa_remove_webauthn": Row(everyone=ASKS_AGAIN, post=302, arguments="no_passkey"),
    "mfa_view_recovery_codes": Row(everyone=404),
    "mfa_generate_recovery_codes": Row(everyone=ASKS_AGAIN, post=302),
    "mfa_download_recovery_codes": Row(everyone=404),
    # Services, their sites and people.
    "accounts:join": Row(everyone=404, public=True, post=404),
    "accounts:organisation-list": Row(everyone=403, get={"superuser": 200}),
    "accounts:organisation-new": Row(everyone=403, get={"superuser": 200}, post={"signed_out": SIGN_IN, "superuser": 200, "signed_in": 403}),
    "accounts:getting-started": for_administrators("service"),
    "accounts:service": for_administrators("service", post=200),
    "accounts:site-list": for_administrators("service"),
    "accounts:site-new": for_administrators("service", post=200),
    "accounts:site-edit": for_administrators("site", post=200),
    "accounts:site-close": for_administrators("site", post=200),
    "accounts:site-open": button("site"),
    "accounts:person-list": for_administrators("service"),
    "accounts:person-detail": for_administrators("person", post=200),
    "accounts:person-deactivate": for_administrators("person", post=302),
    "accounts:person-activate": button("person"),
    "accounts:person-link": button("person"),
    "accounts:person-second-step": for_administrators("person", post=302),
    "accounts:invite": for_administrators("service", post=200),
    "accounts:invitation-list": for_administrators("service"),
    "accounts:invitation-detail": for_administrators("invitation"),
    "accounts:invitation-renew": button("invitation"),
    "accounts:invitation-revoke": button("invitation"),
    "accounts:audit-trail": for_administrators("service"),
    # One row for the whole admin site. Others are sent to its sign-in page, which refuses them.
    "admin:index": Row(everyone=302, get={"superuser": 200}),
}

PUBLIC = sorted(name for name, row in ROWS.items() if row.public)
