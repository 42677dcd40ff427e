"""Pictures of numbers (图): bullet bars, small lines, and the options of the larger charts. Values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext

from bihuan.plan.progress import Pace, Progress, Target

FULL = Decimal(100)
MOST = Decimal(125)  # a bar ends here however far the value runs
Line = Sequence[tuple[date, Decimal]]


@dataclass(frozen=True)
class Bullet:
    """A bar of what is done with a mark of what should be, in tenths of a per cent of the width."""

    actual: int
    expected: int
    is_behind: bool
    said_actual: str
    said_expected: str


def bullet(pace: Pace | None) -> Bullet | None:
    """The bar of a task's pace; None where there is nothing to measure."""
    if pace is None:
        return None
    actual, expected = pace.actual.quantize(Decimal(1)), pace.expected.quantize(Decimal(1))
    return Bullet(
        _along(pace.actual), _along(pace.expected), actual < expected, str(actual), str(expected)
    )


def mean_bullet(paces: Sequence[Pace]) -> Bullet | None:
    """The bar of several tasks: the mean of both; values above 100 count as 100, so that none hides another."""
    if not paces:
        return None
    actual = sum((min(FULL, pace.actual) for pace in paces), Decimal(0)) / len(paces)
    expected = sum((pace.expected for pace in paces), Decimal(0)) / len(paces)
    return bullet(Pace(actual, expected, "mean"))


def _along(percent: Decimal) -> int:
    return int(max(Decimal(0), min(MOST, percent)) / MOST * 1000)


@dataclass(frozen=True)
class SmallLine:
    """A line chart in small: polylines in a box of WIDTH × HEIGHT, with its scale said."""

    actual: str
    expected: str
    last: tuple[float, float] | None
    low: str
    high: str


WIDTH, HEIGHT, PAD = 320, 96, 6


def expected_line(progress: Progress, target: Target) -> list[tuple[date, Decimal]]:
    """Where the target's value should be from the start to the deadline; empty for one that does not grow in step."""
    if progress.started is None or not target.is_cumulative:
        return []
    start = target.baseline or Decimal(0)
    days = {progress.started, progress.deadline, *(m.day for m in progress.milestones)}
    return [
        (day, start + (target.value - start) * progress.expected(target, day) / FULL)
        for day in sorted(days)
        if progress.started <= day <= progress.deadline
    ]


def actual_line(target: Target) -> list[tuple[date, Decimal]]:
    """The reported values by day, the last of a day counting."""
    return sorted({point.at.date(): point.value for point in target.points}.items())


def small_line(actual: Line, expected: Line) -> SmallLine | None:
    """Both lines in one box; None where nothing was reported."""
    if not actual:
        return None
    days = [day.toordinal() for day, _ in (*actual, *expected)]
    values = [value for _, value in (*actual, *expected)]
    box = (min(days), max(days), min(*values, Decimal(0)), max(values))
    points = [_place(day, value, box) for day, value in actual]
    return SmallLine(
        " ".join(f"{x},{y}" for x, y in points),
        " ".join(f"{x},{y}" for x, y in (_place(d, v, box) for d, v in expected)),
        points[-1],
        f"{box[2].normalize():f}",
        f"{box[3].normalize():f}",
    )


def _place(
    day: date, value: Decimal, box: tuple[int, int, Decimal, Decimal]
) -> tuple[float, float]:
    first, last, low, high = box
    across = (day.toordinal() - first) / max(1, last - first)
    up = float((value - low) / ((high - low) or Decimal(1)))
    return (
        round(PAD + across * (WIDTH - 2 * PAD), 1),
        round(HEIGHT - PAD - up * (HEIGHT - 2 * PAD), 1),
    )


def line_options(target: Target, actual: Line, expected: Line) -> dict[str, object]:
    """ECharts options of a target's chart: reported values, the expected course, the goal as a line."""
    series: list[dict[str, object]] = [
        {
            "name": gettext("实际值"), "type": "line", "data": _pairs(actual), "symbolSize": 6,
            "markLine": {
                "symbol": "none", "data": [{"yAxis": float(target.value)}],
                "label": {"formatter": gettext("目标 {c}")},
            },
        }
    ]  # fmt: skip
    if expected:
        dashed = {"type": "dashed"}
        series.append(
            {
                "name": gettext("序时进度"), "type": "line", "data": _pairs(expected),
                "showSymbol": False, "lineStyle": dashed,
            }
        )  # fmt: skip
    return {
        "animation": False,
        "aria": {"enabled": True},
        "grid": {"left": 8, "right": 56, "top": 32, "bottom": 8, "containLabel": True},
        "legend": {"top": 0, "left": 0},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "time"},
        "yAxis": {"type": "value", "name": target.unit, "scale": False},
        "series": series,
    }


def _pairs(line: Line) -> list[list[object]]:
    return [[day.isoformat(), float(value)] for day, value in line]
