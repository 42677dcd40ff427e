"""Django application of the hotline; registers the hotline's named rules and words when it starts."""

from django.apps import AppConfig


class HotlineConfig(AppConfig):
    """Names the application `hotline`."""

    name = "bihuan.hotline"
    label = "hotline"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Importing the rules and the intake registers them by name."""
        from bihuan.hotline import intake, rules  # noqa: F401 - registers once Django is up
        from bihuan.hotline.telling import register_words

        register_words()
