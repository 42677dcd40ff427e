"""The working calendar against the State Council's notices, and the properties of reckoning on it."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.calendar.workdays import DayOverride, Skipped, WorkCalendar
from bihuan.kernel.errors import CalendarGap

CALENDAR = WorkCalendar()


def days(year: int, *spans: str) -> set[date]:
    """`01-21..01-27` and `04-05` as dates."""
    found: set[date] = set()
    for span in spans:
        first, _, last = span.partition("..")
        day, end = (date.fromisoformat(f"{year}-{text}") for text in (first, last or first))
        while day <= end:
            found.add(day)
            day += timedelta(days=1)
    return found


# 国办发明电〔2022〕16号 and 国办发明电〔2023〕7号, written out by hand.
OFFICIAL = {
    2023: (
        days(2023, "01-01..01-02", "01-21..01-27", "04-05", "04-29..05-03", "06-22..06-24", "09-29..10-06"),
        days(2023, "01-28..01-29", "04-23", "05-06", "06-25", "10-07..10-08"),
    ),
    2024: (
        days(2024, "01-01", "02-10..02-17", "04-04..04-06", "05-01..05-05", "06-10", "09-15..09-17", "10-01..10-07"),
        days(2024, "02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"),
    ),
}  # fmt: skip


def at(text: str) -> datetime:
    """A local instant."""
    return datetime.fromisoformat(text).replace(tzinfo=CALENDAR.zone)


@pytest.mark.parametrize("year", OFFICIAL)
def test_every_day_of_the_year_is_as_the_notice_says(year: int) -> None:
    off, worked = OFFICIAL[year]
    for day in days(year, "01-01..12-31"):
        expected = day in worked or (day.weekday() < 5 and day not in off)
        assert CALENDAR.is_working_day(day) is expected, day


def test_a_day_off_says_why() -> None:
    assert CALENDAR.why_not(date(2023, 1, 22)) == "春节"
    assert CALENDAR.why_not(date(2023, 3, 4)) == "周末"
    assert "2023-04-23" in CALENDAR.why_not(date(2023, 5, 2))
    assert CALENDAR.why_not(date(2023, 1, 28)) == ""


def test_a_year_without_make_up_days_is_refused_and_never_guessed() -> None:
    with pytest.raises(CalendarGap, match="2027"):
        CALENDAR.is_working_day(date(2027, 3, 1))
    with pytest.raises(CalendarGap):
        CALENDAR.due_in_working_days(at("2026-12-30T09:00"), 5)


def test_the_catalog_may_give_a_whole_year_and_override_single_days() -> None:
    city = WorkCalendar(
        overrides={
            date(2027, 2, 5): DayOverride("holiday", "国办发明电〔2026〕X号"),
            date(2027, 2, 6): DayOverride("workday", "国办发明电〔2026〕X号"),
            date(2023, 3, 1): DayOverride("holiday", "市政府令"),
        },
        years_given=frozenset({2027}),
    )
    assert city.why_not(date(2027, 2, 5)) == "国办发明电〔2026〕X号"
    assert city.is_working_day(date(2027, 2, 6))
    assert city.why_not(date(2027, 2, 7)) == "周末"
    assert city.why_not(date(2023, 3, 1)) == "市政府令"


def test_the_day_of_start_does_not_count_and_the_day_ends_with_office_hours() -> None:
    assert CALENDAR.due_in_working_days(at("2023-03-01T09:00"), 3).at == at("2023-03-06T18:00")


def test_a_reckoning_shows_the_days_it_skipped() -> None:
    due = CALENDAR.due_in_working_days(at("2023-04-28T10:00"), 1)
    assert due.at == at("2023-05-04T18:00")
    assert due.skipped[0] == Skipped(date(2023, 4, 29), "周末")
    assert [s.day.day for s in due.skipped] == [29, 30, 1, 2, 3]


def test_half_a_working_day_counts_in_working_hours() -> None:
    assert CALENDAR.due_in_working_days(at("2023-03-01T09:00"), Decimal("0.5")).at == at(
        "2023-03-01T15:00"
    )
    assert CALENDAR.due_in_working_days(at("2023-03-03T17:00"), Decimal("1.5")).at == at(
        "2023-03-07T12:00"
    )


def test_thirty_working_minutes_jump_over_the_noon_break_and_the_night() -> None:
    assert CALENDAR.due_in_working_minutes(at("2023-03-01T11:50"), 30).at == at("2023-03-01T14:50")
    assert CALENDAR.due_in_working_minutes(at("2023-03-03T17:50"), 30).at == at("2023-03-06T08:50")
    assert CALENDAR.due_in_working_minutes(at("2023-03-04T10:00"), 30).at == at("2023-03-06T09:00")


def test_calendar_days_and_months_end_with_the_civil_day() -> None:
    assert CALENDAR.due_in_days(at("2023-03-01T09:00"), 3).at == at("2023-03-04T23:59:59")
    assert CALENDAR.due_in_months(at("2023-01-31T09:00"), 1).at == at("2023-02-28T23:59:59")
    assert CALENDAR.due_in_months(at("2023-11-15T09:00"), 2).at == at("2024-01-15T23:59:59")


def test_a_foreign_zone_is_reckoned_in_the_calendars_own() -> None:
    utc = at("2023-03-02T01:30").astimezone(UTC)
    assert CALENDAR.due_in_working_days(utc, 1).at == at("2023-03-03T18:00")
    with pytest.raises(ValueError, match="aware"):
        CALENDAR.due_in_days(datetime(2023, 3, 1), 1)  # noqa: DTZ001


def test_hours_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="in order"):
        WorkCalendar(hours=((time(9), time(12)), (time(11), time(18))))


instants = st.integers(0, int(timedelta(days=2370).total_seconds())).map(
    lambda seconds: at("2019-01-01T00:00") + timedelta(seconds=seconds)
)


@given(instants, st.integers(1, 200))
def test_working_days_are_undone_by_counting_them(start: datetime, amount: int) -> None:
    due = CALENDAR.due_in_working_days(start, amount)
    assert CALENDAR.working_days_between(start, due.at) == amount
    assert CALENDAR.is_working_day(due.at.date())
    assert len(due.skipped) == (due.at.date() - start.date()).days - amount
    assert not any(CALENDAR.is_working_day(s.day) for s in due.skipped)


@given(instants, st.integers(1, 5000))
def test_working_minutes_are_undone_by_counting_them(start: datetime, minutes: int) -> None:
    due = CALENDAR.due_in_working_minutes(start, minutes).at
    assert CALENDAR.working_time_between(start, due) == timedelta(minutes=minutes)
    assert CALENDAR.working_minutes_between(start, due) == minutes
    assert CALENDAR.is_working_day(due.date())
    assert any(opens <= due.time() <= closes for opens, closes in CALENDAR.hours)


@given(instants, instants, st.decimals(0, 30, places=1), st.decimals(0, 5, places=1))
def test_a_later_start_or_a_longer_period_is_never_due_earlier(
    one: datetime, other: datetime, amount: Decimal, more: Decimal
) -> None:
    first, last = sorted((one, other))
    reckon = CALENDAR.due_in_working_days
    assert reckon(first, amount).at <= reckon(last, amount).at
    assert reckon(first, amount).at <= reckon(first, amount + more).at


@given(instants, instants, instants)
def test_working_time_adds_up(a: datetime, b: datetime, c: datetime) -> None:
    a, b, c = sorted((a, b, c))
    between = CALENDAR.working_time_between
    assert between(a, b) + between(b, c) == between(a, c) == -between(c, a)
