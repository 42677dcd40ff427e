"""When a delivery that failed is tried again: a fixed schedule without chance. Reads settings only."""

from datetime import datetime, timedelta

from django.conf import settings

# A try that has not reported back for so long is taken to have died; longer than any try may last.
LEASE = timedelta(minutes=5)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """The instant of the next try after `attempts` failed ones; None when the schedule is used up."""
    minutes: tuple[int, ...] = settings.BIHUAN_RETRY_MINUTES
    return now + timedelta(minutes=minutes[attempts - 1]) if attempts <= len(minutes) else None


def outside(now: datetime) -> datetime:
    """The instant as the world outside counts it: a demonstration's own date stays in the house."""
    return now - timedelta(seconds=settings.BIHUAN_CLOCK_SHIFT)
