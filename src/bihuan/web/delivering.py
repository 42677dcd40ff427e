"""Deliveries and web hooks as rows of pages: recipient, state and reason in words. Asks the database nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from bihuan.delivery.models import DEAD, EMAIL, SENT, Delivery, Subscription
from bihuan.delivery.outcomes import REASONS
from bihuan.kernel.cases.city import city
from bihuan.kernel.errors import N_
from bihuan.web.templatetags.shown import label, moment

CHANNELS = {EMAIL: N_("邮件"), "webhook": N_("订阅")}


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


def shown(delivery: Delivery, now: datetime) -> Row:
    """The words for one delivery; read it with its notice's case, its person's address, its subscription."""
    state, tone = _state(delivery)
    notice, hook, person = delivery.notice, delivery.subscription, delivery.person
    return Row(
        delivery=delivery,
        number=notice.case.number if notice else gettext("测试事件"),
        channel=gettext(CHANNELS[delivery.channel]),
        recipient=hook.name if hook else (person.name if person else ""),
        address=_host(hook) if hook else str(getattr(person, "address", "")),
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


def _state(delivery: Delivery) -> tuple[str, str]:
    if delivery.status == SENT:
        return gettext("已送达"), "success"
    if delivery.status == DEAD:
        return gettext("死信"), "late"
    return (gettext("将重试"), "soon") if delivery.reason else (gettext("待投递"), "")


def _next(delivery: Delivery, now: datetime) -> str:
    if delivery.status in (SENT, DEAD):
        return ""
    return moment(delivery.next_at) if delivery.next_at > now else gettext("马上")


def _host(hook: Subscription) -> str:
    """The address without what may be a token."""
    return hook.url.partition("?")[0]
