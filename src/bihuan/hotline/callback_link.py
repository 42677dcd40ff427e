"""The link by which a caller answers the callback themselves (回访链接): made from the number and the event, stored nowhere.

It is as good as the callback that it was sent for: once the demand has left that callback, or after
`hotline.link_days`, it opens nothing.
"""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from bihuan.hotline.following import SIGNS
from bihuan.hotline.intake import MATTER, whole
from bihuan.hotline.limits import WRONG_LINKS, give_back, take
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.ledger.models import Event

CALLBACK = "callback"
FORM = re.compile(r"([A-Z]{2,4}[0-9]{4}-[0-9]{5,9})\.([0-9]{1,6})\.([2-9A-HJ-NP-Z]{16})")
SIGNED = 16  # of 32 signs each: 80 bits
ANSWERS = frozenset({"solved", "solved_unhappy", "not_solved", "redispatch"})


@dataclass(frozen=True)
class Link:
    """A genuine link: its demand, until when it may be used, and whether the callback was answered."""

    case: Case
    seq: int
    until: datetime
    is_open: bool
    is_answered: bool


def callback_token(number: str, seq: int) -> str:
    """The token of the callback that event `seq` began."""
    made = salted_hmac("bihuan.hotline.callback", f"{number}.{seq}", algorithm="sha256").digest()
    bits = int.from_bytes(made[:10], "big")
    return f"{number}.{seq}." + "".join(SIGNS[bits >> 5 * at & 31] for at in range(SIGNED))


def opened_link(token: str, network: str, *, now: datetime) -> Link:
    """What a token opens; a Refusal for one that was not made here. Wrong ones are counted by where they come from."""
    tried = [WRONG_LINKS.of(network, whole("hotline.code_tries_per_hour", now))]
    take(tried, now)
    parts = FORM.fullmatch(token.strip().upper())
    case = None
    if parts and hmac.compare_digest(parts[0], callback_token(parts[1], int(parts[2]))):
        case = Case.objects.filter(matter=MATTER, number=parts[1]).first()
    if parts is None or case is None:
        raise Refusal(
            "wrong_link",
            N_("这个链接不对。"),
            remedy=N_("请从短信或邮件中完整点开链接；也可凭编号和查询码评价，或拨打12345。"),
        )
    give_back(tried)
    return _read(case, int(parts[2]), now)


def begun_at(case: Case) -> Event | None:
    """The event that began the callback in which the demand stands; None where it stands in none."""
    if case.state != CALLBACK:
        return None
    for event in Event.objects.filter(stream=case.number).order_by("-seq"):
        if event.content["to"] == CALLBACK and event.content["from"] != CALLBACK:
            return event
    return None


def is_current(number: str, seq: int) -> bool:
    """True while the demand still stands in the callback that event `seq` began."""
    case = Case.objects.filter(number=number).first()
    begun = begun_at(case) if case else None
    return begun is not None and begun.seq == seq


def _read(case: Case, seq: int, now: datetime) -> Link:
    events = list(Event.objects.filter(stream=case.number, seq__gte=seq).order_by("seq"))
    until = events[0].at + timedelta(days=whole("hotline.link_days", now))
    left = next((e for e in events if e.content["from"] == CALLBACK != e.content["to"]), None)
    is_open = left is None and case.state == CALLBACK and now <= until
    return Link(case, seq, until, is_open, left is not None and left.action in ANSWERS)
