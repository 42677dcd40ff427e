"""Dead letters (死信) and failures: which there are, and sending them again under their old keys."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from bihuan.delivery.models import DEAD, SENT, WAITING, Delivery
from bihuan.delivery.record import record
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.orgs.acting import Acting

FAILED = ~Q(reason="")  # a try went wrong and none has gone well since


def dead() -> QuerySet[Delivery]:
    """What was given up."""
    return Delivery.objects.filter(FAILED, status=DEAD)


@transaction.atomic
def resend(pk: int, actor: Acting, *, now: datetime) -> Delivery:
    """Try one delivery again at once, with the whole schedule before it; raises a Refusal where it arrived already."""
    delivery = Delivery.objects.select_for_update().get(pk=pk)
    if delivery.status == SENT:
        raise Refusal("sent", N_("此件已送达，不再重发。"), remedy=N_("请返回投递列表。"))
    _again(Delivery.objects.filter(pk=pk), now)
    record("resend", actor, {"key": delivery.key}, now=now)
    return delivery


@transaction.atomic
def resend_all(actor: Acting, *, now: datetime) -> int:
    """Try every dead letter again. Returns how many."""
    count = _again(dead(), now)
    if count:
        record("resend_all", actor, {"count": count}, now=now)
    return count


def _again(chosen: QuerySet[Delivery], now: datetime) -> int:
    """The worker's next sweep finds them due."""
    return chosen.update(status=WAITING, attempts=0, next_at=now, woken_at=None)
