"""The runs of one clock over a case's events: start, pause, move, stop. Pure; the arithmetic is in reckoning.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from bihuan.kernel.calendar.workdays import Skipped
from bihuan.kernel.errors import N_
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.facts import Moved
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.matters.reckoning import UNIT_NAMES, Reckoning, Step
from bihuan.kernel.matters.timing import Clock

Status = Literal["running", "paused", "met", "missed", "lifted"]
Outcome = Literal["met", "missed", "lifted"]


class ClockState(NamedTuple):
    """One run of a clock: open while the obligation stands, also when it is overdue."""

    key: str
    run: int
    started_at: datetime
    due_at: datetime | None
    status: Status
    stopped_at: datetime | None
    is_open: bool
    reckoning: tuple[Step, ...] = ()


@dataclass(slots=True)
class Run:
    """A run in the making. `since`: only what happens after it counts (a period met early)."""

    number: int
    started_at: datetime
    due: datetime | None
    since: datetime | None = None
    dated: datetime | None = None  # what the date field gave last: a change of it moves the due
    paused_at: datetime | None = None
    steps: list[Step] = field(default_factory=list)

    def is_overdue(self, at: datetime) -> bool:
        """True where the due instant passed while the run was not paused."""
        return self.due is not None and (self.paused_at or at) > self.due

    def note(self, step: Step) -> None:
        """Keep a step and take over the due instant it reckoned."""
        self.steps.append(step)
        self.due = step.after


class Timer:
    """Follows one clock with a single due instant (`within`, `until`) through the events, in order."""

    def __init__(self, key: str, matter: Matter, reckoning: Reckoning) -> None:
        self.key = key
        self.matter = matter
        self.clock: Clock = matter.clocks[key]
        self.reckoning = reckoning
        self.zone = reckoning.calendar.zone
        self.span = self.clock.span
        self.run: Run | None = None
        self.is_spent = False  # met inside the span: no fresh run before the case has left it
        self.closed: list[ClockState] = []

    def see(self, event: Moved) -> None:
        """Take in the next event."""
        if self.run is not None:
            self._continue(self.run, event)
        if event.to not in self.span:
            self.is_spent = False
        elif self.run is None and not self.is_spent and self._may_start(event):
            self._start(event.at, self.reckoning.start(event.at, event.data))

    def states(self, now: datetime) -> tuple[ClockState, ...]:
        """All runs as they stand at `now`."""
        run = self.run
        if run is None:
            return tuple(self.closed)
        if run.is_overdue(now):
            return (*self.closed, self._state(run, "missed", run.due))
        if run.paused_at is not None:
            return (*self.closed, self._state(run, "paused", None))
        return (*self.closed, self._state(run, "running", run.due))

    def _may_start(self, event: Moved) -> bool:
        return event.to in self.clock.runs_in and self._is_wanted(event.data)

    def _is_wanted(self, data: Mapping[str, Json]) -> bool:
        when = self.clock.when
        return not when or all(data.get(name) == value for name, value in when.items())

    def _start(self, at: datetime, step: Step, since: datetime | None = None) -> None:
        self.run = Run(len(self.closed) + 1, at, None, since, step.after)
        self.run.note(step)

    def _continue(self, run: Run, event: Moved) -> None:
        outcome = self._outcome(run, event)
        if outcome is None:
            self._pause_or_resume(run, event)
            self._move(run, event)
            return
        self.is_spent = event.to in self.span and event.action in self.clock.met_by
        self._close(run, outcome, event.at)

    def _outcome(self, run: Run, event: Moved) -> Outcome | None:
        is_leaving = event.to not in self.span
        if event.action in self.clock.met_by or (is_leaving and not self.clock.met_by):
            return "missed" if run.is_overdue(event.at) else "met"
        if is_leaving or not self._is_wanted(event.data):
            return "missed" if run.is_overdue(event.at) else "lifted"
        return None

    def _close(self, run: Run, outcome: Outcome, at: datetime) -> None:
        self.closed.append(
            ClockState(
                self.key, run.number, run.started_at, run.due, outcome, at, False, tuple(run.steps)
            )
        )
        self.run = None

    def _state(self, run: Run, status: Status, due: datetime | None) -> ClockState:
        return ClockState(
            self.key, run.number, run.started_at, due, status, None, True, tuple(run.steps)
        )

    def _pause_or_resume(self, run: Run, event: Moved) -> None:
        pauses = event.to in self.clock.pauses_in
        if pauses and run.paused_at is None:
            run.paused_at = event.at
            params = (("action", self._label(event)), ("state", self.matter.states[event.to].label))
            text = N_("因“%(action)s”进入“%(state)s”，暂停计时")
            run.steps.append(Step(event.at, text, params, run.due, None, (), self.zone))
        elif not pauses and run.paused_at is not None:
            since, run.paused_at = run.paused_at, None
            self._resume(run, since, event.at)

    def _resume(self, run: Run, since: datetime, at: datetime) -> None:
        due = self.reckoning.resume(run.due, since, at).at if run.due else None
        text = N_("自 %(since)s 暂停至 %(until)s，到期时间由 %(before)s 改为 %(after)s")
        self._moved(run, at, text, due, since=since, until=at)

    def _move(self, run: Run, event: Moved) -> None:
        """Take over a changed date field, then an extension."""
        if self.clock.until:
            due = self.reckoning.date_due(event.data)
            if due != run.dated:
                run.dated = due
                text = N_("“%(action)s”改动了“%(field)s”，到期时间由 %(before)s 改为 %(after)s")
                field_label = self.matter.fields[self.clock.until].label
                self._moved(run, event.at, text, due, action=self._label(event), field=field_label)
        if amount := self._extension(event):
            if run.due is None:
                return
            extended = self.reckoning.extend(run.due, amount)
            text = N_("“%(action)s”延长 %(amount)s%(unit)s，由 %(before)s 改为 %(after)s")
            unit = UNIT_NAMES[self.reckoning.unit]
            said = {"action": self._label(event), "amount": amount, "unit": unit}
            self._moved(run, event.at, text, extended.at, extended.skipped, **said)

    def _extension(self, event: Moved) -> int:
        action = self.matter.actions.get(event.action)
        if action is None or action.extends is None or self.key not in action.extends.clock:
            return 0
        by = action.extends.by
        amount = event.given.get(by) if by in action.form else event.data.get(by)
        return amount if isinstance(amount, int) and amount > 0 else 0

    def _moved(
        self,
        run: Run,
        at: datetime,
        text: str,
        due: datetime | None,
        skipped: tuple[Skipped, ...] = (),
        **params: object,
    ) -> None:
        params |= {"before": run.due, "after": due}
        run.note(Step(at, text, tuple(params.items()), run.due, due, skipped, self.zone))

    def _label(self, event: Moved) -> str:
        action = self.matter.actions.get(event.action)
        return action.label if action else event.action


class PeriodicTimer(Timer):
    """Follows a periodic clock (`every`): one run for each period, each due strictly after the one before.

    A period is met by any met_by action after the previous due instant and up to its own. Once it is met the next
    run stands open at once, so that a case under a periodic clock is never without one; an action taken before its
    period began does not count for it again. Periods that fall due during a pause are waived.
    """

    def see(self, event: Moved) -> None:
        """Take in the next event, after closing the periods that ended before it."""
        self._advance(event.at)
        super().see(event)

    def states(self, now: datetime) -> tuple[ClockState, ...]:
        """All runs as they stand at `now`; the last period is the running one."""
        self._advance(now)
        return super().states(now)

    def _advance(self, at: datetime) -> None:
        while (run := self.run) is not None and run.is_overdue(at):
            assert run.due is not None  # overdue
            self._close(run, "missed", run.due)
            self._next(run.due, run.due)

    def _next(self, at: datetime, previous: datetime) -> None:
        self._start(at, self.reckoning.period(at, after=previous), previous)

    def _outcome(self, run: Run, event: Moved) -> Outcome | None:
        counts = run.since is None or event.at > run.since
        if event.action in self.clock.met_by and counts:
            return "met"
        gone = event.to not in self.span or not self._is_wanted(event.data)
        return "lifted" if gone else None

    def _continue(self, run: Run, event: Moved) -> None:
        paused_at, due = run.paused_at, run.due
        super()._continue(run, event)
        self.is_spent = False
        stays = event.to in self.span and self._is_wanted(event.data)
        if self.run is None and stays and due is not None:
            self._next(event.at, due)
            assert self.run is not None  # just started
            self.run.paused_at = paused_at
            self._pause_or_resume(self.run, event)

    def _resume(self, run: Run, since: datetime, at: datetime) -> None:
        if run.due is not None and run.due < at:
            step = self.reckoning.period(at, after=at)
            text = N_("自 %(since)s 暂停至 %(until)s，其间各期免报，本期至 %(due)s 到期")
            params = (*step.values, ("since", since), ("until", at))
            run.note(Step(at, text, params, run.due, step.after, step.skipped, self.zone))

    def _move(self, run: Run, event: Moved) -> None:
        """A period is neither extended nor dated."""
