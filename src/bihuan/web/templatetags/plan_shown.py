"""Tags for the plan's panels and lists: what a task's and a commitment's panel shows. Reads only."""

from collections.abc import Mapping

from django import template

from bihuan.kernel.cases.city import work_calendar
from bihuan.kernel.cases.models import Case
from bihuan.plan.reading import task_rows
from bihuan.web.bars import bar_of, line_of
from bihuan.web.clock import now
from bihuan.web.pages.report import source_of
from bihuan.web.templatetags.shown import in_chinese

register = template.Library()


@register.filter
def last_part(section: str) -> str:
    """The innermost heading of a section path."""
    return section.split(" › ")[-1]


@register.filter
def message(diagnostic: Mapping[str, str]) -> str:
    """A compiler's diagnostic in the user's language."""
    return diagnostic.get("message" if in_chinese() else "message_en") or ""


@register.simple_tag
def task_panel(case: Case) -> dict[str, object]:
    """A task's light, targets with bar and series, and late milestones."""
    moment = now()
    today = moment.astimezone(work_calendar().zone).date()
    (row,) = task_rows([case], moment)
    end = work_calendar().end_of(row.progress.deadline)
    targets = [
        {
            "target": t,
            "bar": bar_of(row.progress, t, today),
            "line": line_of(t, case.opened_at, end),
        }
        for t in row.progress.targets
    ]
    return {"row": row, "targets": targets, "late": row.progress.late_milestones(today)}


@register.simple_tag
def source(case: Case) -> tuple[str, str, str]:
    """A commitment's words in their paragraph."""
    return source_of(case)
