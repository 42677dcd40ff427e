"""The shortcuts of the reckoning change no result: against plain timers that see every event and plain day-by-day sums."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bihuan.kernel.calendar.workdays import OFFICE_HOURS, WorkCalendar
from bihuan.kernel.matters.clocks import ClockState, derive_clocks
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.facts import Moved
from bihuan.kernel.matters.reckoning import Reckoning, next_occurrence
from bihuan.kernel.matters.runs import PeriodicTimer, Timer
from bihuan.kernel.matters.timing import Every, Within
from tests.kernel.flows import CALENDAR, Story, Table, at, errand, instants

VARIANTS: tuple[Matter, ...] = (
    errand(),
    errand({"clocks.handle.met_by": ["report"]}),
    errand(
        {"clocks.weekly.runs_in": ["in_progress"], "clocks.weekly.pauses_in": ["waiting"]},
    ),
    errand({"clocks.weekly.when": {"pace": "major"}, "clocks.major.pauses_in": ["waiting"]}),
    errand({"clocks.handle.within": {"amount": 30, "unit": "working_hours"}}),
    errand({"clocks.handle.within": {"amount": 2, "unit": "days", "roll": "next_working_day"}}),
)
DATES = st.one_of(st.none(), st.dates(date(2022, 1, 1), date(2023, 12, 31)).map(str))


@st.composite
def stories(draw: st.DrawFn) -> tuple[Story, datetime]:
    """A random walk through one of the variants, with dates that come and go, and an instant after it."""
    matter = draw(st.sampled_from(VARIANTS))
    opened = at("2022-01-04 09:00") + timedelta(minutes=draw(st.integers(0, 60 * 24 * 300)))
    pace = st.sampled_from(["general", "major", None])
    story = Story(matter, opened, pace=draw(pace), deadline=draw(DATES))
    gaps = draw(st.lists(st.integers(0, 60 * 24 * 12), min_size=1, max_size=16))
    *moves, now = instants(opened, gaps)
    for instant in moves:
        if not (possible := story.possible()):
            break
        action = draw(st.sampled_from(possible))
        edits: dict[str, Any] = {}
        if action == "grant":
            edits = {"deadline": draw(DATES)}
        if action == "refile":
            edits = {"pace": draw(pace)}
        story.then(instant, action, draw(st.integers(0, 9)), **edits)
    return story, now


def seen_event_by_event(
    matter: Matter, history: Sequence[Moved], calendar: WorkCalendar, now: datetime
) -> tuple[ClockState, ...]:
    """What timers say that are shown every event, on a calendar that remembers nothing."""
    states: list[ClockState] = []
    for key, clock in matter.clocks.items():
        kind = Timer if clock.every is None else PeriodicTimer
        timer = kind(key, matter, Reckoning(clock, calendar, Table()))
        for event in history:
            timer.see(event)
        states.extend(timer.states(now))
    return tuple(states)


@given(stories())
def test_events_that_a_clock_does_not_hear_of_would_change_nothing(
    case: tuple[Story, datetime],
) -> None:
    story, now = case
    quick = derive_clocks(story.matter, story.events, CALENDAR, Table(), now)
    assert quick == seen_event_by_event(story.matter, story.events, WorkCalendar(), now)


EVERY = st.builds(
    Every,
    period=st.sampled_from(["week", "month"]),
    day=st.integers(1, 7),
    at=st.sampled_from(["00:00", "09:30", "17:30", "23:59"]),
    shift=st.sampled_from(["previous", "next"]),
)
INSTANTS = st.integers(0, 60 * 24 * 660).map(
    lambda minutes: at("2022-02-01 00:00") + timedelta(minutes=minutes)
)


def nearest(day: date, shift: Literal["previous", "next"]) -> date:
    """The working day that a nominal day is shifted to."""
    while not CALENDAR.is_working_day(day):
        day += timedelta(days=1 if shift == "next" else -1)
    return day


@given(EVERY, INSTANTS)
def test_the_next_occurrence_is_the_least_of_all_occurrences_later(
    every: Every, after: datetime
) -> None:
    start = after.date() - timedelta(days=40)
    nominal = [
        day
        for day in (start + timedelta(days=n) for n in range(100))
        if (day.isoweekday() if every.period == "week" else day.day) == every.day
    ]
    clock = time.fromisoformat(every.at)
    all_due = [CALENDAR.at(nearest(day, every.shift), clock) for day in nominal]
    assert next_occurrence(CALENDAR, every, after)[0] == min(d for d in all_due if d > after)


@given(INSTANTS, INSTANTS)
def test_working_time_is_the_sum_of_what_each_day_holds(one: datetime, other: datetime) -> None:
    start, end = sorted((one, other))
    total, day = timedelta(), start.date()
    while day <= end.date():
        for opens, closes in OFFICE_HOURS if CALENDAR.is_working_day(day) else ():
            held = min(CALENDAR.at(day, closes), end) - max(CALENDAR.at(day, opens), start)
            total += max(held, timedelta())
        day += timedelta(days=1)
    assert CALENDAR.working_time_between(start, end) == total


@given(INSTANTS, st.integers(1, 40))
def test_the_last_working_day_is_found_by_counting(start: datetime, amount: int) -> None:
    day, left = start.date(), amount
    while left:
        day += timedelta(days=1)
        left -= CALENDAR.is_working_day(day)
    assert CALENDAR.due_in_working_days(start, amount).at == CALENDAR.at(day, time(18))


def rolling(**within: object) -> Matter:
    """The errand whose handling time rolls on from a day off."""
    return errand({"clocks.handle.within": {"roll": "next_working_day", **within}})


def due(matter: Matter, opened: str, now: str) -> ClockState:
    """The handling clock after signing for at once."""
    story = Story(matter, opened).then(opened, "sign_for")
    states = derive_clocks(matter, story.events, CALENDAR, Table(), at(now))
    (found,) = [state for state in states if state.key == "handle"]
    return found


def test_a_period_that_ends_on_a_holiday_rolls_to_the_next_working_day_where_the_matter_says_so() -> (
    None
):
    rolled = due(rolling(amount=3, unit="days"), "09-27 09:00", "10-01 09:00")
    assert rolled.due_at == at("10-07 23:59:59")  # a make-up day
    assert [s.day.day for s in rolled.reckoning[0].skipped] == [30, 1, 2, 3, 4, 5, 6]
    month = due(rolling(amount=1, unit="months"), "03-01 09:00", "03-02 09:00")
    assert month.due_at == at("04-03 23:59:59")  # 1 April is a Saturday
    plain = errand({"clocks.handle.within": {"amount": 3, "unit": "days"}})
    assert due(plain, "09-27 09:00", "09-28 09:00").due_at == at("09-30 23:59:59")


def test_an_extension_and_a_pause_that_end_on_a_day_off_roll_as_well() -> None:
    matter = rolling(amount=1, unit="days")
    story = Story(matter, "03-01 09:00").then("03-01 09:00", "sign_for")
    story.then("03-01 10:00", "prolong", 2)  # Thursday, and two days: a Saturday
    states = derive_clocks(matter, story.events, CALENDAR, Table(), at("03-01 11:00"))
    assert next(s.due_at for s in states if s.key == "handle") == at("03-06 23:59:59")
    story = Story(matter, "03-01 09:00").then("03-01 09:00", "sign_for")
    story.then("03-01 10:00", "ask").then("03-03 10:00", "grant")
    states = derive_clocks(matter, story.events, CALENDAR, Table(), at("03-03 11:00"))
    assert next(s.due_at for s in states if s.key == "handle") == at("03-06 23:59:59")


@pytest.mark.parametrize("unit", ["minutes", "working_hours", "working_days"])
def test_what_never_ends_on_a_day_off_cannot_roll(unit: str) -> None:
    with pytest.raises(ValidationError, match="roll"):
        Within.model_validate({"amount": 1, "unit": unit, "roll": "next_working_day"})
