"""How far a task is (进度): values in, values out. Completion against the plan of its milestones. Pure.

序时进度 (field practice): time progress = (today − start + 1) / (deadline − start + 1);
deviation = completion − expected progress, in percentage points.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

HUNDRED = Decimal(100)
QUARTER_ENDS = {"q1": (3, 31), "q2": (6, 30), "q3": (9, 30), "q4": (12, 31)}


@dataclass(frozen=True)
class Point:
    """A reported value (实际值): when, by which event, from which source."""

    at: datetime
    value: Decimal
    source: str
    seq: int


@dataclass(frozen=True)
class Milestone:
    """A quarter's milestone (形象进度): due on `day`; `value` of the first target, if any."""

    quarter: str
    day: date
    text: str
    value: Decimal | None
    met_at: datetime | None


@dataclass(frozen=True)
class Target:
    """One number to reach, and what was reported for it so far."""

    measure: str
    value: Decimal
    unit: str
    bound: str
    basis: str
    baseline: Decimal | None
    points: tuple[Point, ...]

    @property
    def latest(self) -> Point | None:
        """The newest reported value."""
        return self.points[-1] if self.points else None

    @property
    def completion(self) -> Decimal | None:
        """Per cent of the way from the baseline to the target; None before the first report."""
        if self.latest is None:
            return None
        if self.bound in ("le", "lt"):
            return HUNDRED if self.latest.value <= self.value else Decimal(0)
        start = self.baseline or Decimal(0)
        way = self.value - start
        if way == 0:
            return HUNDRED if self.latest.value >= self.value else Decimal(0)
        return max(Decimal(0), (self.latest.value - start) / way * HUNDRED)

    @property
    def is_met(self) -> bool:
        """True where the newest value satisfies the bound."""
        if self.latest is None:
            return False
        value, goal = self.latest.value, self.value
        tests = {"gt": value > goal, "le": value <= goal, "lt": value < goal}
        return tests.get(self.bound, value >= goal)

    @property
    def is_cumulative(self) -> bool:
        """True for totals that grow through the year; a rate or a rank does not grow in step with time."""
        return self.basis in ("", "level", "coverage") and self.bound not in ("le", "lt")


@dataclass(frozen=True)
class Progress:
    """What is known of a task at an instant; the lights are decided from this alone."""

    state: str
    end: str
    started: date | None  # the day it was issued
    deadline: date
    targets: tuple[Target, ...]
    milestones: tuple[Milestone, ...]
    last_report: datetime | None
    silent_periods: int  # weekly reports missed since the last one

    def time_progress(self, today: date) -> Decimal:
        """Per cent of the time that is gone (序时进度), 0 before the start, 100 after the deadline."""
        if self.started is None or today < self.started:
            return Decimal(0)
        whole = (self.deadline - self.started).days + 1
        gone = (today - self.started).days + 1
        return min(HUNDRED, Decimal(gone) / Decimal(max(1, whole)) * HUNDRED)

    def expected(self, target: Target, today: date) -> Decimal:
        """Per cent that should be reached by a day: along the milestones' values, else in step with time."""
        marks = [(m.day, m.value) for m in self.milestones if m.value is not None]
        if target is not self.targets[0] or not marks or self.started is None:
            return self.time_progress(today)
        start = target.baseline or Decimal(0)
        way = target.value - start
        if way == 0:
            return self.time_progress(today)
        line = [(self.started, Decimal(0))]
        line += [
            (day, (value - start) / way * HUNDRED) for day, value in marks if day > self.started
        ]
        line.append((max(self.deadline, line[-1][0]), HUNDRED))
        return interpolate(line, today)

    def deviation(self, today: date) -> Decimal | None:
        """Percentage points by which the furthest-behind cumulative target lags (negative: behind)."""
        gaps = [
            (target.completion or Decimal(0)) - self.expected(target, today)
            for target in self.targets
            if target.is_cumulative
        ]
        return min(gaps) if gaps else None

    def late_milestones(self, today: date) -> tuple[Milestone, ...]:
        """Milestones whose day has passed and that nobody reported as met."""
        return tuple(m for m in self.milestones if m.day < today and m.met_at is None)


@dataclass(frozen=True)
class Pace:
    """How far it is and how far it should be, both in per cent; `by` says what was measured."""

    actual: Decimal
    expected: Decimal
    by: str  # "target" or "milestones"


def pace_of(progress: Progress, today: date) -> Pace | None:
    """The furthest-behind cumulative target, else the milestones met against those due; None for neither."""
    paces = [
        Pace(target.completion or Decimal(0), progress.expected(target, today), "target")
        for target in progress.targets
        if target.is_cumulative
    ]
    if paces:
        return min(paces, key=lambda pace: pace.actual - pace.expected)
    whole = len(progress.milestones)
    if not whole:
        return None
    met = sum(1 for m in progress.milestones if m.met_at is not None)
    due = sum(1 for m in progress.milestones if m.day < today)
    return Pace(HUNDRED * met / whole, HUNDRED * due / whole, "milestones")


def interpolate(line: Sequence[tuple[date, Decimal]], day: date) -> Decimal:
    """The value at a day on a line of (day, value) points in ascending order of days."""
    if day <= line[0][0]:
        return line[0][1]
    for (left, low), (right, high) in itertools.pairwise(line):
        if day == right:
            return high
        if day < right:
            return low + (high - low) * Decimal((day - left).days) / Decimal((right - left).days)
    return line[-1][1]


def quarter_end(quarter: str, deadline: date) -> date:
    """Last day of a quarter in the deadline's year, not after the deadline."""
    month, day = QUARTER_ENDS[quarter]
    return min(date(deadline.year, month, day), deadline)
