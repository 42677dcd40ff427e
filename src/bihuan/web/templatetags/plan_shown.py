"""What the plan's panels on the generic case page show (任务、承诺、报告). Reads only."""

from dataclasses import dataclass
from datetime import date

from django import template

from bihuan.kernel.cases.city import matter_at, work_calendar
from bihuan.kernel.cases.models import Case
from bihuan.plan.progress import Progress, Target, pace_of
from bihuan.plan.reading import commitment_counts, task_rows
from bihuan.web.charts import (
    SmallLine,
    actual_line,
    bullet,
    expected_line,
    line_options,
    small_line,
)
from bihuan.web.clock import now
from bihuan.web.pages.review import source_of
from bihuan.web.templatetags.shown import label

register = template.Library()


@dataclass(frozen=True)
class TargetShown:
    """A target with its picture, the options of its chart, and the expected value of today."""

    target: Target
    line: SmallLine | None
    options: dict[str, object]
    expected: object


@register.simple_tag
def task_panel(case: Case) -> dict[str, object]:
    """A task's light and pace, its targets with their series, milestones met and late, assisting units' parts."""
    today = work_calendar().local(now()).date()
    row = task_rows([case], now())[0]
    late = {milestone.quarter for milestone in row.progress.late_milestones(today)}
    return {
        "row": row,
        "bar": bullet(pace_of(row.progress, today)),
        "time": row.progress.time_progress(today),
        "targets": [_target(row.progress, target, today) for target in row.progress.targets],
        "milestones": [(m, m.quarter in late) for m in row.progress.milestones],
        "parts": [(part, _state(part)) for part in case.children.filter(matter="plan.part")],
    }


def _target(progress: Progress, target: Target, today: date) -> TargetShown:
    actual, expected = actual_line(target), expected_line(progress, target)
    share = progress.expected(target, today) if target.is_cumulative else None
    return TargetShown(
        target, small_line(actual, expected), line_options(target, actual, expected), share
    )


@register.simple_tag
def commitment_panel(case: Case) -> dict[str, object]:
    """A commitment's words in their paragraph, its tasks with lights, what was merged into it."""
    tasks = task_rows(case.children.filter(matter="plan.task").order_by("pk"), now())
    return {"source": source_of(case), "tasks": tasks, "merged": case.data.get("merged_spans")}


@register.simple_tag
def report_panel(case: Case) -> dict[str, object]:
    """A report's commitments by state."""
    counts = commitment_counts(case)
    matter = None
    for child in case.children.filter(matter="plan.commitment")[:1]:
        matter, _ = matter_at(child.matter, child.version)
    states = matter.states if matter else {}
    return {"counts": [(key, label(states[key]), n) for key, n in counts.items() if key in states]}


def _state(case: Case) -> str:
    matter, _ = matter_at(case.matter, case.version)
    return label(matter.states[case.state])
