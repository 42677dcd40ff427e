"""Lights (亮灯): named rules over a task's progress, in the order and with the thresholds of the catalog. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bihuan.kernel.catalog.files import Light
from bihuan.kernel.errors import N_
from bihuan.plan.progress import Progress

Numbers = Mapping[str, Decimal]  # the rule's arguments, from the catalog's parameters
Reason = tuple[str, dict[str, object]]  # format string and its values
Lookup = Callable[[str], Decimal]
Rule = Callable[[Progress, date, Numbers], Reason | None]
RULES: dict[str, Rule] = {}
RUNNING = ("issued", "in_progress", "extension_pending", "claimed", "verified")


@dataclass(frozen=True)
class Lit:
    """A task's light, which rule lit it and why."""

    light: str
    key: str
    label: str
    label_en: str
    reason: str
    params: Mapping[str, object]


def rule(function: Rule) -> Rule:
    """Register a light rule under its function's name, by which lights.yaml calls it."""
    RULES[function.__name__] = function
    return function


@rule
def ended(progress: Progress, today: date, numbers: Numbers) -> Reason | None:
    """Signed off, withdrawn or terminated."""
    if not progress.end:
        return None
    return (N_("已销号"), {}) if progress.end == "success" else (N_("已撤销或终止"), {})


@rule
def not_started(progress: Progress, today: date, numbers: Numbers) -> Reason | None:
    """Not issued yet."""
    return (N_("尚未下达"), {}) if progress.state not in RUNNING else None


@rule
def overdue(progress: Progress, today: date, numbers: Numbers) -> Reason | None:
    """Past its deadline."""
    late = (today - progress.deadline).days
    return (N_("已超过完成时限 %(days)s 天"), {"days": late}) if late > 0 else None


@rule
def behind(progress: Progress, today: date, numbers: Numbers) -> Reason | None:
    """Behind the expected progress by `points` percentage points or more (银川 2025: 低于序时10–30个百分点黄，超过30红)."""
    gap = progress.deviation(today)
    if gap is None or -gap < numbers["points"]:
        return None
    return N_("低于序时进度 %(points)s 个百分点"), {"points": round(-gap, 1)}


@rule
def milestone_late(progress: Progress, today: date, numbers: Numbers) -> Reason | None:
    """A milestone's day passed `months` months ago or more (0: at once) and it is not reported as met."""
    late = [
        m
        for m in progress.late_milestones(today)
        if _whole_months(m.day, today) >= numbers["months"]
    ]
    return (N_("形象进度未按期达到：%(text)s"), {"text": late[0].text}) if late else None


@rule
def silent(progress: Progress, today: date, numbers: Numbers) -> Reason | None:
    """No weekly report for `periods` weeks or more."""
    if progress.silent_periods < numbers["periods"]:
        return None
    return N_("连续 %(periods)s 期没有周报"), {"periods": progress.silent_periods}


@rule
def near_due(progress: Progress, today: date, numbers: Numbers) -> Reason | None:
    """The deadline is at most `days` days away and completion is not claimed."""
    left = (progress.deadline - today).days
    if left > numbers["days"] or progress.state in ("claimed", "verified"):
        return None
    return N_("距完成时限还有 %(days)s 天"), {"days": left}


@rule
def on_plan(progress: Progress, today: date, numbers: Numbers) -> Reason | None:
    """Nothing speaks against it."""
    return N_("按计划推进"), {}


def _whole_months(since: date, today: date) -> int:
    months = (today.year - since.year) * 12 + today.month - since.month
    return months - (today.day < min(since.day, 28))


def light_of(progress: Progress, today: date, rules: Sequence[Light], number: Lookup) -> Lit:
    """The first rule of the catalog that fits gives the light; none fitting is a mistake of the catalog."""
    for row in rules:
        numbers = {argument: number(name) for argument, name in row.parameters.items()}
        found = RULES[row.rule](progress, today, numbers)
        if found:
            return Lit(row.light, row.key, row.label, row.label_en, found[0], found[1])
    return Lit("grey", "", "", "", N_("没有适用的亮灯规则"), {})


def check_light_rules(rules: Sequence[Light]) -> list[str]:
    """Names that no function answers to; the catalog check reports them."""
    return [row.rule for row in rules if row.rule not in RULES]
