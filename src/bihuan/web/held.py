"""How long each unit has held a case (各单位用时), and how often it was taken up again. Adds up; decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext

from bihuan.kernel.cases.history import fold
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.holders import holders, reopenings
from bihuan.web.templatetags.shown import unit_name


@dataclass(frozen=True)
class Held:
    """One unit's share of a case's life; the shares of all add up to the whole, to the second."""

    unit: str
    words: str
    seconds: int
    percent: int
    reopened: int


def held_by(matter: Matter, events: Sequence[Event], now: datetime) -> list[Held]:
    """Each unit that held the case, longest first."""
    history = fold(events)
    spans: dict[str, timedelta] = {}
    for stretch in holders(matter, history, max(now, events[-1].at)):
        lasted = stretch.until - stretch.since
        spans[stretch.unit] = spans.get(stretch.unit, timedelta()) + lasted
    whole = sum(spans.values(), timedelta()) or timedelta(seconds=1)
    against = [reopening.unit for reopening in reopenings(matter, history)]
    found = [
        Held(
            unit_name(unit), said_length(span), int(span.total_seconds()),
            round(100 * span / whole), against.count(unit),
        )
        for unit, span in spans.items()
    ]  # fmt: skip
    return sorted(found, key=lambda held: -held.seconds)


def said_length(span: timedelta) -> str:
    """A length of time as people say it: 3 天 4 小时."""
    days, hours = span.days, span.seconds // 3600
    if days:
        return gettext("%(days)s 天 %(hours)s 小时") % {"days": days, "hours": hours}
    if hours:
        minutes = span.seconds // 60 % 60
        return gettext("%(hours)s 小时 %(minutes)s 分") % {"hours": hours, "minutes": minutes}
    return gettext("%(n)s 分钟") % {"n": span.seconds // 60}
