"""The one settings file. What an operator may change is read from the environment, below.

Each setting read here is documented in `docs/exploitation.md`; a test holds the two together.
"""

from __future__ import annotations

import sys
from pathlib import Path
from zoneinfo import available_timezones

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from terreau.core.home import find_home
from terreau.project.environment import (
    database,
    flag,
    log_level,
    sender,
    text,
    time_zone,
    web_address,
    whole,
    whole_of,
    words,
)

PACKAGE = Path(__file__).resolve().parents[1]
HOME = find_home().ensure()


# --- What an operator may set -------------------------------------------------------------

DEBUG = flag("TERREAU_DEBUG")
PUBLIC_URL = web_address("TERREAU_PUBLIC_URL", "http://127.0.0.1:8000")
ALLOWED_HOSTS = words("TERREAU_HOSTS", "127.0.0.1,localhost,[::1]")
SECRET_KEY = text("TERREAU_SECRET_KEY") or HOME.secret_key()
DEFAULT_FROM_EMAIL = sender("TERREAU_MAIL_FROM", "terreau@localhost")
# Behind a proxy that ends TLS, cookies go over https only and the browser is told so.
BEHIND_TLS = PUBLIC_URL.startswith("https://")
# Threads of each web process: pages take the processor, uploads over a thin link take patience.
WEB_THREADS = whole("TERREAU_THREADS", "8", least=1)
TRUSTED_PROXIES = whole("TERREAU_PROXIES", "1" if BEHIND_TLS else "0")
DEMO = flag("TERREAU_DEMO", default=(HOME.root / "demo").exists())
# An exercise is known by what its home holds, never by the environment: no real instance becomes one.
EXERCISE = HOME.exercise_mark.exists()
STRICT_TEMPLATES = flag("TERREAU_STRICT_TEMPLATES", default=DEBUG)
UPLOAD_MAX_BYTES = whole("TERREAU_UPLOAD_MAX_MB", "200", least=1) * 1024 * 1024
UPLOAD_MAX_ROWS = whole("TERREAU_UPLOAD_MAX_ROWS", "2000000", least=1)
DATABASE_URL = text("DATABASE_URL")
# A base map of the operator's own for the interactive map, as a PMTiles file.
PMTILES = text("TERREAU_PMTILES")

# --- What a real instance and an exercise do not share ------------------------------------------

# Written on every page, document, file and message that leaves an exercise.
INSTANCE_NOTICE = (
    _("Instance d’exercice : pays, villes et acteurs inventés, données simulées.") if EXERCISE else ""
)
SHIPPED_WORLD = (
    "terreau.project.exercise.country.SHIPPED" if EXERCISE else "terreau.territories.reference.build.SHIPPED"
)

# --- Applications, from the top of the house down ---------------------------------------------

INSTALLED_APPS = [
    "terreau.project",
    "terreau.portal",
    "terreau.opendata",
    "terreau.statistics",
    "terreau.plans",
    "terreau.selection",
    "terreau.evaluation",
    "terreau.portfolio",
    "terreau.levers",
    "terreau.strategy",
    "terreau.diagnosis",
    "terreau.practices",
    "terreau.survey",
    "terreau.framework",
    "terreau.freshness",
    "terreau.registers",
    "terreau.stewardship",
    "terreau.directory",
    "terreau.notifications",
    "terreau.jobs",
    "terreau.documents",
    "terreau.accounts",
    "terreau.territories",
    "terreau.journal",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "terreau.project.middleware.OpenFiles",
    "terreau.project.middleware.PageCache",
    "terreau.project.middleware.Compress",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "terreau.project.middleware.EditorialAdmin",
    "terreau.project.middleware.RefusalsInFrench",
    "terreau.project.middleware.ReadOnlyGets",
]

ROOT_URLCONF = "terreau.project.urls"
WSGI_APPLICATION = "terreau.project.wsgi.application"
AUTH_USER_MODEL = "accounts.Person"

# --- Templates: ours fail on an undefined variable, those of others may not --------------------

_CONTEXT = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "terreau.portal.context.navigation",
    "terreau.portal.context.preview",
]
_OUR_TEMPLATES = sorted(str(path) for path in PACKAGE.glob("*/templates"))
_BUILTINS = [
    *("django.templatetags.static", "django.templatetags.i18n"),
    *("terreau.portal.templatetags.terreau", "terreau.directory.templatetags.repeated"),
]


def _engine(name: str, *, app_dirs: bool, strict: bool) -> dict[str, object]:
    from terreau.core.templates import Undefined

    loaders: list[object] = ["django.template.loaders.filesystem.Loader"]
    if app_dirs:
        loaders.append("django.template.loaders.app_directories.Loader")
    if not DEBUG:
        loaders = [("django.template.loaders.cached.Loader", loaders)]
    return {
        "NAME": name,
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": _OUR_TEMPLATES,
        "OPTIONS": {
            "context_processors": _CONTEXT,
            "loaders": loaders,
            "builtins": _BUILTINS,
            "string_if_invalid": Undefined("%s") if strict else "",
        },
    }


FORM_RENDERER = "terreau.portal.rendering.Forms"
TEMPLATES = [
    # The first engine finds our own pages; the second, pages of Wagtail and allauth.
    _engine("terreau", app_dirs=False, strict=STRICT_TEMPLATES),
    _engine("others", app_dirs=True, strict=False),
]

# --- Database -----------------------------------------------------------------------------------

if DATABASE_URL:
    DATABASES = {"default": database("DATABASE_URL")}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(HOME.database),
            "CONN_MAX_AGE": 600,
            "OPTIONS": {
                # Taking the write lock at BEGIN lets writers queue instead of failing half-way.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                    "PRAGMA cache_size=-20000;"
                ),
            },
            # A file: the in-memory default is not in WAL mode and breaks with threads.
            "TEST": {"NAME": str(HOME.root / "test.sqlite3")},
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Rate limits must be counted across processes: in the database.
    "default": {"BACKEND": "terreau.project.cache.SharedCache", "LOCATION": "cache"},
    # Whole pages for visitors: per process, emptied by the content stamp.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}

# --- Accounts: e-mail and one-time code, no passwords --------------------------------------------

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# Less than the quarter of an hour after which allauth forgets the whole attempt.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if BEHIND_TLS else "http"
ACCOUNT_ADAPTER = "terreau.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "request_login_code": "terreau.accounts.forms.RequestCodeForm",
    "confirm_login_code": "terreau.accounts.forms.ConfirmCodeForm",
    "confirm_email_verification_code": "terreau.accounts.forms.ConfirmAddressForm",
}
# Passkeys and codes of an application are a person's own choice, beside the code by e-mail.
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "terreau.accounts.adapter.FactorsAdapter"
MFA_TOTP_ISSUER = "Terreau"
MFA_TOTP_TOLERANCE = 1
# Browsers themselves allow keys only on https, or on the machine itself.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not BEHIND_TLS
# Attempts are counted by address of the visitor, which is the last one the trusted proxies wrote.
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:workspace"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

_SMTP = text("TERREAU_SMTP")
# A mail server that says nothing must not hold the page of whoever signs in.
EMAIL_TIMEOUT = 15
if EXERCISE:
    EMAIL_BACKEND = "terreau.project.exercise.mail.ConsoleOfExercise"
elif _SMTP:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, _colon, _port = _SMTP.partition(":")
    EMAIL_PORT = whole_of("TERREAU_SMTP", _port or "587")
    EMAIL_HOST_USER = text("TERREAU_SMTP_USER")
    EMAIL_HOST_PASSWORD = text("TERREAU_SMTP_PASSWORD")
    EMAIL_USE_TLS = EMAIL_PORT == 587
    EMAIL_USE_SSL = EMAIL_PORT == 465
else:
    # No mail server yet: the codes are read in the console.
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# --- Security -------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# A browser takes two ports of one machine for one site: one who practises stays signed in elsewhere.
SESSION_COOKIE_NAME = "terreau-exercice" if EXERCISE else "sessionid"
CSRF_COOKIE_NAME = "terreau-exercice-csrf" if EXERCISE else "csrftoken"
SESSION_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
CSRF_FAILURE_VIEW = "terreau.project.errors.csrf_failure"

# --- Long work --------------------------------------------------------------------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# --- Language, time, numbers ----------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("français"))]
LOCALE_PATHS = [PACKAGE / "locale"]
# Beside French, the languages in which the report of a diagnosis is read.
REPORT_LANGUAGES = words("TERREAU_LANGUAGES", "fr,en" if EXERCISE else "fr")
USE_TZ = True
TIME_ZONE = time_zone("TERREAU_TIME_ZONE", "Europe/Paris")
# Figures that people read go through the `figure` filter; a number in an address or a field stays bare.
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = ["terreau.project.formats"]

# --- Files ------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = HOME.static
STATICFILES_DIRS = sorted(PACKAGE.glob("*/public"))
# Where the set-up installed what comes from npm.
NODE_MODULES = PACKAGE.parents[1] / "node_modules"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "terreau.project.npm.NpmFinder",
]
MEDIA_URL = "/fichiers/"
MEDIA_ROOT = HOME.files
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# --- Guide and news (Wagtail) ----------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Terreau"
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_I18N_ENABLED = False
# Who writes publishes: there is no one to approve.
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_DATE_FORMAT = "%d/%m/%Y"
WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y %H:%M"
# A page is private for people who sign in or for a group: a shared password would be one more to lose.
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
# « localtime » and « Factory », which are files of the system, break the list in the browser.
WAGTAIL_USER_TIME_ZONES = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
WAGTAILADMIN_PERMITTED_LANGUAGES = [("fr", _("français"))]
WAGTAILIMAGES_IMAGE_FORM_BASE = "terreau.portal.pictures.PictureForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 8 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odp", "ods", "odt", "pdf", "pptx", "txt", "xlsx"]
TAGGIT_CASE_INSENSITIVE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"without_secrets": {"()": "terreau.project.logs.WithoutSecrets"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "stream": sys.stderr,
            "formatter": "plain",
            "filters": ["without_secrets"],
        }
    },
    "root": {"handlers": ["console"], "level": log_level("TERREAU_LOG_LEVEL", "WARNING")},
}
