"""A frozen month as tables (考核): one for each measure, with shares as bars and doors to the cases. Computes no number."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from bihuan.kernel.appraisal.models import Snapshot
from bihuan.kernel.cases.city import city, work_calendar
from bihuan.kernel.catalog.appraisal import (
    RATES_LESS_IS_BETTER,
    SCORE,
    AppraisalVersion,
    Measure,
)
from bihuan.kernel.errors import N_
from bihuan.kernel.ledger.models import Event
from bihuan.web.templatetags.shown import label, unit_name

HOUR = Decimal(3600)
MEANS = {
    "on_time": (N_("按时"), N_("应完成")),
    "returned": (N_("退回次数"), N_("持有件数")),
    "reopened": (N_("返工次数"), N_("办结件数")),
    "ended": (N_("成功办结"), N_("全部了结")),
    "held": (N_("合计小时"), N_("件数")),
}


@dataclass(frozen=True)
class Line:
    """One unit's numbers under one measure; `share` is the bar's length in percent."""

    unit: str
    above: str
    below: str
    said: str
    share: int | None
    door: str


@dataclass(frozen=True)
class Table:
    """One measure with its units, best first."""

    key: str
    label: str
    above: str
    below: str
    kind: str
    weight: int | None
    basis: str
    lines: tuple[Line, ...]


def tables_of(snapshot: Snapshot) -> list[Table]:
    """The score first, then the measures in their order; those that nothing was counted under stay away."""
    version = AppraisalVersion.model_validate(snapshot.content["version"])
    tables = [_table(snapshot, measure) for measure in version.measures]
    scores = tuple(_scores(snapshot))
    if scores:
        names = gettext("加权合计"), gettext("权重合计")
        tables.insert(0, Table(SCORE, gettext("综合得分"), *names, SCORE, None, "", scores))
    return [table for table in tables if table.lines]


def _table(snapshot: Snapshot, measure: Measure) -> Table:
    above, below = (gettext(word) for word in MEANS[measure.kind])
    rows = [row for row in snapshot.content["rows"] if row["measure"] == measure.key]
    less = measure.kind in RATES_LESS_IS_BETTER
    rows.sort(key=lambda row: _rank(row, less), reverse=True)
    longest = max((_rate(row) for row in rows), default=Decimal(0)) or Decimal(1)
    lines = tuple(_line(row, measure, longest) for row in rows)
    return Table(
        measure.key, label(measure), above, below, measure.kind, measure.weight, measure.basis, lines
    )  # fmt: skip


def _rate(row: dict[str, object]) -> Decimal:
    return Decimal(str(row["rate"])) if row["rate"] is not None else Decimal(0)


def _rank(row: dict[str, object], less: bool) -> tuple[bool, Decimal, int]:
    """Rates before rows without one, then the better, then the bigger."""
    return (
        row["rate"] is not None,
        -_rate(row) if less else _rate(row),
        int(str(row["denominator"])),
    )


def _line(row: dict[str, object], measure: Measure, longest: Decimal) -> Line:
    above, rate = Decimal(str(row["numerator"])), _rate(row)
    shown = _hours(above) if measure.kind == "held" else f"{above}"
    said, share = "", None
    if row["rate"] is not None:
        held = measure.kind == "held"
        said = gettext("%(hours)s 小时") % {"hours": _hours(rate)} if held else percent(rate)
        share = int(100 * rate / longest) if held else min(int(100 * rate), 100)
    unit = str(row["unit"])
    return Line(_name(unit), shown, str(row["denominator"]), said, share, _door(measure, unit))


def _scores(snapshot: Snapshot) -> Iterator[Line]:
    rows = [row for row in snapshot.content["rows"] if row["measure"] == SCORE]
    for row in sorted(rows, key=_rate, reverse=True):
        rate = _rate(row)
        said = f"{100 * rate:.1f}"
        yield Line(
            _name(row["unit"]), str(row["numerator"]), str(row["denominator"]), said, int(100 * rate), ""
        )  # fmt: skip


def percent(rate: Decimal) -> str:
    """0.8333 → 83.3%."""
    return f"{100 * rate:.1f}%"


def _hours(seconds: Decimal) -> str:
    return f"{seconds / HOUR:,.1f}"


def _name(unit: str) -> str:
    return unit_name(unit) if unit else gettext("（无单位）")


def _door(measure: Measure, unit: str) -> str:
    """The list of cases nearest to a number: its matter and its unit."""
    if unit not in city().units:
        return ""
    asked = {"unit": unit} | ({"matter": measure.matters[0]} if len(measure.matters) == 1 else {})
    return f"{reverse('cases')}?{urlencode(asked)}"


def month_said(month: str) -> str:
    """2023-06 → 2023年6月."""
    names = {"year": month[:4], "month": month[5:].lstrip("0")}
    return gettext("%(year)s年%(month)s月") % names


def months_until(now: datetime) -> list[str]:
    """The months that are over, since the first event, newest first."""
    first = Event.objects.exclude(matter="").order_by("at").values_list("at", flat=True).first()
    if first is None:
        return []
    start, end = (work_calendar().local(instant) for instant in (first, now))
    count = (end.year - start.year) * 12 + end.month - start.month
    ordinals = (start.year * 12 + start.month - 1 + i for i in reversed(range(count)))
    return [f"{ordinal // 12}-{ordinal % 12 + 1:02d}" for ordinal in ordinals]
