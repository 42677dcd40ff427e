"""Django application of the pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Names the application `web`."""

    name = "bihuan.web"
    label = "web"
