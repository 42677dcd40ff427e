"""Django application of kernel.appraisal."""

from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    """Names the application `appraisal`."""

    name = "bihuan.kernel.appraisal"
    label = "appraisal"
    default_auto_field = "django.db.models.BigAutoField"
