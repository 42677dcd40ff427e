"""What the city promised, in public: no sign-in, no names, only what the matters call public."""

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control

from bihuan.kernel.cases.city import matter_at, matter_now
from bihuan.kernel.cases.models import Case
from bihuan.plan.models import ReportText
from bihuan.plan.promises import public_history, public_promise, public_promises, public_view
from bihuan.plan.reading import task_rows
from bihuan.web.clock import now
from bihuan.web.marks import around

PUBLIC_REPORTS = ("reviewing", "in_force", "closed")


@cache_control(public=True, max_age=60)
def promises(request: HttpRequest) -> HttpResponse:
    """All promises of the newest report, by state and words."""
    report = (
        Case.objects.filter(matter="plan.report", state__in=PUBLIC_REPORTS).order_by("-pk").first()
    )
    everything = public_promises(report) if report else []
    counts = Counter(case.state for case in everything)
    asked, words = request.GET.get("state", ""), request.GET.get("q", "").strip()
    rows = [
        public_view(case)
        for case in everything
        if (not asked or case.state == asked)
        and words in f"{case.number} {case.data['text']} {case.title}"
    ]
    states = matter_now("plan.commitment")[0].states
    context = {
        "report": report,
        "rows": rows,
        "counts": [(name, states[name], n) for name, n in counts.items()],
        "total": len(everything),
        "asked": asked,
        "q": words,
    }
    return render(request, "plan/promises.html", context)


@cache_control(public=True, max_age=60)
def promise(request: HttpRequest, number: str) -> HttpResponse:
    """One promise: its words in the report, who has it until when, what was verified."""
    case = public_promise(number)
    tasks = list(
        case.children.filter(matter="plan.task").exclude(state__in=("drafting", "withdrawn"))
    )
    text = ReportText.objects.filter(case=case.root).first()
    words = (
        around(text.text, case.data["start"], case.data["end"])
        if text
        else ("", case.data["text"], "")
    )
    matter, _ = matter_at(case.matter, case.version)
    context = {
        "promise": public_view(case),
        "kind": matter.fields["kind"].choices[case.data["kind"]],
        "report": case.root,
        "words": words,
        "tasks": [_public_task(row_case) for row_case in tasks],
        "history": [
            (event, _label(event.stream, event.action, case))
            for event in public_history([case, *tasks])
        ],
    }
    return render(request, "plan/promise.html", context)


def _public_task(task: Case) -> dict[str, object]:
    """A task's public fields; values only once they were verified."""
    (row,) = task_rows([task], now())
    verified = task.state in ("verified", "signed_off")
    return {
        "view": public_view(task),
        "targets": [(t, t.latest if verified else None) for t in row.progress.targets],
        "milestones": row.progress.milestones,
    }


def _label(stream: str, action: str, case: Case) -> object:
    key = case.matter if stream == case.number else "plan.task"
    return matter_now(key)[0].actions[action]
