"""Notices of units (通知): which there are, that they were read, that they were handed over. Writing them is the engine's."""

from collections.abc import Iterable, Sequence
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


def claim_unsent(limit: int) -> list[Notice]:
    """The oldest notices that nobody has handed over yet, locked until the transaction ends."""
    found = Notice.objects.filter(sent_at=None).select_related("case").order_by("pk")
    return list(found.select_for_update(skip_locked=True, of=("self",))[:limit])


def mark_sent(notices: Sequence[Notice], now: datetime) -> None:
    """Note that the notices were handed over to delivery; what becomes of each copy is delivery's."""
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(sent_at=now)
