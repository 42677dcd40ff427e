"""Says a due instant as people say it (还剩 2 个工作日, 已超期 3 天), in the user's language. Reckons no due instant."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.utils.translation import get_language, gettext, ngettext

from bihuan.kernel.cases.city import work_calendar
from bihuan.kernel.errors import N_, CalendarGap

Tone = Literal["late", "soon", "calm"]
WEEKDAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))
FAR = timedelta(days=60)


@dataclass(frozen=True)
class SaidClock:
    """A due instant in words; `when` is the day as people name it, `exact` the instant itself."""

    said: str
    when: str
    exact: str
    tone: Tone

    def __str__(self) -> str:
        return f"{self.said} ({self.when})" if self.when else self.said


def say_clock(due: datetime, now: datetime) -> SaidClock:
    """Words for a due instant seen from `now`; both aware."""
    calendar = work_calendar()
    due, now = calendar.local(due), calendar.local(now)
    exact = f"{due:%Y-%m-%d %H:%M}"
    if due < now:
        return SaidClock(_late(now - due), "", exact, "late")
    tone: Tone = "soon" if due - now <= timedelta(days=1) else "calm"
    return SaidClock(_left(due, now), _when(due, now), exact, tone)


def _late(gone: timedelta) -> str:
    if gone < timedelta(hours=1):
        return gettext("已超期 %(n)s 分钟") % {"n": max(1, gone.seconds // 60)}
    if gone < timedelta(days=1):
        return gettext("已超期 %(n)s 小时") % {"n": gone.seconds // 3600}
    return gettext("已超期 %(n)s 天") % {"n": gone.days}


def _left(due: datetime, now: datetime) -> str:
    left = due - now
    if left < timedelta(hours=1):
        return gettext("还剩 %(n)s 分钟") % {"n": max(1, left.seconds // 60)}
    if due.date() == now.date():
        return gettext("还剩 %(n)s 小时") % {"n": left.seconds // 3600}
    if left > FAR:
        return gettext("还剩 %(n)s 天") % {"n": left.days}
    try:
        days = work_calendar().working_days_between(now, due)
    except CalendarGap:
        return gettext("还剩 %(n)s 天") % {"n": left.days}
    return ngettext("还剩 %(n)s 个工作日", "还剩 %(n)s 个工作日", days) % {"n": days}


def _when(due: datetime, now: datetime) -> str:
    hour = "" if due.hour == 23 and due.minute == 59 else f" {due:%H:%M}"
    days = (due.date() - now.date()).days
    if days == 0:
        return gettext("今天") + hour
    if days == 1:
        return gettext("明天") + hour
    if days < 7:
        return gettext(WEEKDAYS[due.weekday()]) + hour
    return say_day(due, with_year=due.year != now.year) + hour


def say_day(day: datetime, *, with_year: bool = True) -> str:
    """A day in prose: 2023年6月30日, or 30 June 2023."""
    if (get_language() or "").startswith("zh"):
        return f"{day.year}年{day.month}月{day.day}日" if with_year else f"{day.month}月{day.day}日"
    return f"{day.day} {day:%B}" + (f" {day.year}" if with_year else "")
