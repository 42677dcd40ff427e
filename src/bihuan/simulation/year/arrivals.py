"""When demands arrive (来电): by season, weekday, holiday and hour, some of them about the same thing. Draws only.

The whole list follows from the seed by one stream of dice that every process throws alike; which process lives a demand
follows from the demand that it repeats, so that demands that know of each other never lie in two processes.
"""

import random
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

from bihuan.kernel.calendar.workdays import WorkCalendar
from bihuan.simulation.year.setting import YearSetting

HOURS = (2, 1, 1, 1, 1, 2, 5, 14, 42, 60, 62, 52, 28, 26, 44, 56, 54, 46, 34, 28, 22, 16, 10, 5)
WEEKDAYS = (118, 112, 108, 106, 102, 66, 58)
MONTHS = (
    112,
    70,
    94,
    90,
    92,
    98,
    110,
    108,
    92,
    90,
    118,
    116,
)  # heating in winter, floods in summer
HOLIDAY = 45  # per cent of the weekday's calls
REPEATS = 0.08  # the share of demands that are about what somebody has told already
REPEATS_WITHIN = 6 * 24 * 60  # minutes


class Arrival(NamedTuple):
    """One demand: when, its number in the plan, and the number of the demand that it repeats (itself: none)."""

    at: datetime
    id: int
    head: int


def arrivals(setting: YearSetting, calendar: WorkCalendar) -> list[Arrival]:
    """Every demand of the year in the order of time."""
    dice = random.Random(f"{setting.seed}/arrivals")
    days = [setting.start + timedelta(days=n) for n in range(setting.days)]
    by_day = list(accumulate(_weight(calendar, calendar.civil_day(day)) for day in days))
    by_hour = list(accumulate(HOURS))
    latest = setting.end - timedelta(seconds=1)
    found: list[Arrival] = []
    head = Arrival(setting.start, 0, 0)
    for number in range(setting.demands):
        is_repeat = dice.random() < REPEATS and number > 0
        day, hour = days[_pick(dice, by_day)], _pick(dice, by_hour)
        at = day + timedelta(hours=hour, seconds=dice.randrange(3600))
        if is_repeat:
            at = head.at + timedelta(minutes=1 + dice.randrange(REPEATS_WITHIN))
            found.append(Arrival(min(at, latest), number, head.id))
        else:
            head = Arrival(at, number, number)
            found.append(head)
    return sorted(found)


def share_of(found: Sequence[Arrival], job: int, jobs: int) -> list[Arrival]:
    """The demands that one of several processes lives."""
    return [arrival for arrival in found if arrival.head % jobs == job]


def _weight(calendar: WorkCalendar, day: date) -> int:
    weight = WEEKDAYS[day.weekday()] * MONTHS[day.month - 1]
    is_holiday = day.weekday() < 5 and not calendar.is_working_day(day)
    return weight * HOLIDAY // 100 if is_holiday else weight


def _pick(dice: random.Random, sums: Sequence[int]) -> int:
    return bisect_right(sums, dice.randrange(sums[-1]))
