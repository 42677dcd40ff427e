"""The review of compiled commitments (校核): one at a time beside its source, one keystroke each; and batches."""

from collections.abc import Callable, Mapping, Sequence

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from bihuan.kernel.cases.city import matter_at
from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_, NoSuchCase, Refusal
from bihuan.kernel.matters.fields import FieldDefinition, Json, parse_form
from bihuan.kernel.orgs.acting import Acting
from bihuan.plan.queue import Queue, pieces, queue_of
from bihuan.plan.review import confirm_all, drop_all, merge, split
from bihuan.web.access import Asked, in_role, signed_in
from bihuan.web.clock import now
from bihuan.web.filling import Ask, Form, fresh_form, refused_form
from bihuan.web.highlight import Segment, Span, around
from bihuan.web.inputs import read_post
from bihuan.web.pages.plan import report_of
from bihuan.web.pages.report import text_of

JUDGED = ("title", "kind", "strength", "targets", "deadline")
OPEN = ("to_review", "confirmed")
Deed = Callable[[Case, Asked, Acting], object]


@signed_in
def queue_page(request: Asked, report: str) -> HttpResponse:
    """The first commitment that waits; without one, what comes next."""
    in_role(request, "planner", "inspector", "inspection_chief", "leader")
    queue = queue_of(report_of(report))
    if queue.here is not None:
        return HttpResponseRedirect(reverse("review_one", args=[report, queue.here.number]))
    shown = {"report": report_of(report), "queue": queue}
    return render(request, "plan/review_done.html", shown)


@signed_in
def one(request: Asked, report: str, number: str) -> HttpResponse:
    """One commitment beside its source; POST decides on it and goes on to the next that waits."""
    in_role(request, "planner", "inspector", "inspection_chief", "leader")
    queue = queue_of(report_of(report), number)
    if request.method != "POST" or queue.here is None:
        return _show(request, report, queue, None)
    planner = in_role(request, "planner")
    deed = DEEDS.get(request.POST.get("do", ""))
    if deed is None:
        raise NoSuchCase(number)
    try:
        deed(queue.here, request, planner)
    except Refusal as refusal:
        return _show(request, report, queue, refusal)
    after = queue.here if request.POST["do"] == "edit" else queue.next_waiting
    if after is None or request.POST["do"] == "split":
        return HttpResponseRedirect(reverse("review", args=[report]))
    return HttpResponseRedirect(reverse("review_one", args=[report, after.number]))


@signed_in
def batch(request: Asked, report: str) -> HttpResponse:
    """Confirm all that wait in a section, or drop all of a kind with one reason."""
    planner = in_role(request, "planner")
    queue = queue_of(report_of(report), request.POST.get("number", ""))
    if request.POST.get("do") == "confirm_section":
        done = confirm_all(queue.same_section(), planner, now=now())
        said = gettext("已确认 %(n)s 条") % {"n": done}
    else:
        reason = request.POST.get("reason", "").strip()
        done = drop_all(queue.of_kind("principle"), reason, planner, now=now())
        said = gettext("%(n)s 条不列入") % {"n": done}
    messages.success(request, said)
    return HttpResponseRedirect(reverse("review", args=[report]))


def _confirm(case: Case, request: Asked, planner: Acting) -> None:
    """Confirm, with what was changed on the page."""
    _act(case, "confirm", request, planner)


def _edit(case: Case, request: Asked, planner: Acting) -> None:
    """Keep what was changed without deciding."""
    _act(case, "edit", request, planner)


def _act(case: Case, action: str, request: Asked, planner: Acting) -> None:
    edits = changed(_fields(case), read_post(_fields(case), request.POST), case.data)
    expect = request.POST.get("expect", "")
    act(
        case.number, action, planner, edits, now=now(), key=request.POST.get("key", "")[:120],
        expect=int(expect) if expect.isdigit() else None,
    )  # fmt: skip


def _drop(case: Case, request: Asked, planner: Acting) -> None:
    given = {"reason": request.POST.get("reason", "")}
    act(case.number, "drop", planner, given, now=now())


def _split(case: Case, request: Asked, planner: Acting) -> None:
    cuts = [int(cut) for cut in request.POST.getlist("cut") if cut.isdigit()]
    split(case, cuts, planner, now=now())


def _merge(case: Case, request: Asked, planner: Acting) -> None:
    into = Case.objects.filter(number=request.POST.get("into", "")).first()
    if into is None:
        raise Refusal("no_target", N_("没有选择要并入的承诺。"), remedy=N_("请从列表中选择一条。"))
    merge(case, into, planner, now=now())


DEEDS: Mapping[str, Deed] = {
    "confirm": _confirm, "edit": _edit, "drop": _drop, "split": _split, "merge": _merge,
}  # fmt: skip


def changed(
    fields: Mapping[str, FieldDefinition], raw: Mapping[str, object], data: Mapping[str, Json]
) -> dict[str, object]:
    """Only what differs from the case, so that the event tells what was edited; what cannot be read goes on as typed."""
    values, problems = parse_form(fields, raw, partial=True)
    if problems:
        return dict(raw)
    return {n: raw[n] for n, value in values.items() if (value or None) != (data.get(n) or None)}


def _fields(case: Case) -> dict[str, FieldDefinition]:
    matter, _ = matter_at(case.matter, case.version)
    return {name: matter.fields[name] for name in JUDGED}


def _show(request: Asked, report: str, queue: Queue, refusal: Refusal | None) -> HttpResponse:
    case = queue.here
    if case is None:
        raise NoSuchCase(report)
    matter, _ = matter_at(case.matter, case.version)
    shown = {
        "report": queue.rows[0].root if queue.rows else case.root,
        "queue": queue,
        "case": case,
        "state": matter.states[case.state],
        "source": source_of(case),
        "form": _form(case, request, refusal),
        "pieces": pieces(str(case.data["text"])),
        "cuts": request.POST.getlist("cut"),
        "typed": request.POST,
        "is_open": case.state in OPEN,
        "waits": case.state == "to_review",
        "may": any("planner" in acting.roles for acting in request.actings),
        "doing": request.POST.get("do", ""),
        "same_section": len(queue.same_section()),
        "principles": len(queue.of_kind("principle")),
    }
    return render(request, "plan/review.html", shown, status=409 if refusal else 200)


def _form(case: Case, request: Asked, refusal: Refusal | None) -> Form:
    ask = Ask("", gettext("确认"), "r", _fields(case), expect=case.seq)
    if refusal is None:
        return fresh_form(ask, case.data)
    typed = {**case.data, **read_post(_fields(case), request.POST)}
    return refused_form(ask, typed, request.POST, refusal)


def source_of(case: Case) -> Sequence[Segment]:
    """The paragraph of the report that holds a commitment, its own words and those merged into it marked."""
    text = text_of(case.root) if case.root else None
    start, end = case.data.get("start"), case.data.get("end")
    if text is None or not isinstance(start, int) or not isinstance(end, int):
        return ()
    return around(text.text, Span(start, end, case.number))
