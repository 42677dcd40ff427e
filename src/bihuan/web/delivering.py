"""Deliveries and web hooks as rows of pages: recipient, state and reason in words. One query, for masks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from bihuan.delivery.models import DEAD, EMAIL, SENT, UNSENT, Delivery, Subscription
from bihuan.delivery.outcomes import REASONS
from bihuan.kernel.cases.city import city
from bihuan.kernel.errors import N_
from bihuan.kernel.privacy.models import PersonalValue
from bihuan.web.templatetags.shown import label, moment

CHANNELS = {EMAIL: N_("邮件"), "webhook": N_("订阅"), "sms": N_("短信")}


@dataclass(frozen=True)
class Row:
    """One delivery; `number` is the case's (no title: administrators see no business)."""

    delivery: Delivery
    number: str
    channel: str
    recipient: str
    address: str
    state: str
    tone: str
    reason: str
    next: str  # when, or "at once"; empty where no try follows


@dataclass(frozen=True)
class HookRow:
    """One web hook with its filter in words."""

    hook: Subscription
    address: str
    matters: str
    actions: str
    state: str


@dataclass(frozen=True)
class Choice:
    """One box to tick."""

    value: str
    label: str


def shown(delivery: Delivery, now: datetime, masks: Mapping[str, str] | None = None) -> Row:
    """The words for one delivery; read it with its notice's case, its person's address, its subscription.

    `masks` are those of the contacts of persons outside, who have no name here.
    """
    state, tone = _state(delivery)
    hook, person = delivery.subscription, delivery.person
    said = (masks or {}).get(delivery.value, "")
    return Row(
        delivery=delivery,
        number=_number(delivery),
        channel=gettext(CHANNELS[delivery.channel]),
        recipient=_recipient(delivery),
        address=_host(hook) if hook else str(getattr(person, "address", "")) or said,
        state=state,
        tone=tone,
        reason=gettext(REASONS[delivery.reason]) if delivery.reason in REASONS else delivery.reason,
        next=_next(delivery, now),
    )


def shown_hook(hook: Subscription) -> HookRow:
    """The words for one web hook."""
    labels = {choice.value: choice.label for choice in (*matter_choices(), *action_choices())}
    if hook.is_active:
        state = gettext("启用")
    else:
        state = gettext("接收方已不再接收") if hook.stopped_by == "receiver" else gettext("停用")
    return HookRow(
        hook,
        _host(hook),
        "、".join(labels.get(key, key) for key in hook.matters) or gettext("全部事项"),
        "、".join(labels.get(key, key) for key in hook.actions) or gettext("全部动作"),
        state,
    )


def matter_choices() -> list[Choice]:
    """The matters that can tell somebody something."""
    return [
        Choice(matter.key, label(matter))
        for matter in city().matters.values()
        if any(action.notifies for action in matter.actions.values())
    ]


def action_choices() -> list[Choice]:
    """The actions that tell somebody something; one that several matters have is listed once."""
    found: dict[str, str] = {}
    for matter in city().matters.values():
        for name, action in matter.actions.items():
            if action.notifies:
                found.setdefault(name, label(action))
    return [Choice(name, text) for name, text in found.items()]


def contact_masks(deliveries: Iterable[Delivery]) -> dict[str, str]:
    """Id → mask of the contacts that these deliveries go to; one query."""
    ids = [delivery.value for delivery in deliveries if delivery.value]
    rows = PersonalValue.objects.filter(pk__in=ids) if ids else ()
    return {row.pk: row.mask for row in rows}


def _number(delivery: Delivery) -> str:
    if delivery.case is not None:
        return delivery.case.number
    return delivery.notice.case.number if delivery.notice else gettext("测试事件")


def _recipient(delivery: Delivery) -> str:
    if delivery.telling_id is not None:
        return gettext("诉求人")
    if delivery.subscription:
        return delivery.subscription.name
    return delivery.person.name if delivery.person else ""


def _state(delivery: Delivery) -> tuple[str, str]:
    if delivery.status == SENT:
        return gettext("已送达"), "success"
    if delivery.status == UNSENT:
        return gettext("未发送"), "late"
    if delivery.status == DEAD:
        return gettext("死信"), "late"
    return (gettext("将重试"), "soon") if delivery.reason else (gettext("待投递"), "")


def _next(delivery: Delivery, now: datetime) -> str:
    if delivery.status in (SENT, DEAD, UNSENT):
        return ""
    return moment(delivery.next_at) if delivery.next_at > now else gettext("马上")


def _host(hook: Subscription) -> str:
    """The address without what may be a token."""
    return hook.url.partition("?")[0]
