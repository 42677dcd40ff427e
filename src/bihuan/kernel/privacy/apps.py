"""Django application of kernel.privacy."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """Names the application `privacy`."""

    name = "bihuan.kernel.privacy"
    label = "privacy"
    default_auto_field = "django.db.models.BigAutoField"
