"""Making, testing, pausing and resuming web hooks (订阅): each change is an event of the ledger."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from bihuan.delivery.models import WEBHOOK, Delivery, Subscription
from bihuan.delivery.record import record
from bihuan.delivery.target import pin, read_url
from bihuan.delivery.vault import new_secret, seal_secret
from bihuan.delivery.wake import wake
from bihuan.kernel.cases.city import city
from bihuan.kernel.errors import N_, FieldProblem, FormRefusal, Refusal
from bihuan.kernel.orgs.acting import Acting

LONGEST_NAME = 60


def subscribe(
    name: str,
    url: str,
    matters: Sequence[str],
    actions: Sequence[str],
    actor: Acting,
    *,
    now: datetime,
) -> tuple[Subscription, str]:
    """Make a subscription; returns it with its secret, which nobody can read again. Raises a FormRefusal."""
    _require_well_formed(name, url, matters, actions)
    secret = new_secret()
    hook = Subscription(
        name=name, url=url, matters=sorted(set(matters)), actions=sorted(set(actions)),
        sealed_secret=seal_secret(secret), created_by_id=actor.person, created_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            hook.save()
            _record("hook_made", hook, actor, now)
    except IntegrityError:
        problem = FieldProblem("name", N_("已有同名订阅，请换一个名称。"))
        raise FormRefusal((problem,)) from None
    return hook, secret


@transaction.atomic
def pause(hook: Subscription, actor: Acting, *, now: datetime) -> None:
    """Send nothing more to a web hook until it is resumed; what happens meanwhile is not sent later."""
    if Subscription.objects.filter(pk=hook.pk, is_active=True).update(
        is_active=False, stopped_by="person"
    ):
        _record("hook_paused", hook, actor, now)


@transaction.atomic
def resume(hook: Subscription, actor: Acting, *, now: datetime) -> None:
    """Send to a web hook again, from now on."""
    if Subscription.objects.filter(pk=hook.pk, is_active=False).update(
        is_active=True, stopped_by=""
    ):
        _record("hook_resumed", hook, actor, now)


@transaction.atomic
def ping(hook: Subscription, actor: Acting, *, now: datetime) -> Delivery:
    """Send a test event to a web hook, the same way as every other event."""
    key = f"ping/{secrets.token_hex(8)}/s{hook.pk}"
    delivery = Delivery.objects.create(
        key=key, channel=WEBHOOK, subscription=hook, next_at=now, created_at=now, woken_at=now
    )
    _record("hook_pinged", hook, actor, now)
    wake([delivery])
    return delivery


def _record(action: str, hook: Subscription, actor: Acting, now: datetime) -> None:
    host = read_url(hook.url).authority  # an address may hold a token: only its host is recorded
    record(action, actor, {"subscription": hook.pk, "name": hook.name, "host": host}, now=now)


def _require_well_formed(
    name: str, url: str, matters: Sequence[str], actions: Sequence[str]
) -> None:
    problems: list[FieldProblem] = []
    if not name or len(name) > LONGEST_NAME:
        problems.append(FieldProblem("name", N_("请填写名称，不超过 60 字。")))
    try:
        pin(read_url(url))
    except Refusal as refusal:
        if refusal.code != "hook_name":  # a name unknown today may be known when something is sent
            problems.append(FieldProblem("url", refusal.message, tuple(refusal.params.items())))
    known = city().matters
    if set(matters) - set(known):
        problems.append(FieldProblem("matters", N_("没有这个事项。")))
    if set(actions) - {action for matter in known.values() for action in matter.actions}:
        problems.append(FieldProblem("actions", N_("没有这个动作。")))
    if problems:
        raise FormRefusal(tuple(problems))
