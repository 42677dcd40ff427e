"""Django application of kernel.orgs."""

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    """Names the application `orgs`."""

    name = "bihuan.kernel.orgs"
    label = "orgs"
    default_auto_field = "django.db.models.BigAutoField"
