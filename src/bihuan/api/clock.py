"""The only place where the interface reads the wall clock. A demonstration runs on its own date."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The current instant, shifted in a demonstration as the pages' is."""
    return timezone.now() + timedelta(seconds=settings.BIHUAN_CLOCK_SHIFT)
