"""All settings, read from the environment. docs/reference/settings.md lists them for whoever runs the service."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from vein_care import environment

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = environment.flag("DEBUG")
VEIN_CARE_DEMO = environment.flag("VEIN_CARE_DEMO")

environment.require("DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS", "SEALING_KEYS_DIR")

SECRET_KEY = environment.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = environment.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")
SEALING_KEYS_DIR = Path(environment.text("SEALING_KEYS_DIR"))

INSTALLED_APPS = [
    "vein_care.accounts",
    "vein_care.accounts.apps.AdminConfig",
    "cards",
    "sessions",
    "training",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "vein_care.middleware.HandInsFirstMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "vein_care.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "vein_care.middleware.LoginRequiredUnlessPublicMiddleware",
    "vein_care.accounts.second_step.SecondStepMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
MIDDLEWARE_FOR_HAND_INS = [
    "vein_care.middleware.ContentPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.common.CommonMiddleware",
]

ROOT_URLCONF = "vein_care.urls"
WSGI_APPLICATION = "vein_care.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "vein_care.accounts.presenters.desk",
            ],
        },
    }
]

# Database and cache. Limits on sign-in live in the database cache, so that every web process counts together.
DATABASES = {
    "default": environment.database(environment.text("DATABASE_URL"))
    | {"CONN_MAX_AGE": environment.number("CONN_MAX_AGE", default=60), "CONN_HEALTH_CHECKS": True}
}
# Where exports are read from, when not from the database itself: a replica that follows it.
DATABASE_REPLICA_URL = environment.text("DATABASE_REPLICA_URL")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "vein_care_cache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People and sign-in.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["vein_care.accounts.hashers.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["login_name", "display_name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "vein_care.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "vein_care.accounts.forms.sign_in.SignInForm",
    "reauthenticate": "vein_care.accounts.forms.sign_in.PasswordAgainForm",
    "change_password": "vein_care.accounts.forms.sign_in.ChangePasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login_name"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
# Failures are counted per account first: a whole drop-in signs in from one address.
# Invitations are found by 256 random bits, certificates by 78; whoever tries many that do not exist is slowed down.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "5/5m/key", "invitation_not_found": "20/10m/ip", "certificate_not_found": "20/10m/ip"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 60 * 10
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXY_COUNT", default=0)
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14

# The second step at sign-in (docs/decisions/0010-mfa-and-invitations.md). Only a demo can do without.
SECOND_STEP_REQUIRED = not (VEIN_CARE_DEMO and environment.flag("DEMO_WITHOUT_MFA", default=True))
MFA_ADAPTER = "vein_care.accounts.second_step.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "vein_care.accounts.forms.second_step.CodeForm",
    "reauthenticate": "vein_care.accounts.forms.second_step.CodeAgainForm",
    "activate_totp": "vein_care.accounts.forms.second_step.AppForm",
    "add_webauthn": "vein_care.accounts.forms.second_step.PasskeyForm",
    "authenticate_webauthn": "vein_care.accounts.forms.second_step.UsePasskeyForm",
    "reauthenticate_webauthn": "vein_care.accounts.forms.second_step.PasskeyAgainForm",
    "edit_webauthn": "vein_care.accounts.forms.second_step.PasskeyNameForm",
}
MFA_TOTP_ISSUER = "Vein Care"
# Two steps of 30 seconds to either side: a phone whose clock is a minute off still signs in.
MFA_TOTP_TOLERANCE = 2

# The admin site, for superusers.
ADMIN_PATH = environment.text("ADMIN_PATH", "admin").strip("/") + "/"

# What getting started takes, and what still uses a site that is about to be closed: each app says its own, by name.
FIRST_RUN_STEPS = [
    "vein_care.accounts.first_run.sites",
    "sessions.site_offer.step",
    "vein_care.accounts.first_run.contacts",
    "vein_care.accounts.first_run.administrator",
    "vein_care.accounts.first_run.workers",
    "sessions.site_offer.first_session_step",
]
SITE_USES = ["vein_care.accounts.actions.sites.people_at", "sessions.site_offer.tablets_at"]

# E-mail, for invitations and reminders of training. Without a server nothing is sent, and links are shown on the screen only.
EMAIL_HOST = environment.text("EMAIL_HOST")
EMAIL_IS_SET_UP = bool(EMAIL_HOST)
EMAIL_BACKEND = "vein_care.mail.EmailBackend" if EMAIL_IS_SET_UP else "django.core.mail.backends.dummy.EmailBackend"
EMAIL_PORT = environment.number("EMAIL_PORT", default=587)
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = environment.flag("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text("EMAIL_FROM", "Vein Care <cards@localhost>")

# Where people reach this service, for links in e-mails that no request led to.
PUBLIC_ADDRESS = environment.text("PUBLIC_ADDRESS").rstrip("/")

# The tablet (design.md §9). Days, minutes and bytes; each is a rule of the service, not of one machine.
WORKER_TICKET_DAYS = environment.number("WORKER_TICKET_DAYS", default=30)
OLDEST_RECORD_DAYS = environment.number("OLDEST_RECORD_DAYS", default=400)
TABLETS_PER_HOUR = environment.number("TABLETS_PER_HOUR", default=20)
TABLET_RECORDS_PER_HOUR = environment.number("TABLET_RECORDS_PER_HOUR", default=2000)
TABLET_BYTES_PER_HOUR = environment.number("TABLET_BYTES_PER_HOUR", default=20_000_000)
TABLET_QUARANTINE_QUOTA = environment.number("TABLET_QUARANTINE_QUOTA", default=500)
RESCUE_QUARANTINE_QUOTA = environment.number("RESCUE_QUARANTINE_QUOTA", default=10_000)
FEEDBACK_PER_HOUR = environment.number("FEEDBACK_PER_HOUR", default=60)
WORKS_OFFLINE = environment.flag("WORKS_OFFLINE", default=not DEBUG)
EMERGENCY_NUMBER = environment.text("EMERGENCY_NUMBER", "999")
ADVICE_NUMBER = environment.text("ADVICE_NUMBER", "111")
EMERGENCY_NUMBERS = environment.by_country("EMERGENCY_NUMBERS")
LOCAL_SERVICE_STALE_DAYS = environment.number("LOCAL_SERVICE_STALE_DAYS", default=183)

# What manage.py clear_times takes away, and when.
HAND_IN_TIMES_DAYS = environment.number("HAND_IN_TIMES_DAYS", default=30)
WORKER_NAMES_MONTHS = environment.number("WORKER_NAMES_MONTHS", default=13)

# Exports: how many at once, and for how long a reader may take nothing before the database is given back.
EXPORTS_AT_ONCE = environment.number("EXPORTS_AT_ONCE", default=2)
EXPORTS_AT_ONCE_OF_A_PROCESS = environment.number("EXPORTS_AT_ONCE_OF_A_PROCESS", default=2)
EXPORT_PATIENCE_SECONDS = environment.number("EXPORT_PATIENCE_SECONDS", default=90)

# Language and time. Each site has its own time zone; this one is for desk pages.
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = environment.text("TIME_ZONE", "Europe/London")
USE_TZ = True

# Static files: hashed names, also inside ES modules.
STATIC_URL = "/static/"
STATIC_ROOT = Path(environment.text("STATIC_ROOT") or BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "vein_care.storage.HashedStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = not DEBUG

# Content policy: everything is forbidden, then what we serve ourselves is let in. tests/vein_care/test_security.py compares the header whole.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Transport. The demo and development run on plain http on this machine only.
HTTPS = not (DEBUG or VEIN_CARE_DEMO)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("BEHIND_HTTPS_PROXY") else None
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "vein_care.views.csrf_failure"

CRISPY_ALLOWED_TEMPLATE_PACKS = "vein_care"
CRISPY_TEMPLATE_PACK = "vein_care"
CRISPY_FAIL_SILENTLY = False

# Logs carry no query strings, no bodies and no addresses of tablets: paths and sentences only.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # What draws certificates would list the letters of their names and codes, and warn of those that a font lacks.
    "loggers": {"django.db.backends": {"level": "INFO"}, "fontTools": {"level": "ERROR"}, "fpdf": {"level": "ERROR"}},
}
