"""The running plan: what is red and why, who owns it, how far each target is. Every count is a door to its list."""

from collections import Counter
from collections.abc import Callable, Sequence

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from bihuan.kernel.cases.city import city, matter_now, work_calendar
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import see, visible_to
from bihuan.plan.reading import TaskRow, commitments_of, task_rows, tasks_of
from bihuan.web.access import Asked, has_role, signed_in
from bihuan.web.bars import bar_of
from bihuan.web.clock import now

LIGHTS = ("red", "yellow", "green", "grey", "done")
ORDER = {light: place for place, light in enumerate(LIGHTS)}


@signed_in
def reports(request: Asked) -> HttpResponse:
    """The reports that the person may see; with one report, its plan at once."""
    found = list(visible_to(request.actings).filter(matter="plan.report").order_by("-pk"))
    if len(found) == 1 and "all" not in request.GET:
        return redirect("plan_report", number=found[0].number)
    may_import = has_role(request, "planner")
    return render(request, "plan/reports.html", {"reports": found, "may_import": may_import})


@signed_in
def overview(request: Asked, number: str) -> HttpResponse:
    """The plan at a glance."""
    report = see(number, request.actings)
    rows = _rows(request, report)
    commitments = _commitments(request, report)
    states = Counter(case.state for case in commitments)
    units = _by(rows, lambda row: str(row.case.data["lead"]))
    return render(
        request,
        "plan/overview.html",
        {
            "report": report,
            "lights": [(light, len(found)) for light, found in _by_light(rows)],
            "total": len(rows),
            "states": [
                (name, state, states[name])
                for name, state in matter_now("plan.commitment")[0].states.items()
                if states[name]
            ],
            "commitments": len(commitments),
            "worst": [_shown(request, row) for row in rows if row.lit.light in ("red", "yellow")][
                :12
            ],
            "units": [(code, _by_light(found), len(found)) for code, found in units],
            "sections": [(s, _by_light(f), len(f)) for s, f in _by(rows, lambda row: row.section)],
            "may_plan": has_role(request, "planner"),
        },
    )


@signed_in
def tasks(request: Asked, number: str) -> HttpResponse:
    """Tasks by light, unit, section, state or words."""
    report = see(number, request.actings)
    rows = chosen(_rows(request, report), request.GET)
    everything = _rows(request, report)
    return render(
        request,
        "plan/tasks.html",
        {
            "report": report,
            "rows": [_shown(request, row) for row in rows],
            "lights": LIGHTS,
            "units": [code for code, _ in _by(everything, lambda row: str(row.case.data["lead"]))],
            "sections": [section for section, _ in _by(everything, lambda row: row.section)],
            "states": matter_now("plan.task")[0].states,
            "asked": request.GET,
        },
    )


@signed_in
def commitments(request: Asked, number: str) -> HttpResponse:
    """Commitments by state, kind or words, in the order of the text."""
    report = see(number, request.actings)
    asked = request.GET
    rows = [
        case
        for case in _commitments(request, report)
        if _fits(asked, "state", case.state)
        and _fits(asked, "kind", str(case.data["kind"]))
        and asked.get("q", "") in f"{case.number} {case.title}"
    ]
    matter, _ = matter_now("plan.commitment")
    context = {
        "report": report,
        "rows": rows,
        "states": matter.states,
        "kinds": matter.fields["kind"].choices,
        "asked": asked,
    }
    return render(request, "plan/commitments.html", context)


def chosen(rows: Sequence[TaskRow], asked: QueryDict) -> list[TaskRow]:
    """The rows that a query asks for; counts are made from the same rows, so that they agree."""
    return [
        row
        for row in rows
        if _fits(asked, "light", row.lit.light)
        and _fits(asked, "unit", str(row.case.data["lead"]))
        and _fits(asked, "section", row.section)
        and _fits(asked, "state", row.case.state)
        and asked.get("q", "") in f"{row.case.number} {row.case.title}"
    ]


def _fits(asked: QueryDict, name: str, value: str) -> bool:
    return not asked.get(name) or asked[name] == value


def _rows(request: Asked, report: Case) -> list[TaskRow]:
    seen = visible_to(request.actings).values("pk")
    rows = task_rows(tasks_of(report).filter(pk__in=seen), now())
    return sorted(rows, key=lambda row: (ORDER[row.lit.light], row.progress.deadline))


def _commitments(request: Asked, report: Case) -> list[Case]:
    return list(commitments_of(report).filter(pk__in=visible_to(request.actings).values("pk")))


def _by_light(rows: Sequence[TaskRow]) -> list[tuple[str, list[TaskRow]]]:
    return [(light, [r for r in rows if r.lit.light == light]) for light in LIGHTS]


def _by(rows: Sequence[TaskRow], key: Callable[[TaskRow], str]) -> list[tuple[str, list[TaskRow]]]:
    groups: dict[str, list[TaskRow]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    order = list(city().units)
    return sorted(groups.items(), key=lambda item: order.index(item[0]) if item[0] in order else 0)


def _shown(request: Asked, row: TaskRow) -> dict[str, object]:
    today = now().astimezone(work_calendar().zone).date()
    first = next(iter(row.progress.targets), None)
    return {
        "case": row.case,
        "lit": row.lit,
        "section": row.section.split(" › ")[-1],
        "target": first,
        "bar": bar_of(row.progress, first, today) if first else None,
        "deadline": row.progress.deadline,
        "state": matter_now("plan.task")[0].states[row.case.state],
    }
