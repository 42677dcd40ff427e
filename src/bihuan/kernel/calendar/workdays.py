"""The working calendar (工作日历): which days are worked, and due instants reckoned on them. Pure; reads no wall clock.

Rules: the day on which a period begins is not counted (《民法典》第二百零一条); a period of working days ends at the
close of working hours of its last day; a period of days or a date ends with that civil day. Days off and make-up days
come from the State Council's notices; the catalog may override single days. A year without data is a CalendarGap.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal
from functools import cached_property
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from bihuan.kernel.calendar.statutory import statutory_year
from bihuan.kernel.errors import N_, CalendarGap

Hours = tuple[tuple[time, time], ...]

OFFICE_HOURS: Hours = ((time(8, 30), time(12, 0)), (time(14, 30), time(18, 0)))
END_OF_DAY = time(23, 59, 59)
ONE_DAY = timedelta(days=1)
WEEKEND = N_("周末")
SATURDAY = 5


@dataclass(frozen=True)
class DayOverride:
    """A day that the catalog decides, and the document that says so."""

    kind: Literal["holiday", "workday"]
    reason: str


@dataclass(frozen=True)
class Skipped:
    """A day that a reckoning did not count, and why."""

    day: date
    reason: str


@dataclass(frozen=True)
class Due:
    """A due instant and the reckoning behind it."""

    at: datetime
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True)
class WorkCalendar:
    """Working days and hours of a city.

    `hours` are the spans of one working day, in order. `years_given` are the years that `overrides` cover whole,
    for years that the library does not know; weekends need not be listed.
    """

    timezone: str = "Asia/Shanghai"
    hours: Hours = OFFICE_HOURS
    overrides: Mapping[date, DayOverride] = field(default_factory=dict, hash=False)
    years_given: frozenset[int] = frozenset()
    zone: ZoneInfo = field(init=False, repr=False, compare=False)
    # Tables filled as days are asked for: a calendar never changes.
    occurrences: dict[tuple[object, ...], tuple[datetime, tuple[Skipped, ...]]] = field(
        init=False, repr=False, compare=False
    )
    _reasons: dict[date, str] = field(init=False, repr=False, compare=False)
    _ends: dict[tuple[date, int], Due] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the hours; they must be spans in order, without overlap."""
        edges = [edge for span in self.hours for edge in span]
        if not edges or any(a >= b for a, b in pairwise(edges)):
            raise ValueError(f"working hours must be spans in order: {self.hours}")
        object.__setattr__(self, "zone", ZoneInfo(self.timezone))
        for table in ("occurrences", "_reasons", "_ends"):
            object.__setattr__(self, table, {})

    # Days

    def is_working_day(self, day: date) -> bool:
        """True where offices work; raises CalendarGap for a year without data."""
        return not self.why_not(day)

    def why_not(self, day: date) -> str:
        """Why a day is not worked (周末, a holiday's name, an override's reason); empty for a working day."""
        known = self._reasons.get(day)
        if known is None:
            known = self._reasons[day] = self._reason(day)
        return known

    def _reason(self, day: date) -> str:
        weekend = WEEKEND if day.weekday() >= SATURDAY else ""
        given = self.overrides.get(day)
        if given is not None:
            return "" if given.kind == "workday" else given.reason or N_("放假")
        if day.year in self.years_given:
            return weekend
        year = statutory_year(day.year)
        if year is None:
            raise CalendarGap(day.year)
        if day in year.make_up:
            return ""
        return year.days_off.get(day, weekend)

    def nearest_working_day(self, day: date, toward: Literal["previous", "next"]) -> date:
        """The day itself where it is worked, else the nearest one before or after."""
        step = ONE_DAY if toward == "next" else -ONE_DAY
        while not self.is_working_day(day):
            day += step
        return day

    # Due instants

    def due_in_working_days(self, start: datetime, amount: int | Decimal) -> Due:
        """The close of the amount-th working day after the day of `start`; a rest such as 0.5 counts in working hours.

        Half a day is half of the day's working minutes, from `start` or from the close of the last whole day.
        """
        _refuse_negative(amount)
        whole, rest = divmod(Decimal(amount), 1)
        due = Due(self.local(start))
        if whole:
            due = self._end_of_working_days(due.at.date(), int(whole))
        if not rest:
            return due
        minutes = (rest * self.minutes_in_day).to_integral_value(ROUND_CEILING)
        part = self.due_in_working_minutes(due.at, int(minutes))
        return Due(part.at, (*due.skipped, *part.skipped))

    def _end_of_working_days(self, after: date, amount: int) -> Due:
        known = self._ends.get((after, amount))
        if known is None:
            day, skipped = after, list[Skipped]()
            for _ in range(amount):
                day = self._next_worked(day, skipped)
            known = Due(self.at(day, self.hours[-1][1]), tuple(skipped))
            self._ends[after, amount] = known
        return known

    def due_in_working_minutes(self, start: datetime, minutes: int | Decimal) -> Due:
        """The instant at which so many minutes of working hours have passed since `start`."""
        _refuse_negative(minutes)
        return self.due_after_working_time(start, timedelta(minutes=float(minutes)))

    def due_after_working_time(self, start: datetime, length: timedelta) -> Due:
        """As `due_in_working_minutes`, for an exact length of working time."""
        at = self.local(start)
        if length <= timedelta():
            return Due(at)
        skipped: list[Skipped] = []
        day = at.date()
        if reason := self.why_not(day):
            skipped.append(Skipped(day, reason))
            day = self._next_worked(day, skipped)
        while True:
            for opens, closes in self._spans(day):
                opens = max(opens, at)
                if opens + length <= closes:
                    return Due(opens + length, tuple(skipped))
                length -= max(closes - opens, timedelta())
            day = self._next_worked(day, skipped)

    def due_in_days(self, start: datetime, amount: int) -> Due:
        """The end of the amount-th calendar day (自然日) after the day of `start`."""
        _refuse_negative(amount)
        return Due(self.end_of(self.local(start).date() + amount * ONE_DAY))

    def due_in_months(self, start: datetime, amount: int) -> Due:
        """The end of the same day, so many months on; the month's last day where it has no such day (第二百零二条)."""
        _refuse_negative(amount)
        day = self.local(start).date()
        year, month = divmod(day.year * 12 + day.month - 1 + amount, 12)
        last = monthrange(year, month + 1)[1]
        return Due(self.end_of(date(year, month + 1, min(day.day, last))))

    def end_of(self, day: date) -> datetime:
        """The last second of a civil day: a date as a deadline is due then."""
        return self.at(day, END_OF_DAY)

    # Lengths

    @property
    def minutes_in_day(self) -> int:
        """Working minutes of one working day."""
        return int(self.day_length / timedelta(minutes=1))

    @cached_property
    def day_length(self) -> timedelta:
        """Working time of one working day."""
        return sum((_since_midnight(e) - _since_midnight(s) for s, e in self.hours), timedelta())

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Working time in [start, end]; negative where end is before start."""
        if end < start:
            return -self.working_time_between(end, start)
        start, end = self.local(start), self.local(end)
        first, last = start.date(), end.date()
        between = sum(map(self.is_working_day, _days(first + ONE_DAY, last - ONE_DAY)))
        total = between * self.day_length
        for day in {first, last}:
            if self.is_working_day(day):
                for opens, closes in self._spans(day):
                    total += max(min(closes, end) - max(opens, start), timedelta())
        return total

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """Whole minutes of working time in [start, end]."""
        return int(self.working_time_between(start, end) / timedelta(minutes=1))

    def working_days_between(self, start: date | datetime, end: date | datetime) -> int:
        """Working days after the day of `start` up to and with the day of `end`; negative where end is before."""
        first, last = self.civil_day(start), self.civil_day(end)
        if last < first:
            return -self.working_days_between(last, first)
        return sum(self.is_working_day(day) for day in _days(first + ONE_DAY, last))

    def civil_day(self, instant: date | datetime) -> date:
        """The local date of an instant; a date is itself."""
        return self.local(instant).date() if isinstance(instant, datetime) else instant

    def at(self, day: date, clock: time) -> datetime:
        """The instant of a local time on a day."""
        return datetime.combine(day, clock, tzinfo=self.zone)

    def local(self, instant: datetime) -> datetime:
        """An instant in the calendar's zone; a naive one is refused."""
        if instant.tzinfo is None:
            raise ValueError("an instant must be aware (时间须带时区)")
        return instant.astimezone(self.zone)

    def _spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        return ((self.at(day, opens), self.at(day, closes)) for opens, closes in self.hours)

    def _next_worked(self, day: date, skipped: list[Skipped]) -> date:
        day += ONE_DAY
        while reason := self.why_not(day):
            skipped.append(Skipped(day, reason))
            day += ONE_DAY
        return day


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)


def _refuse_negative(amount: int | Decimal) -> None:
    if amount < 0:
        raise ValueError(f"a length of time cannot be negative: {amount}")
