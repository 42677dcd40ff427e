"""Registers the interface and its keys with Django."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The HTTP interface (接口)."""

    name = "bihuan.api"
    label = "api"
    verbose_name = "接口"
    default_auto_field = "django.db.models.BigAutoField"
