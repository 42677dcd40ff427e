"""Progress: percentages stay within their bounds, run with time and with the milestones' values."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bihuan.plan.progress import (
    HUNDRED,
    Milestone,
    Point,
    Progress,
    Target,
    interpolate,
    pace_of,
    quarter_end,
)
from bihuan.web.charts import bullet, line_options, small_line

NOON = datetime(2023, 7, 3, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
START, END = date(2023, 1, 1), date(2023, 12, 31)
DAYS = st.dates(date(2022, 6, 1), date(2024, 6, 30))
AMOUNTS = st.decimals(0, 10**6, places=2)


def progress(target: Target, milestones: tuple[Milestone, ...] = ()) -> Progress:
    """A running task with one target."""
    return Progress("in_progress", "", START, END, (target,), milestones, None, 0)


def target(goal: Decimal, value: Decimal, bound: str = "ge", basis: str = "level") -> Target:
    """A target with one reported value."""
    return Target("x", goal, "", bound, basis, None, (Point(NOON, value, "", 1),))


@given(DAYS, DAYS)
def test_time_never_runs_backwards_nor_out_of_bounds(one: date, other: date) -> None:
    task = progress(target(Decimal(1), Decimal(0)))
    early, late = sorted((one, other))
    assert 0 <= task.time_progress(early) <= task.time_progress(late) <= HUNDRED
    assert task.time_progress(END) == HUNDRED


@given(DAYS, AMOUNTS, AMOUNTS)
def test_expected_progress_runs_from_nothing_to_all(
    day: date, goal: Decimal, first: Decimal
) -> None:
    goal += 1
    half = Milestone("q2", date(2023, 6, 30), "", min(first, goal), None)
    task = progress(target(goal, Decimal(0)), (half,))
    assert 0 <= task.expected(task.targets[0], day) <= HUNDRED
    assert task.expected(task.targets[0], START) == 0
    assert task.expected(task.targets[0], END) == HUNDRED


@given(AMOUNTS, AMOUNTS, st.sampled_from(["eq", "ge", "gt", "le", "lt", "approx"]))
def test_completion_is_never_negative_and_full_where_the_bound_is_met(
    goal: Decimal, value: Decimal, bound: str
) -> None:
    found = target(goal, value, bound)
    assert found.completion is not None
    assert found.completion >= 0
    if found.is_met and bound != "lt":
        assert found.completion >= HUNDRED


@given(st.lists(AMOUNTS, min_size=2, max_size=6), DAYS)
def test_a_line_stays_between_its_points(values: list[Decimal], day: date) -> None:
    line = [(START + timedelta(days=30 * i), value) for i, value in enumerate(values)]
    slack = Decimal("0.0001")
    assert min(values) - slack <= interpolate(line, day) <= max(values) + slack


def test_rates_are_not_held_against_the_calendar() -> None:
    growth = progress(target(Decimal(6), Decimal(1), basis="growth"))
    ceiling = progress(target(Decimal(6), Decimal(9), bound="le"))
    assert growth.deviation(date(2023, 12, 1)) is None
    assert ceiling.deviation(date(2023, 12, 1)) is None


def test_without_numbers_the_pace_is_that_of_the_milestones() -> None:
    met = Milestone("q1", date(2023, 3, 31), "", None, NOON)
    open_ = Milestone("q2", date(2023, 6, 30), "", None, None)
    task = Progress("in_progress", "", START, END, (), (met, open_), None, 0)
    found = pace_of(task, date(2023, 7, 3))
    assert found is not None
    assert (found.actual, found.expected, found.by) == (50, 100, "milestones")
    assert pace_of(Progress("x", "", START, END, (), (), None, 0), START) is None


def test_a_quarter_never_ends_after_the_deadline() -> None:
    assert quarter_end("q4", date(2023, 10, 15)) == date(2023, 10, 15)
    assert quarter_end("q1", date(2023, 10, 15)) == date(2023, 3, 31)


@given(AMOUNTS, AMOUNTS)
def test_a_bar_stays_in_its_box(goal: Decimal, value: Decimal) -> None:
    bar = bullet(pace_of(progress(target(goal + 1, value)), date(2023, 7, 3)))
    assert bar is not None
    assert 0 <= bar.actual <= 1000
    assert 0 <= bar.expected <= 1000


@given(st.lists(st.tuples(st.dates(START, END), AMOUNTS), min_size=1, max_size=9))
def test_a_small_line_stays_in_its_box(points: list[tuple[date, Decimal]]) -> None:
    found = small_line(sorted(points), [])
    assert found is not None
    for pair in found.actual.split():
        x, y = map(float, pair.split(","))
        assert 0 <= x <= 320
        assert 0 <= y <= 96


def test_the_chart_tells_reported_values_expected_course_and_goal() -> None:
    options = line_options(
        target(Decimal(25), Decimal(5)),
        [(START, Decimal(5))],
        [(START, Decimal(0)), (END, Decimal(25))],
    )
    series = options["series"]
    assert isinstance(series, list)
    assert series[0]["data"] == [["2023-01-01", 5.0]]
    assert series[0]["markLine"]["data"] == [{"yAxis": 25.0}]
    assert series[1]["data"][-1] == ["2023-12-31", 25.0]
    assert small_line([], []) is None
