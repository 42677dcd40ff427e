"""Every setting of the product, read from the environment. Rules and texts live elsewhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import structlog
from csp.constants import NONE, SELF

from bihuan.config import environment
from bihuan.config.cluster import PORT, USER, socket_directory
from bihuan.config.demo_clock import demo_shift
from bihuan.config.secret import secret_key

REPOSITORY = Path(__file__).resolve().parents[3]
PACKAGE = Path(__file__).resolve().parents[1]

VAR = environment.directory("BIHUAN_VAR", Path.cwd() / "var")
BIHUAN_CATALOG = environment.directory("BIHUAN_CATALOG", REPOSITORY / "catalog" / "lvliang")
BIHUAN_FILES = environment.directory("BIHUAN_FILES", VAR / "files")
BIHUAN_S3 = environment.bucket(
    "BIHUAN_S3_URL"
)  # evidence lies there, and BIHUAN_FILES is its cache
BIHUAN_LEARNED = environment.directory("BIHUAN_LEARNED", VAR / "learned")
BIHUAN_LEDGER_KEY = environment.file("BIHUAN_LEDGER_KEY", VAR / "ledger_key")
BIHUAN_PERSONAL_KEY = environment.file("BIHUAN_PERSONAL_KEY", VAR / "personal_key")
BIHUAN_CLUSTER_HOME = VAR / "postgres"

# A demonstration runs on its own date: the pages' clock is shifted by so many seconds.
BIHUAN_DEMO = environment.flag(
    "BIHUAN_DEMO", default=environment.database("BIHUAN_DATABASE_URL") is None
)
BIHUAN_DEMO_YEAR = environment.flag("BIHUAN_DEMO_YEAR")  # a simulated year instead
BIHUAN_CLOCK_SHIFT = demo_shift(VAR / "demo.json") if BIHUAN_DEMO else 0

DEBUG = environment.flag("BIHUAN_DEBUG")
SECRET_KEY = secret_key("BIHUAN_SECRET_KEY", VAR / "secret_key")
HTTPS = environment.flag("BIHUAN_HTTPS")
ALLOWED_HOSTS = environment.words("BIHUAN_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = environment.words("BIHUAN_ORIGINS", [])

ROOT_URLCONF = "bihuan.config.urls"
WSGI_APPLICATION = "bihuan.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "bihuan.kernel.orgs",
    "bihuan.kernel.ledger",
    "bihuan.kernel.privacy",
    "bihuan.kernel.cases",
    "bihuan.kernel.appraisal",
    "bihuan.plan",
    "bihuan.hotline",
    "procrastinate.contrib.django",
    "bihuan.delivery",
    "bihuan.web",
    "bihuan.api",
]
AUTH_USER_MODEL = "orgs.Person"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "bihuan.api.door.ApiDoor",  # the interface ends here: what follows is for people with browsers
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "bihuan.web.refusals.RefusalMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bihuan.web.frame.frame",
            ],
        },
    },
]

# Database: a server named by its address, else the embedded cluster under VAR.

POOL_SIZE = environment.whole("BIHUAN_POOL", 0, low=0, high=100)


def cluster_database(home: Path, pool_size: int = 0) -> dict[str, Any]:
    """Django's description of the embedded cluster at `home`; a pool of 0 opens one per request."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": USER,
        "USER": USER,
        "HOST": str(socket_directory(home)),
        "PORT": str(PORT),
        "OPTIONS": {"pool": {"min_size": 1, "max_size": pool_size}} if pool_size else {},
    }


SERVER = environment.database("BIHUAN_DATABASE_URL")
BIHUAN_EMBEDDED = SERVER is None
DATABASES: dict[str, dict[str, Any]] = {
    "default": SERVER or cluster_database(BIHUAN_CLUSTER_HOME, POOL_SIZE)
}

# The role that every connection begins in; `run` and `sweep` set it once they know that they may (config.rights).
if _ROLE := os.environ.get("BIHUAN_DATABASE_ROLE"):
    DATABASES["default"] = environment.in_role(DATABASES["default"], _ROLE)

# Language and time

LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Static files and evidence

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": BIHUAN_FILES},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# The interface: requests a second that one key may send to one worker process; 0 sets no limit.

BIHUAN_API_RATE = environment.whole("BIHUAN_API_RATE", 500, low=0, high=1_000_000)

# People and sessions

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = environment.whole("BIHUAN_LOGIN_ATTEMPTS", 5, low=3, high=100)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_CALLABLE = "bihuan.web.pages.signin.locked_out"
AXES_VERBOSE = False

SESSION_COOKIE_AGE = environment.whole("BIHUAN_SESSION_MINUTES", 120, low=5, high=1440) * 60
SESSION_SAVE_EVERY_REQUEST = True  # the time-out counts from the last request, not the first
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS

# The ground of the residents' map: outlines of our own, or the tiles of a server that the city names, such as
# https://t{s}.tianditu.gov.cn/…&TILEROW={y}&TILECOL={x}&TILEMATRIX={z}&tk=…, with the words that its licence asks for.

BIHUAN_TILES, TILE_SOURCE = environment.tiles("BIHUAN_TILES")
BIHUAN_TILES_ATTRIBUTION = os.environ.get("BIHUAN_TILES_ATTRIBUTION", "").strip()

# Browser rules

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# A proxy in front that ends TLS must set this header itself and drop a visitor's.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *TILE_SOURCE],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],  # the original of an HTML report
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# Notices by mail and web hook

BIHUAN_SITE = environment.site("BIHUAN_SITE")
BIHUAN_SMTP = environment.mail_server("BIHUAN_SMTP_URL", "BIHUAN_MAIL_FROM")
BIHUAN_SMS = environment.short_messages("BIHUAN_SMS_URL", "BIHUAN_SMS_KEY")
# Where a mail server lays the letters that residents write to the hotline.
BIHUAN_MAILDIR = environment.maildir("BIHUAN_MAILDIR")
BIHUAN_MAIL_KEEP_DAYS = environment.whole("BIHUAN_MAIL_KEEP_DAYS", 30, low=1, high=3650)
# Hosts (or host:port) that web hooks may reach in plain HTTP or on a private address.
BIHUAN_WEBHOOK_HOSTS = environment.words("BIHUAN_WEBHOOK_HOSTS", [])
BIHUAN_RETRY_MINUTES = environment.numbers("BIHUAN_RETRY_MINUTES", (1, 5, 30, 120, 360, 1440))
BIHUAN_DELIVERY_KEEP_DAYS = environment.whole("BIHUAN_DELIVERY_KEEP_DAYS", 90, low=1, high=3650)
# Compiling dropped reports: what one may take, and how long the rows are kept.
BIHUAN_COMPILE_SECONDS = environment.whole("BIHUAN_COMPILE_SECONDS", 1800, low=10, high=86_400)
BIHUAN_COMPILE_MEGABYTES = environment.whole("BIHUAN_COMPILE_MEGABYTES", 4096, low=512, high=65_536)
BIHUAN_COMPILING_KEEP_DAYS = environment.whole("BIHUAN_COMPILING_KEEP_DAYS", 30, low=1, high=3650)

PROCRASTINATE_IMPORT_PATHS = ["bihuan.config.jobs"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""

# Logs: one JSON object a line, on standard error.

LOG_LEVEL = environment.one_of("BIHUAN_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
_STAMPS: list[structlog.types.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
structlog.configure(
    processors=[*_STAMPS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _STAMPS,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handlers mail administrators and print in DEBUG only; ours replaces them.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "axes": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
    },
}
