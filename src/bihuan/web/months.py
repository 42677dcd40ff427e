"""The working calendar of a year as twelve months of weeks (工作日历). Decides no working day: it asks the calendar."""

from calendar import Calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bihuan.kernel.calendar.workdays import WEEKEND, WorkCalendar

SATURDAY = 5


@dataclass(frozen=True)
class Day:
    """One day: its kind ('' work, off, holiday, makeup, pad for a neighbour month's) and why."""

    date: date
    kind: str
    reason: str


@dataclass(frozen=True)
class Month:
    """A month of full weeks, Monday first."""

    number: int
    weeks: tuple[tuple[Day, ...], ...]


def months_of(calendar: WorkCalendar, year: int) -> tuple[Month, ...]:
    """Twelve months; raises CalendarGap for a year without data."""
    return tuple(Month(number, tuple(_weeks(calendar, year, number))) for number in range(1, 13))


def _weeks(calendar: WorkCalendar, year: int, month: int) -> Iterator[tuple[Day, ...]]:
    for week in Calendar().monthdatescalendar(year, month):
        yield tuple(
            _day(calendar, day) if day.month == month else Day(day, "pad", "") for day in week
        )


def _day(calendar: WorkCalendar, day: date) -> Day:
    reason = calendar.why_not(day)
    is_weekend = day.weekday() >= SATURDAY
    if not reason:
        return Day(day, "makeup" if is_weekend else "", "")
    return Day(day, "off" if reason == WEEKEND else "holiday", reason)
