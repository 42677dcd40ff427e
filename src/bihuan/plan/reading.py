"""Reads of the plan: tasks with their progress and light, the series of a target, counts. Writes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, QuerySet

from bihuan.kernel.cases.city import city, work_calendar
from bihuan.kernel.cases.models import Case, CaseClock
from bihuan.kernel.ledger.models import Event
from bihuan.plan.lights import Lit, light_of
from bihuan.plan.progress import Milestone, Point, Progress, Target, quarter_end
from bihuan.plan.rules import targets_of

REPORTING = ("report", "claim")


@dataclass(frozen=True)
class TaskRow:
    """A task as lists and pages show it."""

    case: Case
    progress: Progress
    lit: Lit

    @property
    def section(self) -> str:
        """The report's section that the task's commitment stands in."""
        return str(self.case.parent.data.get("section") or "") if self.case.parent else ""


def tasks_of(report: Case) -> QuerySet[Case]:
    """All tasks of a report, soonest due first."""
    found = Case.objects.filter(root=report, matter="plan.task").select_related("owner", "parent")
    return found.order_by("next_due_at", "pk")


def commitments_of(report: Case) -> QuerySet[Case]:
    """All commitments of a report in the order of the text; split and merged ones included."""
    found = Case.objects.filter(root=report, matter="plan.commitment").select_related("owner")
    return found.order_by("data__start", "pk")


def commitment_counts(report: Case) -> Mapping[str, int]:
    """How many commitments stand in each state."""
    rows = commitments_of(report).order_by().values_list("state").annotate(n=Count("pk"))
    return dict(rows)


def task_rows(cases: Iterable[Case], now: datetime) -> list[TaskRow]:
    """Tasks with progress and light; two queries for any number of tasks."""
    tasks = list(cases)
    events: dict[str, list[Event]] = defaultdict(list)
    wanted = Event.objects.filter(stream__in=[task.number for task in tasks])
    for event in wanted.filter(action__in=(*REPORTING, "issue")).order_by("stream", "seq"):
        events[event.stream].append(event)
    silences = _silences(tasks)
    today = now.astimezone(work_calendar().zone).date()
    rows = []
    for task in tasks:
        progress = progress_of(task, events[task.number], silences.get(task.pk, 0))
        number = lambda name: city().parameters.number(name, now)  # noqa: E731
        rows.append(TaskRow(task, progress, light_of(progress, today, city().lights, number)))
    return rows


def progress_of(task: Case, events: Sequence[Event], silent: int) -> Progress:
    """Fold a task's issue, report and claim events into its progress."""
    zone = work_calendar().zone
    deadline = date.fromisoformat(str(task.data["deadline"]))
    issued = [event.at for event in events if event.action == "issue"]
    reports = [event for event in events if event.action in REPORTING]
    points, met = _reported(reports)
    return Progress(
        state=task.state,
        end=task.end,
        started=issued[0].astimezone(zone).date() if issued else None,
        deadline=deadline,
        targets=tuple(
            _target(row, tuple(points.get(index, ())))
            for index, row in enumerate(targets_of(task.data))
        ),
        milestones=tuple(_milestones(task, deadline, met)),
        last_report=reports[-1].at if reports else None,
        silent_periods=silent,
    )


def _reported(reports: Sequence[Event]) -> tuple[dict[int, list[Point]], dict[str, datetime]]:
    points: dict[int, list[Point]] = defaultdict(list)
    met: dict[str, datetime] = {}
    for event in reports:
        given = event.content["given"]
        for row in given.get("actuals") or []:
            point = Point(event.at, Decimal(row["value"]), row.get("source") or "", event.seq)
            points[row["target"]].append(point)
        for row in given.get("milestones_met") or []:
            met.setdefault(row["quarter"], event.at)
    return points, met


def _target(row: Mapping[str, object], points: tuple[Point, ...]) -> Target:
    return Target(
        measure=str(row["measure"]),
        value=Decimal(str(row["value"])),
        unit=str(row.get("unit") or ""),
        bound=str(row["bound"]),
        basis=str(row.get("basis") or ""),
        baseline=Decimal(str(row["baseline"])) if row.get("baseline") else None,
        points=points,
    )


def _milestones(task: Case, deadline: date, met: Mapping[str, datetime]) -> Iterable[Milestone]:
    rows = task.data.get("milestones") or []
    for row in rows:
        value = Decimal(str(row["value"])) if row.get("value") else None
        day = quarter_end(row["quarter"], deadline)
        yield Milestone(row["quarter"], day, row["text"], value, met.get(row["quarter"]))


def _silences(tasks: Sequence[Case]) -> dict[int, int]:
    """Weekly reports missed since the last one that came, by task."""
    runs: dict[int, list[str]] = defaultdict(list)
    clocks = CaseClock.objects.filter(case__in=tasks, key="weekly", is_open=False)
    for pk, status in clocks.order_by("case_id", "run").values_list("case_id", "status"):
        runs[pk].append(status)
    return {pk: _trailing(statuses) for pk, statuses in runs.items()}


def _trailing(statuses: Sequence[str]) -> int:
    count = 0
    for status in reversed(statuses):
        if status != "missed":
            break
        count += 1
    return count
