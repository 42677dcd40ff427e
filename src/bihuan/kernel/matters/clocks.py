"""Clocks (时限) of a case, derived from its events alone: the same events give the same clocks, always. Pure.

Runs. A run starts when the case comes into `runs_in` from outside `runs_in` and `pauses_in` (opening counts) and the
`when` fields hold; it also starts when they begin to hold inside. Leaving and coming back starts a fresh run: a return
gives a fresh clock (退回后重新起算). Amounts are those in force when the run starts.

Pauses. In a state of `pauses_in` a run is paused and has no due instant; afterwards its due instant has moved by the
working time (working units) or the time elapsed (others) that was paused. A date field is not moved by a pause, and a
run that was overdue already stays missed.

Stops. Without `met_by`, leaving the span meets the run; with it, only such an action does, also inside the span, and
leaving otherwise lifts the run. A run stopped after its due instant is missed, whatever stopped it. An open run past
its due instant is missed and stays open: the obligation stands. `when` ceasing to hold lifts.

Moves. `until` follows its date field; `extends` adds in the clock's unit. Every move is a Step that says why.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from bihuan.kernel.calendar.workdays import WorkCalendar
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.facts import Moved, Parameters
from bihuan.kernel.matters.reckoning import Reckoning, Step
from bihuan.kernel.matters.runs import ClockState, PeriodicTimer, Timer

__all__ = ["ClockState", "Step", "derive_clocks", "missed_actions", "next_due", "open_clocks"]


def derive_clocks(
    matter: Matter,
    history: Sequence[Moved],
    calendar: WorkCalendar,
    parameters: Parameters,
    now: datetime,
    keys: Collection[str] | None = None,
) -> tuple[ClockState, ...]:
    """Every run of every clock, or of those in `keys`, as it stands at `now`, by clock in the matter's order, then by run.

    `history` is in order and none of it is later than `now`. Raises CalendarGap for a year without holiday data, and
    what `parameters` raises for a name or an instant it does not know.
    """
    states: list[ClockState] = []
    visited = {event.to for event in history}
    turns = _turns(matter, history)
    for key, clock in matter.clocks.items():
        if visited.isdisjoint(clock.runs_in) or (keys is not None and key not in keys):
            continue
        kind = Timer if clock.every is None else PeriodicTimer
        timer = kind(key, matter, Reckoning(clock, calendar, parameters))
        for event in _heard(history, turns, matter.timing_actions[key]):
            timer.see(event)
        states.extend(timer.states(now))
    return tuple(states)


def _turns(matter: Matter, history: Sequence[Moved]) -> list[int]:
    """Where the case came to another state, or a field that a clock goes by changed: all that every clock hears of."""
    fields = matter.timing_fields
    found: list[int] = []
    state, values = "", None
    for index, event in enumerate(history):
        now = [event.data.get(name) for name in fields]
        if event.to != state or now != values:
            found.append(index)
            state, values = event.to, now
    return found


def _heard(history: Sequence[Moved], turns: list[int], names: frozenset[str]) -> list[Moved]:
    """The events that can matter to a clock: the turns, and the actions that meet or extend it."""
    own = [i for i, event in enumerate(history) if event.action in names] if names else []
    return [history[i] for i in (sorted({*turns, *own}) if own else turns)]


def open_clocks(states: Iterable[ClockState]) -> tuple[ClockState, ...]:
    """The runs whose obligation still stands: running, paused, or overdue."""
    return tuple(state for state in states if state.is_open)


def next_due(states: Iterable[ClockState]) -> datetime | None:
    """The earliest due instant of the open runs, overdue ones with them; None where nothing is due."""
    return min((s.due_at for s in states if s.is_open and s.due_at is not None), default=None)


def missed_actions(
    matter: Matter,
    history: Sequence[Moved],
    calendar: WorkCalendar,
    parameters: Parameters,
    now: datetime,
) -> tuple[str, ...]:
    """The actions that the system owes at `now` because a clock was missed: one for each run, taken once.

    A name stands here as often as it is owed. Periods missed are owed as long as the case is in the same span.
    """
    keys = [key for key, clock in matter.clocks.items() if clock.missed]
    states = derive_clocks(matter, history, calendar, parameters, now, keys)
    owed: list[str] = []
    for name in dict.fromkeys(c.missed for c in matter.clocks.values() if c.missed):
        taken = [event.at for event in history if event.action == name]
        for run in _missed_runs(matter, states, name):
            hit = next((at for at in taken if _answers(matter, run, at)), None)
            if hit is not None:
                taken.remove(hit)
            elif _still_owed(matter, states, run):
                owed.append(name)
    return tuple(owed)


def _missed_runs(matter: Matter, states: Iterable[ClockState], action: str) -> list[ClockState]:
    runs = [s for s in states if s.status == "missed" and matter.clocks[s.key].missed == action]
    return sorted(runs, key=lambda run: (run.due_at or run.started_at, run.key))


def _answers(matter: Matter, run: ClockState, at: datetime) -> bool:
    """True where an action at that instant can be the one that this missed run demanded."""
    if matter.clocks[run.key].every is not None:
        return run.due_at is not None and at > run.due_at
    return run.started_at <= at and (run.stopped_at is None or at <= run.stopped_at)


def _still_owed(matter: Matter, states: Sequence[ClockState], run: ClockState) -> bool:
    if run.is_open:
        return True
    if matter.clocks[run.key].every is None:
        return False
    runs = [state for state in states if state.key == run.key and state.run >= run.run]
    chained = all(a.stopped_at == b.started_at for a, b in pairwise(runs))
    return chained and runs[-1].is_open
