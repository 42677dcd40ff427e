"""What a month comes to (考核): rows by measure and unit from the stories of cases. Pure; nothing after the month counts.

A clock run counts in the month in which it was met or came due; lifted runs count nowhere. Times held are clipped to the
month and exact: over all units they sum to the time that cases were open. Rates are decimal strings of four places.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from bihuan.kernel.calendar.workdays import WorkCalendar
from bihuan.kernel.catalog.appraisal import (
    RATES_LESS_IS_BETTER,
    SCORE,
    AppraisalVersion,
    Measure,
)
from bihuan.kernel.matters.clocks import ClockState, derive_clocks
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.facts import Moved, Parameters
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.matters.holders import Holding, holders, reopenings

Counted = tuple[str, int, int]  # unit, added to the numerator, added to the denominator
PLACES = Decimal("0.0001")
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Span:
    """A month: from its first instant up to, not including, the first of the next."""

    since: datetime
    until: datetime

    def __contains__(self, at: object) -> bool:
        return isinstance(at, datetime) and self.since <= at < self.until


@dataclass(frozen=True)
class Rules:
    """What the reckoning of clocks and times needs."""

    calendar: WorkCalendar
    parameters: Parameters


@dataclass
class Story:
    """One case up to the end of the month, with what is derived from it once for all measures."""

    matter: Matter
    history: Sequence[Moved]
    span: Span
    rules: Rules = field(repr=False)

    @cached_property
    def runs(self) -> tuple[ClockState, ...]:
        """Every clock run as it stood at the end of the month."""
        calendar, parameters = self.rules.calendar, self.rules.parameters
        return derive_clocks(self.matter, self.history, calendar, parameters, self.span.until)

    @cached_property
    def holdings(self) -> tuple[Holding, ...]:
        """Who held the case when, up to the end of the month."""
        return holders(self.matter, self.history, self.span.until)

    def clipped(self) -> Iterator[tuple[str, datetime, datetime]]:
        """The stretches of the month: unit, since, until."""
        for held in self.holdings:
            since, until = max(held.since, self.span.since), min(held.until, self.span.until)
            if since < until:
                yield held.unit, since, until

    def before(self, at: datetime) -> Moved:
        """The last event strictly before an instant; the opening where there is none."""
        return next((e for e in reversed(self.history) if e.at < at), self.history[0])

    def unit_at(self, name: str, at: datetime) -> str:
        """The unit that something at an instant counts for: of the named field, else who held the case until then."""
        if name:
            return first_unit(self.before(at).data.get(name))
        return next((h.unit for h in self.holdings if h.since < at <= h.until), "")

    def units_in_month(self, name: str) -> set[str]:
        """The units that held the case in the month, or that stood in the named field while it was open."""
        if not name:
            return {unit for unit, _, _ in self.clipped()}
        return {first_unit(event.data.get(name)) for event in self._open_events()}

    def _open_events(self) -> Iterator[Moved]:
        """The events after which the case stood open for some time of the month."""
        ends = [event.at for event in self.history[1:]] + [self.span.until]
        for event, until in zip(self.history, ends, strict=True):
            stood = max(event.at, self.span.since) < min(until, self.span.until)
            if stood and not self.matter.states[event.to].end:
                yield event

    def ends(self) -> Iterator[tuple[str, str]]:
        """(end, handling unit) of each time the case ended in the month."""
        for before, event in pairwise(self.history):
            end = self.matter.states[event.to].end
            if end and not self.matter.states[before.to].end and event.at in self.span:
                yield end, first_unit(*(event.data.get(name) for name in self.matter.handler))


def rows_of(version: AppraisalVersion, stories: Iterable[Story]) -> list[dict[str, Json]]:
    """The rows of a month, by measure in the order of the version, then by unit; at the end the weighted scores."""
    sums: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for story in stories:
        for measure in version.measures:
            if story.matter.key in measure.matters:
                for unit, above, below in counted(measure, story):
                    so_far = sums[measure.key, unit]
                    sums[measure.key, unit] = (so_far[0] + above, so_far[1] + below)
    rows = [
        _row(measure, version, unit, *sums[measure.key, unit])
        for measure in version.measures
        for unit in sorted(unit for key, unit in sums if key == measure.key)
    ]
    return rows + list(_scores(version, rows))


def counted(measure: Measure, story: Story) -> Iterator[Counted]:
    """What one case adds to one measure; what adds nothing stays away."""
    return _KINDS[measure.kind](measure, story)


def _on_time(measure: Measure, story: Story) -> Iterator[Counted]:
    for run in story.runs:
        if run.key not in measure.clocks or run.status not in ("met", "missed"):
            continue
        decided = run.stopped_at if run.status == "met" else run.due_at
        if decided is not None and decided in story.span:
            yield story.unit_at(measure.unit, decided), int(run.status == "met"), 1


def _returned(measure: Measure, story: Story) -> Iterator[Counted]:
    for before, event in pairwise(story.history):
        if event.action in measure.actions and event.at in story.span:
            owner = measure.unit or story.matter.states[before.to].owner
            yield first_unit(before.data.get(owner)), 1, 0
    for unit in sorted(story.units_in_month(measure.unit)):
        yield unit, 0, 1


def _reopened(measure: Measure, story: Story) -> Iterator[Counted]:
    for again in reopenings(story.matter, story.history):
        if again.at in story.span:
            yield again.unit, 1, 0
    for end, unit in story.ends():
        if end == "success":
            yield unit, 0, 1


def _ended(measure: Measure, story: Story) -> Iterator[Counted]:
    for end, unit in story.ends():
        yield unit, int(end == "success"), 1


def _held(measure: Measure, story: Story) -> Iterator[Counted]:
    """In microseconds, so that the sums are exact; the row says seconds."""
    spent: dict[str, timedelta] = defaultdict(timedelta)
    for unit, since, until in story.clipped():
        working = measure.time == "working"
        between = story.rules.calendar.working_time_between
        spent[unit] += between(since, until) if working else until - since
    for unit, length in sorted(spent.items()):
        yield unit, length // MICROSECOND, 1


_KINDS = {
    "on_time": _on_time,
    "returned": _returned,
    "reopened": _reopened,
    "ended": _ended,
    "held": _held,
}


def _row(
    measure: Measure, version: AppraisalVersion, unit: str, above: int, below: int
) -> dict[str, Json]:
    number = Decimal(above) / 10**6 if measure.kind == "held" else Decimal(above)
    least = measure.least or version.least
    rate = None
    if below >= max(least, 1):
        rate = str((number / below).quantize(PLACES))
    return {
        "measure": measure.key,
        "unit": unit,
        "numerator": _plain(number),
        "denominator": below,
        "rate": rate,
    }


def _scores(
    version: AppraisalVersion, rows: Sequence[Mapping[str, Json]]
) -> Iterator[dict[str, Json]]:
    """A unit's score: its rates weighted, of those measures that have a rate; less is better where it is."""
    measures = {measure.key: measure for measure in version.measures if measure.weight}
    parts: dict[str, list[tuple[int, Decimal]]] = defaultdict(list)
    for row in rows:
        measure = measures.get(str(row["measure"]))
        if measure is None or measure.weight is None or row["rate"] is None or not row["unit"]:
            continue
        rate = min(Decimal(str(row["rate"])), Decimal(1))
        good = 1 - rate if measure.kind in RATES_LESS_IS_BETTER else rate
        parts[str(row["unit"])].append((measure.weight, good))
    for unit, weighed in sorted(parts.items()):
        total, weights = sum((w * g for w, g in weighed), Decimal(0)), sum(w for w, _ in weighed)
        yield {
            "measure": SCORE,
            "unit": unit,
            "numerator": _plain(total),
            "denominator": weights,
            "rate": str((total / weights).quantize(PLACES)),
        }


def first_unit(*values: Json) -> str:
    """The first unit code among the values of unit fields; empty where there is none."""
    for value in values:
        found = next(iter(value), None) if isinstance(value, list) else value
        if found:
            return str(found)
    return ""


def _plain(number: Decimal) -> Json:
    """A whole number as it is, another as text: hashed content holds no floats."""
    return int(number) if number == number.to_integral_value() else format(number.normalize(), "f")
