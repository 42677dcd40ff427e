"""The only place that reads the wall clock for people's acts. A demonstration runs on its own date."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The current instant; shifted in a demonstration (BIHUAN_CLOCK_SHIFT seconds), which every page says."""
    return timezone.now() + shift()


def shift() -> timedelta:
    """How far the demonstration's clock stands from the real one; zero in production."""
    return timedelta(seconds=settings.BIHUAN_CLOCK_SHIFT)
