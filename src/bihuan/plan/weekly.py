"""The weekly report, pre-filled from what the system knows (一周一报告): the writer adds only what it cannot know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bihuan.kernel.cases.city import matter_at, matter_now, work_calendar
from bihuan.kernel.cases.models import Case, CaseClock
from bihuan.kernel.cases.permissions import all_parties, may_act
from bihuan.kernel.cases.queries import visible_to
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.orgs.queries import unit_paths
from bihuan.plan.rules import targets_of

ACTION = "report"
QUIET = (ACTION, "edit")


@dataclass(frozen=True)
class Prefill:
    """A weekly report before the writer touches it: form values, and the facts they were drawn from."""

    given: dict[str, Json]
    known: tuple[str, ...]
    since: datetime | None


def prefill(task: Case, now: datetime) -> Prefill:
    """Draw the next weekly report of a task from the events since the last one."""
    events = list(Event.objects.filter(stream=task.number, at__lte=now).order_by("seq"))
    reports = [event for event in events if event.action == "report"]
    last = reports[-1] if reports else None
    fresh = [event for event in events if last is None or event.seq > last.seq]
    known = (*_own_facts(task, fresh), *_part_facts(task, last.at if last else task.opened_at))
    before = last.content["given"] if last else {}
    given: dict[str, Json] = {
        "actuals": _actuals(task, reports),
        "progress": "；".join(known) + ("。" if known else ""),
        "problems": "",
        "next_steps": before.get("next_steps") or "",
    }
    return Prefill(given, known, last.at if last else None)


def _own_facts(task: Case, events: Sequence[Event]) -> list[str]:
    matter, _ = matter_at(task.matter, task.version)
    zone = work_calendar().zone
    lines = []
    for event in events:
        action = matter.actions.get(event.action)
        if action and event.action not in QUIET:
            day = event.at.astimezone(zone)
            words = event.content["given"].get("arrangements") or ""
            lines.append(
                f"{day.month}月{day.day}日{action.label}" + (f"：{words}" if words else "")
            )
    return lines


def _part_facts(task: Case, since: datetime) -> list[str]:
    """What the assisting units did since the last report."""
    lines = []
    for part in task.children.filter(matter="plan.part", moved_at__gt=since).order_by("pk"):
        matter, _ = matter_at(part.matter, part.version)
        unit = part.parties.filter(field="unit").select_related("unit").first()
        name = unit.unit.name if unit else ""
        lines.append(f"{name}协办{matter.states[part.state].label}")
    return lines


def _actuals(task: Case, reports: Sequence[Event]) -> list[Json]:
    """The last reported value of each target, to be overwritten."""
    latest: dict[int, Json] = {}
    for event in reports:
        for row in event.content["given"].get("actuals") or []:
            latest[row["target"]] = row
    rows: list[Json] = []
    for index, _ in enumerate(targets_of(task.data)):
        row = latest.get(index)
        rows.append(row if row else {"target": index, "value": None, "source": None})
    return rows


@dataclass(frozen=True)
class Owed:
    """A task whose unit owes a weekly report: in which post it is given, until when, and whether it came."""

    task: Case
    actor: Acting
    due_at: datetime | None
    sent_at: datetime | None


def owed(actings: Sequence[Acting], now: datetime) -> list[Owed]:
    """The tasks that the person's units report on this week, those still owed first. Five queries."""
    matter, _ = matter_now("plan.task")
    action = matter.actions[ACTION]
    tasks = list(
        visible_to(actings).filter(matter=matter.key, state__in=action.sources).order_by("pk")
    )
    paths = unit_paths([code for task in tasks for code in all_parties(matter, task.data)])
    mine = [
        (task, acting)
        for task in tasks
        if (acting := next((a for a in actings if may_act(action, a, task.data, paths)), None))
    ]
    return _with_clocks(mine, now)


def _with_clocks(mine: Sequence[tuple[Case, Acting]], now: datetime) -> list[Owed]:
    low, high = week_of(now)
    numbers = [task.number for task, _ in mine]
    sent = dict(
        Event.objects.filter(stream__in=numbers, action=ACTION, at__gte=low, at__lte=now)
        .order_by("at")
        .values_list("stream", "at")
    )
    due = dict(
        CaseClock.objects.filter(case__number__in=numbers, key="weekly", due_at__gte=low)
        .filter(due_at__lt=high)
        .order_by("run")
        .values_list("case__number", "due_at")
    )
    rows = [Owed(t, actor, due.get(t.number), sent.get(t.number)) for t, actor in mine]
    rows = [row for row in rows if row.due_at or row.sent_at]
    return sorted(rows, key=lambda row: (row.sent_at is not None, row.due_at or now, row.task.pk))


def week_of(now: datetime) -> tuple[datetime, datetime]:
    """Monday 0:00 of the week in the city's zone, and the Monday after."""
    local = work_calendar().local(now)
    monday = local.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(
        days=local.weekday()
    )
    return monday, monday + timedelta(days=7)
