"""The settings under test: a throw-away cluster, a cheap hasher, plain static files."""

from bihuan.config.settings import *  # noqa: F403
from bihuan.config.settings import AUTHENTICATION_BACKENDS, STORAGES, VAR, cluster_database

BIHUAN_EMBEDDED = True
BIHUAN_CLUSTER_HOME = VAR / "test-postgres"
BIHUAN_DEMO = False
BIHUAN_DEMO_YEAR = False
BIHUAN_CLOCK_SHIFT = 0
BIHUAN_FILES = VAR / "test-files"
BIHUAN_LEARNED = VAR / "test-learned"
BIHUAN_LEDGER_KEY = VAR / "test-ledger-key"
BIHUAN_SITE = "https://bihuan.example"
BIHUAN_SMTP = None
BIHUAN_SMS = None
BIHUAN_MAILDIR = ""
BIHUAN_WEBHOOK_HOSTS = []
BIHUAN_PERSONAL_KEY = VAR / "test-personal-key"
DATABASES = {"default": cluster_database(BIHUAN_CLUSTER_HOME)}
STATIC_ROOT = VAR / "test-static"
WHITENOISE_USE_FINDERS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTHENTICATION_BACKENDS = AUTHENTICATION_BACKENDS[1:]
AXES_ENABLED = False
SECRET_KEY = "only for tests; signs nothing that leaves this machine"
STORAGES = STORAGES | {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": BIHUAN_FILES},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
