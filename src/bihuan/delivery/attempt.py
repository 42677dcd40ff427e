"""One try to deliver (投递一次): claim the row, send, write down what became of it. Holds no lock while it sends."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from bihuan.delivery.hook import post_event
from bihuan.delivery.message import send_message
from bihuan.delivery.models import DEAD, EMAIL, SENT, WAITING, Delivery, Subscription
from bihuan.delivery.outcomes import Outcome
from bihuan.delivery.post import send_letter
from bihuan.delivery.record import record
from bihuan.delivery.schedule import LEASE, next_try
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR


def attempt(pk: int, *, now: datetime) -> Outcome | None:
    """Try a delivery that is due; None where it is not, or somebody else is at it.

    Killed on the way, the row stays waiting; after the lease it is sent again under the same key.
    """
    delivery = _claim(pk, now)
    if delivery is None:
        return None
    outcome = _sender(delivery)(delivery, now)
    _settle(delivery, outcome, now)
    return outcome


def _sender(delivery: Delivery) -> Callable[[Delivery, datetime], Outcome]:
    if delivery.telling_id is not None:
        return send_message
    return send_letter if delivery.channel == EMAIL else post_event


@transaction.atomic
def _claim(pk: int, now: datetime) -> Delivery | None:
    due = Delivery.objects.filter(pk=pk, status=WAITING, next_at__lte=now)
    delivery = due.select_for_update(skip_locked=True).first()
    if delivery is None:
        return None
    delivery.attempts += 1
    delivery.tried_at, delivery.next_at = now, now + LEASE
    if next_try(delivery.attempts - 1, now) is None:  # each of its tries died on the way
        Delivery.objects.filter(pk=pk).update(status=DEAD, reason="crashed", detail="")
        return None
    delivery.save(update_fields=["attempts", "tried_at", "next_at"])
    return delivery


@transaction.atomic
def _settle(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    row = Delivery.objects.filter(pk=delivery.pk)
    if outcome.kind == "sent":
        row.update(status=SENT, sent_at=now, reason="", detail="")
        return
    again = next_try(delivery.attempts, now) if outcome.kind == "later" else None
    row.filter(status=WAITING, attempts=delivery.attempts).update(
        status=WAITING if again else DEAD,
        next_at=again or now,
        reason=outcome.reason,
        detail=outcome.detail[:200],
    )
    if outcome.kind == "gone" and delivery.subscription:
        _end(delivery.subscription, now)


def _end(subscription: Subscription, now: datetime) -> None:
    """The receiver answered 410: nothing more is sent, and the ledger says so."""
    active = Subscription.objects.filter(pk=subscription.pk, is_active=True)
    if active.update(is_active=False, stopped_by="receiver"):
        content: dict[str, Json] = {"subscription": subscription.pk, "name": subscription.name}
        record("hook_gone", SYSTEM_ACTOR, content, now=now)
