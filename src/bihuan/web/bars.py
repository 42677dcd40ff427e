"""Bullet bars (子弹图): actual against target, with a mark where time says it should be. Numbers in, numbers out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bihuan.plan.progress import Progress, Target

FULL = Decimal(100)


@dataclass(frozen=True)
class Bar:
    """Widths in per cent of the bar: done and expected, both within 0 and 100."""

    done: int
    expected: int | None
    is_reported: bool


def bar_of(progress: Progress, target: Target, today: date) -> Bar:
    """The bar of one target of a task at a day."""
    completion = target.completion
    expected = progress.expected(target, today) if target.is_cumulative else None
    return Bar(
        done=_percent(completion or Decimal(0)),
        expected=None if expected is None else _percent(expected),
        is_reported=completion is not None,
    )


def _percent(value: Decimal) -> int:
    return int(max(Decimal(0), min(FULL, value)).quantize(Decimal(1)))


@dataclass(frozen=True)
class Line:
    """A series as points of a polyline in a box of WIDTH × HEIGHT, with the goal's height."""

    points: str
    goal: float
    last: tuple[float, float]


WIDTH, HEIGHT = 320, 80


def line_of(target: Target, start: datetime, end: datetime) -> Line | None:
    """The reported values of a target over time; None before the first report."""
    if not target.points:
        return None
    values = [p.value for p in target.points] + [target.value, target.baseline or Decimal(0)]
    low, high = min(values), max(values)
    spots = [(_x(p.at, start, end), _y(p.value, low, high)) for p in target.points]
    return Line(
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in _with_baseline(target, low, high, spots)),
        goal=_y(target.value, low, high),
        last=spots[-1],
    )


def _with_baseline(
    target: Target, low: Decimal, high: Decimal, spots: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    if target.baseline is None:
        return list(spots)
    return [(0.0, _y(target.baseline, low, high)), *spots]


def _x(at: datetime, start: datetime, end: datetime) -> float:
    whole = max(1.0, (end - start).total_seconds())
    return max(0.0, min(1.0, (at - start).total_seconds() / whole)) * WIDTH


def _y(value: Decimal, low: Decimal, high: Decimal) -> float:
    share = (value - low) / (high - low) if high > low else Decimal(1)
    return 4 + float(1 - share) * (HEIGHT - 8)
