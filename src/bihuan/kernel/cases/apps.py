"""Django application of kernel.cases."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Names the application `cases`."""

    name = "bihuan.kernel.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Importing the guards registers them by name."""
        from bihuan.kernel.matters import guards  # noqa: F401 - registers guards once Django is up
