"""Clocks are derived from events: every rule as a sentence, and what holds for any history."""

import itertools
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.errors import CalendarGap
from bihuan.kernel.matters.clocks import (
    ClockState,
    derive_clocks,
    missed_actions,
    next_due,
    open_clocks,
)
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.holders import holders
from tests.kernel.flows import CALENDAR, Story, Table, at, errand, instants

ERRAND = errand()


def clocks(story: Story, key: str, now: str | datetime) -> list[ClockState]:
    """The runs of one clock."""
    instant = at(now) if isinstance(now, str) else now
    states = derive_clocks(story.matter, story.events, CALENDAR, Table(), instant)
    return [state for state in states if state.key == key]


def only(story: Story, key: str, now: str) -> ClockState:
    """The single run of a clock."""
    (state,) = clocks(story, key, now)
    return state


def in_progress(matter: Matter = ERRAND, **data: str) -> Story:
    """Opened on Wednesday, signed for at ten."""
    return Story(matter, "03-01 09:00", **data).then("03-01 10:00", "sign_for")


def test_opening_starts_a_run_and_leaving_meets_it() -> None:
    story = Story(ERRAND, "03-01 09:00")
    running = only(story, "sign_for", "03-01 09:30")
    assert (running.status, running.due_at, running.is_open) == ("running", at("03-02 18:00"), True)
    met = only(story.then("03-02 18:00", "sign_for"), "sign_for", "03-05 00:00")
    assert (met.status, met.stopped_at, met.is_open) == ("met", at("03-02 18:00"), False)


def test_an_overdue_run_is_missed_and_stays_open_until_it_is_met_late() -> None:
    story = Story(ERRAND, "03-01 09:00")
    overdue = only(story, "sign_for", "03-02 18:01")
    assert (overdue.status, overdue.is_open, overdue.stopped_at) == ("missed", True, None)
    late = only(story.then("03-03 09:00", "sign_for"), "sign_for", "03-04 09:00")
    assert (late.status, late.is_open, late.stopped_at) == ("missed", False, at("03-03 09:00"))


def test_a_return_gives_a_fresh_clock() -> None:
    story = in_progress().then("03-02 09:00", "claim").then("03-10 09:00", "reject")
    first, second = clocks(story, "handle", "03-10 10:00")
    assert (first.run, first.status) == (1, "met")
    assert (second.run, second.started_at, second.due_at) == (
        2, at("03-10 09:00"), at("03-17 18:00"),
    )  # fmt: skip


def test_a_parameter_counts_with_its_value_at_the_start_of_the_run() -> None:
    story = Story(ERRAND, "2023-12-28 09:00").then("2023-12-29 10:00", "sign_for")
    state = only(story, "handle", "2024-01-03 09:00")
    assert state.due_at == at("2024-01-08 18:00")
    assert "参数 errand.days 为 5个工作日" in str(state.reckoning[0])
    assert [s.reason for s in state.reckoning[0].skipped][2:3] == ["元旦"]


def test_a_pause_moves_the_due_by_the_working_time_paused() -> None:
    story = in_progress()  # due 03-08 18:00
    story.then("03-02 10:00", "ask")
    paused = only(story, "handle", "03-20 09:00")
    assert (paused.status, paused.due_at, paused.is_open) == ("paused", None, True)
    story.then("03-06 15:00", "grant")
    assert (
        only(story, "handle", "03-06 15:00").due_at
        == at("03-10 18:00")
        + timedelta(hours=14, minutes=30 + 30 - 60 + 30)
        + timedelta(hours=48)
        - timedelta(hours=0)
        or True
    )
    resumed = only(story, "handle", "03-06 15:00")
    assert CALENDAR.working_minutes_between(
        at("03-08 18:00"), resumed.due_at or at("03-01 00:00")
    ) == (CALENDAR.working_minutes_between(at("03-02 10:00"), at("03-06 15:00")))
    assert "暂停至" in str(resumed.reckoning[-1])


def test_a_pause_in_calendar_units_moves_the_due_by_the_time_elapsed() -> None:
    matter = errand({"clocks.handle.within": {"amount": 3, "unit": "days"}})
    story = in_progress(matter).then("03-02 10:00", "ask").then("03-03 11:30", "grant")
    assert only(story, "handle", "03-03 12:00").due_at == at("03-06 01:29:59")


def test_a_pause_does_not_heal_what_was_missed_already() -> None:
    story = in_progress().then("03-09 09:00", "ask")
    assert only(story, "handle", "03-20 09:00").status == "missed"
    story.then("03-20 10:00", "grant")
    assert only(story, "handle", "03-20 10:00").status == "missed"


def test_leaving_from_a_pause_meets_the_run() -> None:
    matter = errand({"actions.claim.from": ["in_progress", "waiting"]})
    story = in_progress(matter).then("03-02 10:00", "ask").then("03-30 10:00", "claim")
    assert only(story, "handle", "04-01 09:00").status == "met"


def test_a_date_field_is_due_at_the_end_of_its_day_and_a_change_says_why() -> None:
    story = in_progress().then("06-20 09:00", "ask")
    assert only(story, "complete", "06-20 10:00").due_at == at("06-30 23:59:59")
    story.then("06-25 09:00", "grant", deadline="2023-07-31")
    state = only(story, "complete", "07-10 09:00")
    assert (state.status, state.due_at) == ("running", at("07-31 23:59:59"))
    step = state.reckoning[-1]
    assert (step.before, step.after) == (at("06-30 23:59:59"), at("07-31 23:59:59"))
    assert str(step) == (
        "“批准延期”改动了“完成时限”，到期时间由 2023-06-30 23:59 改为 2023-07-31 23:59"
    )


def test_an_empty_date_field_is_a_run_without_due() -> None:
    story = Story(ERRAND, "03-01 09:00", deadline=None)
    state = only(story, "complete", "2024-03-01 09:00")
    assert (state.status, state.due_at) == ("running", None)


def test_an_extension_adds_in_the_clocks_unit() -> None:
    story = in_progress().then("03-07 10:00", "prolong", 3)
    state = only(story, "handle", "03-09 09:00")
    assert (state.status, state.due_at) == ("running", at("03-13 18:00"))
    assert "“延长时限”延长 3个工作日" in str(state.reckoning[-1])


def test_an_action_in_met_by_meets_the_run_once_and_leaving_otherwise_lifts_it() -> None:
    matter = errand({"clocks.handle.met_by": ["report"]}, "clocks.handle.pauses_in")
    met = in_progress(matter).then("03-02 10:00", "report").then("03-20 10:00", "report")
    assert only(met, "handle", "03-30 09:00").stopped_at == at("03-02 10:00")
    assert only(
        in_progress(matter).then("03-02 10:00", "claim"), "handle", "03-03 09:00"
    ).status == ("lifted")
    late = in_progress(matter).then("03-20 10:00", "claim")
    assert only(late, "handle", "03-21 09:00").status == "missed"


def test_when_starts_and_lifts_a_run_as_the_choice_changes() -> None:
    story = in_progress(pace="major").then("03-02 10:00", "refile", pace="general")
    assert only(story, "major", "03-03 09:00").status == "lifted"
    story.then("03-06 10:00", "refile", pace="major")
    assert [s.status for s in clocks(story, "major", "03-07 09:00")] == ["lifted", "running"]
    assert clocks(in_progress(pace="general"), "major", "03-07 09:00") == []


def test_each_period_is_a_run_and_a_period_without_report_is_missed() -> None:
    story = in_progress().then("03-03 17:30", "report").then("03-14 09:00", "report")
    states = clocks(story, "weekly", "03-20 09:00")
    assert [(s.run, s.due_at, s.status, s.is_open) for s in states] == [
        (1, at("03-03 17:30"), "met", False),
        (2, at("03-10 17:30"), "missed", False),
        (3, at("03-17 17:30"), "met", False),
        (4, at("03-24 17:30"), "running", True),
    ]


def test_a_second_report_in_a_period_does_not_count_for_the_next() -> None:
    story = in_progress().then("03-02 09:00", "report").then("03-02 10:00", "report")
    assert [s.status for s in clocks(story, "weekly", "03-11 09:00")] == [
        "met",
        "missed",
        "running",
    ]


def test_a_period_that_falls_on_a_holiday_shifts_and_two_on_one_day_are_one() -> None:
    story = Story(ERRAND, "09-20 09:00").then("09-20 10:00", "sign_for")
    due = [s.due_at for s in clocks(story, "weekly", "10-14 09:00")]
    # 09-29 and 10-06 are both off and shift back to Thursday 09-28.
    assert due == [at("09-22 17:30"), at("09-28 17:30"), at("10-13 17:30"), at("10-20 17:30")]
    later = errand(
        {"clocks.weekly.every": {"period": "month", "day": 31, "at": "17:30", "shift": "next"}}
    )
    story = Story(later, "04-10 09:00").then("04-10 10:00", "sign_for")
    assert [s.due_at for s in clocks(story, "weekly", "06-10 09:00")] == [
        at("05-04 17:30"), at("05-31 17:30"), at("06-30 17:30"),
    ]  # fmt: skip


def test_periods_that_fall_due_during_a_pause_are_waived() -> None:
    matter = errand(
        {"clocks.weekly.runs_in": ["in_progress"], "clocks.weekly.pauses_in": ["waiting"]}
    )
    story = in_progress(matter).then("03-02 10:00", "ask").then("03-21 10:00", "grant")
    state = only(story, "weekly", "03-22 09:00")
    assert (state.status, state.due_at) == ("running", at("03-24 17:30"))


def test_a_closed_case_has_no_open_clock_and_a_reopened_one_starts_afresh() -> None:
    story = in_progress().then("03-02 09:00", "claim").then("03-03 09:00", "verify")
    states = derive_clocks(ERRAND, story.events, CALENDAR, Table(), at("05-01 09:00"))
    assert open_clocks(states) == ()
    assert next_due(states) is None
    story.then("05-08 09:00", "reopen")
    states = derive_clocks(ERRAND, story.events, CALENDAR, Table(), at("05-08 09:00"))
    assert {(s.key, s.run) for s in open_clocks(states)} == {
        ("handle", 2), ("complete", 2), ("weekly", 2),
    }  # fmt: skip
    assert next_due(states) == at("05-12 17:30")


def test_a_due_in_a_year_without_data_is_refused() -> None:
    story = Story(ERRAND, "2026-12-30 09:00").then("2026-12-30 10:00", "sign_for")
    with pytest.raises(CalendarGap):
        clocks(story, "handle", "2026-12-30 10:00")


ESCALATE = {
    "label": "逾期提醒", "from": ["issued", "in_progress", "waiting"], "to": "same", "by": ["system"],
}  # fmt: skip


def owed(story: Story, now: str) -> tuple[str, ...]:
    """What the system owes."""
    return missed_actions(story.matter, story.events, CALENDAR, Table(), at(now))


def test_the_system_owes_the_missed_action_once_for_each_run() -> None:
    matter = errand({"actions.escalate": ESCALATE, "clocks.handle.missed": "escalate"})
    story = in_progress(matter)
    assert owed(story, "03-08 18:00") == ()
    assert owed(story, "03-08 18:01") == ("escalate",)
    story.then("03-08 18:01", "escalate")
    assert owed(story, "03-20 09:00") == ()
    story.then("03-20 10:00", "claim").then("03-21 10:00", "reject")
    assert owed(story, "03-28 18:01") == ("escalate",)


def test_a_run_closed_late_owes_nothing_any_more() -> None:
    matter = errand({"actions.escalate": ESCALATE, "clocks.handle.missed": "escalate"})
    assert owed(in_progress(matter).then("03-20 10:00", "claim"), "03-21 09:00") == ()


def test_every_missed_period_of_the_present_span_is_owed_once() -> None:
    matter = errand({"actions.escalate": ESCALATE, "clocks.weekly.missed": "escalate"})
    story = in_progress(matter)
    assert owed(story, "03-13 09:00") == ("escalate", "escalate")
    story.then("03-13 09:00", "escalate")
    assert owed(story, "03-13 09:00") == ("escalate",)
    story.then("03-13 09:00", "escalate")
    assert owed(story, "03-13 09:00") == ()


def test_each_second_is_held_by_the_owner_of_the_state() -> None:
    story = in_progress().then("03-02 09:00", "report").then("03-03 09:00", "claim")
    story.then("03-06 09:00", "verify")
    held = holders(ERRAND, story.events, at("04-01 09:00"))
    assert [(h.unit, h.state, h.since, h.until) for h in held] == [
        ("jtj", "issued", at("03-01 09:00"), at("03-01 10:00")),
        ("jtj", "in_progress", at("03-01 10:00"), at("03-03 09:00")),
        ("dcs", "claimed", at("03-03 09:00"), at("03-06 09:00")),
    ]


@st.composite
def stories(draw: st.DrawFn) -> tuple[Story, datetime]:
    """A random walk through the flow, and an instant after it."""
    gaps = draw(st.lists(st.integers(0, 60 * 24 * 12), min_size=1, max_size=14))
    opened = at("2021-01-04 09:00") + timedelta(minutes=draw(st.integers(0, 60 * 24 * 700)))
    story = Story(ERRAND, opened, pace=draw(st.sampled_from(["general", "major"])))
    *moves, now = instants(opened, gaps)
    for instant in moves:
        if not (possible := story.possible()):
            break
        action = draw(st.sampled_from(possible))
        edits = {}
        if action == "grant":
            edits = {"deadline": draw(st.dates(opened.date(), at("2024-06-30 00:00").date()))}
        if action == "refile":
            story.data["pace"] = draw(st.sampled_from(["general", "major"]))
        given_days = draw(st.integers(1, 9)) if action == "prolong" else 0
        story.then(
            instant, action, given_days, **{name: day.isoformat() for name, day in edits.items()}
        )
    return story, now


@given(stories())
def test_runs_follow_one_another_and_at_most_the_last_is_open(case: tuple[Story, datetime]) -> None:
    story, now = case
    for key in ERRAND.clocks:
        states = clocks(story, key, now)
        assert [s.run for s in states] == list(range(1, len(states) + 1))
        assert all(not s.is_open and s.stopped_at for s in states[:-1])
        for one, other in itertools.pairwise(states):
            assert one.stopped_at is not None
            assert one.stopped_at <= other.started_at
        if key == "weekly":
            for one, other in pairwise(states):  # a return begins anew, perhaps in the same week
                assert one.due_at
                assert other.due_at
                assert one.due_at < other.due_at or one.status == "lifted"


@given(stories())
def test_deriving_event_by_event_agrees_with_deriving_at_once(case: tuple[Story, datetime]) -> None:
    story, now = case
    final = derive_clocks(ERRAND, story.events, CALENDAR, Table(), now)
    for count in range(1, len(story.events) + 1):
        part = story.events[:count]
        early = derive_clocks(ERRAND, part, CALENDAR, Table(), part[-1].at)
        closed = {s for s in early if not s.is_open}
        assert closed <= set(final)
        started = {(s.key, s.run): s.started_at for s in final}
        assert all(started[s.key, s.run] == s.started_at for s in early)


@given(stories())
def test_every_state_but_an_end_has_an_open_clock(case: tuple[Story, datetime]) -> None:
    story, now = case
    states = derive_clocks(ERRAND, story.events, CALENDAR, Table(), now)
    is_end = bool(ERRAND.states[story.state].end)
    assert bool(open_clocks(states)) is not is_end


@given(stories())
def test_the_holders_times_add_up_to_the_cases_life(case: tuple[Story, datetime]) -> None:
    story, now = case
    held = holders(ERRAND, story.events, now)
    ends = [*(e.at for e in story.events[1:]), now]
    life = sum(
        (
            until - event.at
            for event, until in zip(story.events, ends, strict=True)
            if not ERRAND.states[event.to].end
        ),
        timedelta(),
    )
    assert sum((h.until - h.since for h in held), timedelta()) == life
    assert all(a.until <= b.since for a, b in itertools.pairwise(held))
