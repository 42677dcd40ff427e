"""How a clock's due instant is reckoned, moved and explained. Pure arithmetic: which events count is in runs.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bihuan.kernel.calendar.workdays import ONE_DAY, Due, Skipped, WorkCalendar
from bihuan.kernel.errors import N_
from bihuan.kernel.matters.facts import Parameters
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.matters.timing import Clock, Every, Unit

UNIT_NAMES: Mapping[Unit, str] = {
    "minutes": N_("分钟"),
    "working_hours": N_("个工作小时"),
    "working_days": N_("个工作日"),
    "days": N_("天"),
    "months": N_("个月"),
}
LONGEST_HOLIDAY = timedelta(days=14)  # no run of days off is longer: how far `next` can shift
WEEK = 7


class Step(NamedTuple):
    """One recomputation of a due instant: a Chinese format string with its values, and what it changed.

    Clocks are derived with every move and their steps read seldom: values become words only when they are read.
    """

    at: datetime
    text: str
    values: tuple[tuple[str, object], ...]
    before: datetime | None
    after: datetime | None
    skipped: tuple[Skipped, ...]
    zone: ZoneInfo

    @property
    def params(self) -> tuple[tuple[str, object], ...]:
        """The values as people read them: instants in the city's zone, numbers without empty decimals."""
        return tuple((name, _said(value, self.zone)) for name, value in self.values)

    def __str__(self) -> str:
        return self.text % dict(self.params)


def _said(value: object, zone: ZoneInfo) -> object:
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return "—" if value is None else value


@dataclass(frozen=True)
class Reckoning:
    """The arithmetic of one clock on one calendar."""

    clock: Clock
    calendar: WorkCalendar
    parameters: Parameters

    def start(self, at: datetime, data: Mapping[str, Json]) -> Step:
        """The first due instant of a run that starts at `at`."""
        if self.clock.every is not None:
            return self.period(at, after=at)
        if self.clock.until:
            return self.dated(at, data)
        return self._within(at)

    def _within(self, at: datetime) -> Step:
        within = self.clock.within
        assert within is not None  # Clock.one_measure
        named = isinstance(within.amount, str)
        amount = (
            self.parameters.number(within.amount, at)
            if isinstance(within.amount, str)
            else Decimal(within.amount)
        )
        due = self._rolled(add(self.calendar, at, amount, within.unit))
        text = (
            N_("自 %(start)s 起算，参数 %(parameter)s 为 %(amount)s%(unit)s，至 %(due)s 到期")
            if named
            else N_("自 %(start)s 起算 %(amount)s%(unit)s，至 %(due)s 到期")
        )
        values = (
            ("start", at),
            ("parameter", within.amount),
            ("amount", amount),
            ("unit", UNIT_NAMES[within.unit]),
            ("due", due.at),
        )
        return Step(at, text, values, None, due.at, due.skipped, self.calendar.zone)

    def _rolled(self, due: Due) -> Due:
        """《民法典》第二百零三条: a period whose last day is a day off ends with the next working day."""
        within = self.clock.within
        if within is None or within.roll == "none":
            return due
        last = self.calendar.civil_day(due.at)
        day = self.calendar.nearest_working_day(last, "next")
        if day == last:
            return due
        off = (last + timedelta(days=n) for n in range((day - last).days))
        skipped = (*due.skipped, *(Skipped(d, self.calendar.why_not(d)) for d in off))
        return Due(self.calendar.end_of(day), skipped)

    def dated(self, at: datetime, data: Mapping[str, Json]) -> Step:
        """The due instant that the date field gives: the end of that day, or none while it is empty."""
        due = self.date_due(data)
        values = (("field", self.clock.until), ("day", due))
        text = N_("以“%(field)s”为准，至 %(day)s 到期")
        if due is None:
            text = N_("“%(field)s”尚未填写，暂无到期时间")
        return Step(at, text, values, None, due, (), self.calendar.zone)

    def date_due(self, data: Mapping[str, Json]) -> datetime | None:
        """The end of the day that stands in the clock's date field."""
        value = data.get(self.clock.until)
        return self.calendar.end_of(date.fromisoformat(value)) if isinstance(value, str) else None

    def period(self, at: datetime, *, after: datetime) -> Step:
        """The first occurrence of a periodic clock strictly after an instant."""
        every = self.clock.every
        assert every is not None  # only called for periodic clocks
        due, skipped = next_occurrence(self.calendar, every, after)
        text = N_("定期报送，本期至 %(due)s 到期")
        return Step(at, text, (("due", due),), None, due, skipped, self.calendar.zone)

    def resume(self, due: datetime, since: datetime, until: datetime) -> Due:
        """The due instant after a pause: working units move by the working time paused, others by the time elapsed.

        A date field is a date: a pause does not move it.
        """
        if self.clock.within is None:
            return Due(due)
        if self.clock.within.unit in ("working_days", "working_hours"):
            lost = self.calendar.working_time_between(since, until)
            return self.calendar.due_after_working_time(due, lost)
        return self._rolled(Due(due + (until - since)))

    def extend(self, due: datetime, amount: int) -> Due:
        """The due instant moved on by a number in the clock's unit (days for a date field)."""
        return self._rolled(add(self.calendar, due, Decimal(amount), self.unit))

    @property
    def unit(self) -> Unit:
        """The unit in which the clock is extended."""
        return self.clock.within.unit if self.clock.within else "days"


def add(calendar: WorkCalendar, at: datetime, amount: Decimal, unit: Unit) -> Due:
    """An instant moved on by an amount of a unit; days and months are whole and end with the day."""
    if unit == "working_days":
        return calendar.due_in_working_days(at, amount)
    if unit == "working_hours":
        return calendar.due_in_working_minutes(at, amount * 60)
    if unit == "minutes":
        return Due(calendar.local(at) + timedelta(minutes=float(amount)))
    whole = int(amount.to_integral_value(ROUND_CEILING))
    return calendar.due_in_days(at, whole) if unit == "days" else calendar.due_in_months(at, whole)


def next_occurrence(
    calendar: WorkCalendar, every: Every, after: datetime
) -> tuple[datetime, tuple[Skipped, ...]]:
    """The first occurrence strictly after an instant, shifted to a working day, with the day it was shifted from.

    Two occurrences that a long holiday shifts to the same day are one.
    """
    day = calendar.civil_day(after)
    found = _first_on_or_after(calendar, every, day)
    return found if found[0] > after else _first_on_or_after(calendar, every, day + ONE_DAY)


def _first_on_or_after(
    calendar: WorkCalendar, every: Every, day: date
) -> tuple[datetime, tuple[Skipped, ...]]:
    """The first occurrence on a day or later; there is one a day at most, so that a table by day holds them all."""
    key = (every.period, every.day, every.at, every.shift, day)
    known = calendar.occurrences.get(key)
    if known is None:
        known = calendar.occurrences[key] = _search(calendar, every, day)
    return known


def _search(
    calendar: WorkCalendar, every: Every, first: date
) -> tuple[datetime, tuple[Skipped, ...]]:
    nominal = _nominal_on_or_after(
        every, first if every.shift == "previous" else first - LONGEST_HOLIDAY
    )
    while (day := calendar.nearest_working_day(nominal, every.shift)) < first:
        nominal = _nominal_on_or_after(every, nominal + ONE_DAY)
    skipped = (Skipped(nominal, calendar.why_not(nominal)),) if day != nominal else ()
    return calendar.at(day, time.fromisoformat(every.at)), skipped


def _nominal_on_or_after(every: Every, day: date) -> date:
    if every.period == "week":
        return day + timedelta(days=(every.day - day.isoweekday()) % WEEK)
    found = _in_month(day, every.day)
    return found if found >= day else _in_month(_first_of_next_month(day), every.day)


def _in_month(month: date, day: int) -> date:
    """The day of the month; its last day where it has fewer."""
    last = _first_of_next_month(month) - timedelta(days=1)
    return last.replace(day=min(day, last.day))


def _first_of_next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
