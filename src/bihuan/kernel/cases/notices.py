"""Notices of units (通知): which there are, and that they were read. Writing them is the engine's."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from bihuan.kernel.cases.models import Notice


def notices_of(units: Iterable[str]) -> QuerySet[Notice]:
    """What these units were told, newest first."""
    found = Notice.objects.filter(unit__in=set(units)).select_related("case", "unit")
    return found.order_by("-pk")


def mark_read(units: Iterable[str], upto: int, now: datetime) -> int:
    """Mark the units' notices up to an id as read, so that one that came in meanwhile stays unread. Returns how many."""
    return notices_of(units).filter(read_at=None, pk__lte=upto).update(read_at=now)
