"""What a month comes to: each kind of measure counts what it says, once, for the unit that it concerns."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.appraisal.compute import Rules, Span, Story, rows_of
from bihuan.kernel.catalog.appraisal import AppraisalVersion
from bihuan.kernel.matters.fields import Json
from tests.kernel.flows import CALENDAR, Table, at, errand, instants
from tests.kernel.flows import Story as Told

MATTER = errand()
RULES = Rules(CALENDAR, Table())
MARCH = Span(at("03-01 00:00"), at("04-01 00:00"))
APRIL = Span(at("04-01 00:00"), at("05-01 00:00"))
HELD = {"kind": "held", "time": "elapsed"}


def version(*measures: dict[str, Any], least: int = 1) -> AppraisalVersion:
    """Measures on the errand, with keys m0, m1, … and labels that nobody reads."""
    full = [
        {"key": f"m{i}", "label": "x", "matters": [MATTER.key], **measure}
        for i, measure in enumerate(measures)
    ]
    return AppraisalVersion.model_validate(
        {"from": "2023-01-01", "basis": "x", "least": least, "measures": full}
    )


def counted(
    stories: Iterable[Told], *measures: dict[str, Any], span: Span = MARCH, least: int = 1
) -> list[tuple[Json, ...]]:
    """The rows of a month as tuples."""
    told = [Story(MATTER, cut(story, span), span, RULES) for story in stories]
    rows = rows_of(version(*measures, least=least), told)
    return [tuple(row.values()) for row in rows]


def cut(told: Told, span: Span) -> list[Any]:
    """The history up to the end of the month, as the reader of the ledger gives it."""
    return [event for event in told.events if event.at < span.until]


def errand_done() -> Told:
    """Opened on 1 March, signed for in time, claimed late, rejected once, verified on 20 March."""
    return (
        Told(MATTER, "03-01 09:00")
        .then("03-02 09:00", "sign_for")
        .then("03-16 09:00", "claim")
        .then("03-17 09:00", "reject")
        .then("03-20 09:00", "claim")
        .then("03-20 15:00", "verify")
    )


def test_a_run_counts_where_it_was_met_or_came_due_for_who_held_it() -> None:
    on_time = {"kind": "on_time", "clocks": ["sign_for", "handle"]}
    assert counted([errand_done()], on_time) == [("m0", "jtj", 2, 3, "0.6667")]
    assert counted([errand_done()], on_time, span=APRIL) == []


def test_an_open_run_that_came_due_counts_as_missed_once() -> None:
    idle = Told(MATTER, "03-30 09:00")
    on_time = {"kind": "on_time", "clocks": ["sign_for"]}
    assert counted([idle], on_time) == [("m0", "jtj", 0, 1, "0.0000")]
    assert counted([idle], on_time, span=APRIL) == []


def test_a_measure_may_name_the_unit_field_as_it_stood_then() -> None:
    told = Told(MATTER, "03-01 09:00").then("03-02 09:00", "sign_for").then("03-09 09:00", "ask")
    decided = told.then("03-20 09:00", "grant", deadline="2023-07-01")
    late = {"kind": "on_time", "clocks": ["decide"]}
    assert counted([decided], late, late | {"unit": "lead"}) == [
        ("m0", "dcs", 0, 1, "0.0000"),
        ("m1", "jtj", 0, 1, "0.0000"),
    ]


def test_the_unit_is_the_one_before_the_action_that_decides() -> None:
    asked = Told(MATTER, "03-01 09:00").then("03-02 09:00", "sign_for").then("03-09 09:00", "ask")
    granted = asked.then("03-10 09:00", "grant", deadline="2023-07-01", lead="sbj")
    decide = {"kind": "on_time", "clocks": ["decide"], "unit": "lead"}
    assert counted([granted], decide) == [("m0", "jtj", 1, 1, "1.0000")]


def test_returns_reopenings_and_ends_count_against_the_unit_that_did_the_work() -> None:
    again = errand_done().then("03-25 09:00", "reopen", lead="jtj")
    other = Told(MATTER, "03-01 09:00", lead="sbj").then("03-03 09:00", "withdraw")
    assert counted(
        [again, other],
        {"kind": "returned", "actions": ["reject"], "unit": "lead"},
        {"kind": "reopened"},
        {"kind": "ended"},
    ) == [
        ("m0", "jtj", 1, 1, "1.0000"),
        ("m0", "sbj", 0, 1, "0.0000"),
        ("m1", "jtj", 1, 1, "1.0000"),
        ("m2", "jtj", 1, 1, "1.0000"),
        ("m2", "sbj", 0, 1, "0.0000"),
    ]


def test_time_held_is_clipped_to_the_month_and_by_working_time_if_so() -> None:
    told = Told(MATTER, "03-31 16:00").then("04-03 09:30", "sign_for")
    assert counted([told], HELD) == [("m0", "jtj", 8 * 3600, 1, "28800.0000")]
    working = {"kind": "held"}
    closes = CALENDAR.hours[-1][1]
    until = at("03-31 16:00").replace(hour=closes.hour, minute=closes.minute)
    left = int((until - at("03-31 16:00")).total_seconds())
    assert counted([told], working) == [("m0", "jtj", left, 1, f"{left}.0000")]


def test_few_cases_give_no_rate_and_no_score() -> None:
    ended = {"kind": "ended", "weight": 10}
    assert counted([errand_done()], ended, least=2) == [("m0", "jtj", 1, 1, None)]
    assert counted([errand_done(), errand_done()], ended, least=2) == [
        ("m0", "jtj", 2, 2, "1.0000"),
        ("score", "jtj", 10, 10, "1.0000"),
    ]


def test_a_score_weighs_rates_and_less_is_better_for_returns() -> None:
    rows = counted(
        [errand_done()],
        {"kind": "on_time", "clocks": ["sign_for", "handle"], "weight": 30},
        {"kind": "returned", "actions": ["reject"], "unit": "lead", "weight": 10},
    )
    assert rows[-1] == ("score", "jtj", "20.001", 40, "0.5000")


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "on_time"},
        {"kind": "ended", "clocks": ["handle"]},
        {"kind": "returned"},
        {"kind": "held", "weight": 5},
        {"kind": "ended", "least": 0},
    ],
)
def test_a_measure_that_does_not_fit_its_kind_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"on_time|returned|weight|least|clocks"):
        version(wrong)


@st.composite
def told_stories(draw: st.DrawFn) -> Told:
    """An errand that somebody takes through any actions, over up to four months."""
    start = at("02-20 09:00") + timedelta(minutes=draw(st.integers(0, 40_000)))
    told = Told(MATTER, start)
    gaps = draw(st.lists(st.integers(0, 20_000), max_size=8))
    for instant in instants(start, gaps):
        if possible := told.possible():
            action = draw(st.sampled_from(possible))
            told.then(instant, action, draw(st.integers(1, 5)))
    return told


ALL = (
    {"kind": "on_time", "clocks": list(MATTER.clocks), "weight": 40},
    {"kind": "on_time", "clocks": ["handle", "complete"], "unit": "lead"},
    {"kind": "returned", "actions": ["reject"], "unit": "lead", "weight": 10},
    {"kind": "reopened"},
    {"kind": "ended"},
    {"kind": "held"},
    HELD,
)


def open_time(told: Told, since: datetime, until: datetime) -> timedelta:
    """How long the case stood open in a stretch of time, reckoned event by event."""
    ends = [event.at for event in told.events[1:]] + [max(until, told.events[-1].at)]
    spans = [
        (max(event.at, since), min(end, until))
        for event, end in zip(told.events, ends, strict=True)
        if not MATTER.states[event.to].end
    ]
    return sum((b - a for a, b in spans if a < b), timedelta())


@given(st.lists(told_stories(), max_size=4))
def test_times_held_sum_to_the_time_that_cases_were_open(stories: list[Told]) -> None:
    held = sum((Decimal(str(row[2])) for row in counted(stories, HELD)), Decimal(0))
    whole = sum((open_time(told, MARCH.since, MARCH.until) for told in stories), timedelta())
    assert held == Decimal(whole // timedelta(microseconds=1)) / 10**6


@given(st.lists(told_stories(), max_size=4), st.integers(0, 50_000))
def test_nothing_after_the_month_changes_it(stories: list[Told], gap: int) -> None:
    before = counted(stories, *ALL)
    for told in stories:
        later = max(MARCH.until, told.events[-1].at) + timedelta(minutes=gap)
        for action in told.possible()[:1]:
            told.then(later, action, 3)
    assert counted(stories, *ALL) == before


@given(st.lists(told_stories(), max_size=4))
def test_months_add_up_to_the_stretch_they_make(stories: list[Told]) -> None:
    both = Span(MARCH.since, APRIL.until)
    held = [
        sum((Decimal(str(row[2])) for row in counted(stories, HELD, span=span)), Decimal(0))
        for span in (MARCH, APRIL, both)
    ]
    assert held[0] + held[1] == held[2]


@given(st.lists(told_stories(), max_size=4))
def test_no_numerator_of_a_share_exceeds_its_denominator(stories: list[Told]) -> None:
    for measure, _, above, below, _ in counted(stories, *ALL):
        if measure in ("m0", "m1", "m4"):
            assert 0 <= Decimal(str(above)) <= Decimal(str(below))
