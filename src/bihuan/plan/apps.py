"""Django application of the plan; registers the plan's named rules when it starts."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """Names the application `plan`."""

    name = "bihuan.plan"
    label = "plan"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Importing the rules registers them by name."""
        from bihuan.plan import rules  # noqa: F401 - registers guards once Django is up
