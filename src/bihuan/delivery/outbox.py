"""Drains the outbox (发件箱): notices become deliveries, deliveries that are due are woken. Sends nothing itself."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from bihuan.delivery.models import EMAIL, WAITING, WEBHOOK, Delivery, Subscription
from bihuan.delivery.schedule import LEASE
from bihuan.delivery.wake import wake
from bihuan.kernel.cases.models import Notice
from bihuan.kernel.cases.notices import claim_unsent, mark_sent
from bihuan.kernel.orgs.models import Holding

BATCH = 200
WOKEN_AT_ONCE = 500


def drain(*, now: datetime) -> int:
    """Make deliveries of every notice that has none yet, batch by batch. Returns how many notices."""
    total = 0
    while done := drain_batch(now=now):
        total += done
    return total


@transaction.atomic
def drain_batch(*, now: datetime) -> int:
    """One batch in one transaction; two workers at once take different notices."""
    notices = claim_unsent(BATCH)
    Delivery.objects.bulk_create(_deliveries(notices, now), ignore_conflicts=True)
    mark_sent(notices, now)
    return len(notices)


@transaction.atomic
def wake_due(*, now: datetime) -> int:
    """Start a job for every delivery that is due and has none, or whose job was lost. Returns how many."""
    due = Delivery.objects.filter(status=WAITING, next_at__lte=now).filter(
        Q(woken_at=None) | Q(woken_at__lt=F("next_at")) | Q(woken_at__lte=now - LEASE)
    )
    found = list(due.select_for_update(skip_locked=True).order_by("next_at")[:WOKEN_AT_ONCE])
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in found]).update(woken_at=now)
    wake(found)
    return len(found)


def _deliveries(notices: Iterable[Notice], now: datetime) -> Iterator[Delivery]:
    readers = _readers({notice.unit_id for notice in notices}, now)
    hooks = list(Subscription.objects.filter(is_active=True).order_by("pk"))
    for notice in notices:
        stem = f"{notice.case.number}/{notice.seq}/{notice.unit_id}"
        for person in readers[notice.unit_id]:
            yield _fresh(notice, f"{stem}/p{person}", EMAIL, now, person_id=person)
        for hook in hooks:
            if hook.wants(notice.case.matter, notice.action):
                yield _fresh(notice, f"{stem}/s{hook.pk}", WEBHOOK, now, subscription=hook)


def _fresh(notice: Notice, key: str, channel: str, now: datetime, **recipient: object) -> Delivery:
    return Delivery(
        notice=notice, key=key, channel=channel, next_at=now, created_at=now, **recipient
    )


def _readers(units: set[str], now: datetime) -> dict[str, list[int]]:
    """For each unit, who holds an active post there now and has an address; nobody while e-mail is off."""
    found: dict[str, list[int]] = defaultdict(list)
    if settings.BIHUAN_SMTP is None:
        return found
    held = Holding.objects.filter(
        Q(until=None) | Q(until__gt=now),
        post__unit__in=units, post__is_active=True, since__lte=now,
        person__is_active=True, person__address__isnull=False,
    )  # fmt: skip
    pairs = held.values_list("post__unit_id", "person_id").distinct().order_by("person_id")
    for unit, person in pairs:
        found[unit].append(person)
    return found
