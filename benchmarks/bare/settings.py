"""Settings of the yardstick: no middleware, one application, the same PostgreSQL."""

import json
import os

SECRET_KEY = "a yardstick signs nothing"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["benchmarks.bare"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "benchmarks.bare.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
DATABASES = {"default": json.loads(os.environ["BARE_DATABASE"])}
LOGGING_CONFIG = None
