"""Django application of kernel.ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Names the application `ledger`."""

    name = "bihuan.kernel.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
