"""Statutory holidays and make-up days (法定节假日和调休) by year, read from the `holidays` library. No overrides here.

The library follows the yearly notices of the State Council office. It knows holidays for every year but make-up days
only for the years whose notice it has read; a year without make-up days is therefore not known at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from holidays import country_holidays


@dataclass(frozen=True)
class StatutoryYear:
    """One year: names of the days off, and the weekend days that are worked."""

    days_off: Mapping[date, str]
    make_up: frozenset[date]


@lru_cache(maxsize=256)
def statutory_year(year: int) -> StatutoryYear | None:
    """What the notices say of a year; None where the library has no make-up days for it."""
    table = country_holidays("CN", years=year, language="zh_CN")
    days_off = {day: name for day, name in table.items() if day.year == year}
    make_up = frozenset(day for day in table.weekend_workdays if day.year == year)
    if not days_off or not make_up:
        return None
    return StatutoryYear(days_off, make_up)
