"""Django application of the delivery of notices."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """Names the application `delivery`."""

    name = "bihuan.delivery"
    label = "delivery"
    default_auto_field = "django.db.models.BigAutoField"
