"""The liaison's Friday page (周报): every task that owes a report, pre-filled; sent one by one or all at once."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from bihuan.kernel.cases.city import work_calendar
from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.errors import FormRefusal, Refusal
from bihuan.plan.progress import Milestone, pace_of
from bihuan.plan.reading import TaskRow, task_rows
from bihuan.plan.rules import targets_of
from bihuan.plan.weekly import ACTION, Owed, Prefill, owed, prefill
from bihuan.web.access import Asked, signed_in
from bihuan.web.charts import Bullet, bullet
from bihuan.web.clock import now
from bihuan.web.refusals import filled, said

WORDS = ("progress", "problems", "next_steps")


@dataclass(frozen=True)
class Actual:
    """One target's line of the report: what is asked, what was last said, what stands in the box."""

    index: int
    target: Mapping[str, Any]
    before: str
    value: str
    source: str
    problem: str


@dataclass(frozen=True)
class Sheet:
    """One task's weekly report as it stands on the page."""

    owed: Owed
    row: TaskRow
    bar: Bullet | None
    prefill: Prefill
    actuals: tuple[Actual, ...]
    milestones: tuple[tuple[Milestone, bool], ...]
    words: Mapping[str, str]
    refusal: Mapping[str, object]

    @property
    def number(self) -> str:
        """The task's number, the prefix of its inputs."""
        return self.owed.task.number


@signed_in
def weekly_page(request: Asked) -> HttpResponse:
    """All tasks of my units that owe a report this week; POST sends one (`send`) or all that were filled."""
    rows = owed(request.actings, now())
    if request.method != "POST":
        return _show(request, rows, {})
    wanted = request.POST.get("send", "")
    chosen = [r for r in rows if (r.task.number == wanted if wanted else not r.sent_at)]
    refusals = {}
    for row in chosen:
        try:
            _send(request, row)
        except Refusal as refusal:
            refusals[row.task.number] = refusal
    sent = len(chosen) - len(refusals)
    if request.headers.get("HX-Request"):
        return _one(request, wanted, refusals)
    if sent:
        messages.success(request, gettext("已报送 %(n)s 份周报") % {"n": sent})
    if not refusals and not wanted:
        return HttpResponseRedirect(reverse("weekly"))
    return _show(request, owed(request.actings, now()), refusals)


def _send(request: Asked, row: Owed) -> None:
    number = row.task.number
    given = report_in(request.POST, number, len(targets_of(row.task.data)))
    sent = request.FILES.getlist(f"{number}.evidence")
    files = [Upload(str(f.name), io.BytesIO(f.read())) for f in sent]
    key = request.POST.get(f"{number}.key", "")[:120]
    evidence = {"evidence": files} if files else {}
    act(number, ACTION, row.actor, given, now=now(), files=evidence, key=key)


def report_in(post: QueryDict, number: str, targets: int) -> dict[str, object]:
    """The report of one task as the kernel takes it; a target without a value is left out."""
    actuals = [
        {
            "target": index,
            "value": post.get(f"{number}.value.{index}", "").strip(),
            "source": post.get(f"{number}.source.{index}", "").strip(),
        }
        for index in range(targets)
    ]
    met = [{"quarter": quarter} for quarter in post.getlist(f"{number}.met")]
    words = {name: post.get(f"{number}.{name}", "") for name in WORDS}
    return {"actuals": [a for a in actuals if a["value"]], "milestones_met": met, **words}


def _show(request: Asked, rows: list[Owed], refusals: Mapping[str, Refusal]) -> HttpResponse:
    sheets = _sheets(request, rows, refusals)
    shown = {
        "waiting": [sheet for sheet in sheets if not sheet.owed.sent_at],
        "sent": [sheet for sheet in sheets if sheet.owed.sent_at],
        "unit": request.actings[0].unit if request.actings else "",
    }
    return render(request, "plan/weekly.html", shown, status=409 if refusals else 200)


def _one(request: Asked, number: str, refusals: Mapping[str, Refusal]) -> HttpResponse:
    rows = [row for row in owed(request.actings, now()) if row.task.number == number]
    sheets = _sheets(request, rows, refusals)
    return render(request, "plan/parts/sheet.html", {"sheet": sheets[0] if sheets else None})


def _sheets(request: Asked, rows: list[Owed], refusals: Mapping[str, Refusal]) -> list[Sheet]:
    progress = {row.case.pk: row for row in task_rows([row.task for row in rows], now())}
    return [
        _sheet(row, progress[row.task.pk], request.POST, refusals.get(row.task.number))
        for row in rows
    ]


def _sheet(row: Owed, task: TaskRow, post: QueryDict, refusal: Refusal | None) -> Sheet:
    number = row.task.number
    known = prefill(row.task, now())
    typed = f"{number}.progress" in post and not row.sent_at
    given = known.given
    words = {n: post.get(f"{number}.{n}", "") if typed else str(given.get(n) or "") for n in WORDS}
    open_ = [m for m in task.progress.milestones if m.met_at is None]
    ticked = post.getlist(f"{number}.met") if typed else []
    return Sheet(
        row,
        task,
        bullet(pace_of(task.progress, work_calendar().local(now()).date())),
        known,
        _actuals(row, known, post if typed else QueryDict(), refusal),
        tuple((m, m.quarter in ticked) for m in open_),
        words,
        _refused(refusal),
    )


def _actuals(
    row: Owed, known: Prefill, post: QueryDict, refusal: Refusal | None
) -> tuple[Actual, ...]:
    given: Any = known.given["actuals"]
    number = row.task.number
    problems = _problems(refusal, post, number)
    return tuple(
        Actual(
            index,
            target,
            str(last.get("value") or ""),
            post.get(f"{number}.value.{index}", str(last.get("value") or "")),
            post.get(f"{number}.source.{index}", str(last.get("source") or "")),
            problems.get(index, ""),
        )
        for index, (target, last) in enumerate(zip(targets_of(row.task.data), given, strict=True))
    )


def _problems(refusal: Refusal | None, post: QueryDict, number: str) -> dict[int, str]:
    """Problems by target: the kernel numbers the rows that were sent, which leave out empty boxes."""
    if not isinstance(refusal, FormRefusal):
        return {}
    count = sum(1 for key in post if key.startswith(f"{number}.value."))
    sent = [i for i in range(count) if post.get(f"{number}.value.{i}", "").strip()]
    found = {}
    for problem in refusal.problems:
        parts = problem.path.split(".")
        if parts[0] == "actuals" and len(parts) > 1 and parts[1].isdigit():
            found[sent[int(parts[1])]] = filled(problem.message, dict(problem.params))
    return found


def _refused(refusal: Refusal | None) -> dict[str, object]:
    if refusal is None:
        return {}
    problems = refusal.problems if isinstance(refusal, FormRefusal) else ()
    own = [filled(p.message, dict(p.params)) for p in problems if not p.path.startswith("actuals")]
    empty = [p.path for p in problems]
    return {**said(refusal), "problems": own, "paths": empty}
