"""The review queue (校核): each commitment beside its words; confirm, edit, split, merge or drop."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bihuan.kernel.cases.city import matter_at
from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import offers, see
from bihuan.kernel.errors import FieldProblem, Refusal
from bihuan.plan.reading import commitments_of
from bihuan.plan.review import confirm_all, drop_all, merge, split
from bihuan.web.access import Asked, in_role, signed_in
from bihuan.web.clock import now
from bihuan.web.filling import Ask, fresh_form, refused_form
from bihuan.web.inputs import read_post
from bihuan.web.pages.report import source_of
from bihuan.web.refusals import said

OPEN = ("to_review",)
BREAKS = "，,；;。、"


@signed_in
def queue(request: Asked, number: str) -> HttpResponse:
    """One commitment to review; POST confirms it as edited and shows the next."""
    report = see(number, request.actings)
    planner = in_role(request, "planner")
    waiting = list(commitments_of(report).filter(state__in=OPEN))
    case = _asked(request, waiting)
    if case is None:
        return render(request, "plan/reviewed.html", _tally(report))
    ask = _ask(case, request.get_full_path())
    form = fresh_form(ask, case.data)
    if request.method == "POST":
        raw = read_post(ask.fields, request.POST)
        try:
            act(
                case.number,
                "confirm",
                planner,
                raw,
                now=now(),
                key=request.POST.get("key", ""),
                expect=case.seq,
            )
            return _next(request, report, waiting, case)
        except Refusal as refusal:
            form = refused_form(ask, raw, request.POST, refusal)
    return render(
        request, "plan/review.html", _context(request, report, waiting, case) | {"form": form}
    )


def _ask(case: Case, url: str) -> Ask:
    matter, _definition = matter_at(case.matter, case.version)
    confirm = matter.actions["confirm"]
    fields = {name: matter.fields[name] for name in confirm.edits}
    return Ask(url, _("确认"), "r", fields, frozenset(confirm.requires), case.seq)


def _asked(request: Asked, waiting: list[Case]) -> Case | None:
    wanted = request.GET.get("at")
    return next((c for c in waiting if c.number == wanted), waiting[0] if waiting else None)


def _context(request: Asked, report: Case, waiting: list[Case], case: Case) -> dict[str, object]:
    place = waiting.index(case)
    text = str(case.data["text"])
    return _tally(report) | {
        "case": case,
        "source": source_of(case),
        "cuts": [
            (i + 1, text[: i + 1], text[i + 1 :]) for i, c in enumerate(text[:-1]) if c in BREAKS
        ],
        "others": [
            c
            for c in commitments_of(report).filter(state__in=("to_review", "confirmed"))
            if c.pk != case.pk
        ],
        "before": waiting[place - 1] if place else None,
        "after": waiting[place + 1] if place + 1 < len(waiting) else None,
        "deeds": {offer.name for offer in offers(case, request.actings)},
        "stances": [c for c in waiting if c.data["kind"] == "principle"],
        "here": [c for c in waiting if c.data["section"] == case.data["section"]],
    }


def _tally(report: Case) -> dict[str, object]:
    everything = commitments_of(report)
    left = everything.filter(state="to_review").count()
    total = everything.count()
    return {"report": report, "left": left, "total": total, "done": total - left}


def _next(request: Asked, report: Case, waiting: list[Case], case: Case) -> HttpResponse:
    place = waiting.index(case)
    rest = waiting[place + 1 :] or waiting[:place]
    messages.success(request, _("已确认：%(title)s") % {"title": case.title})
    answer = redirect("review", number=report.number)
    if rest:
        answer["Location"] += f"?at={rest[0].number}"
    return answer


@signed_in
def split_page(request: Asked, number: str) -> HttpResponse:
    """Split a commitment at the chosen places of its words."""
    case = see(number, request.actings)
    cuts = [int(cut) for cut in request.POST.getlist("cut") if cut.isdigit()]
    return _decided(
        request, case, lambda: split(case, cuts, in_role(request, "planner"), now=now())
    )


@signed_in
def merge_page(request: Asked, number: str) -> HttpResponse:
    """Merge a commitment into another of the same report."""
    case = see(number, request.actings)
    into = see(request.POST.get("into", ""), request.actings)
    return _decided(
        request, case, lambda: merge(case, into, in_role(request, "planner"), now=now())
    )


@signed_in
def batch(request: Asked, number: str) -> HttpResponse:
    """Confirm a section as compiled, drop all stances, or drop one, with a reason."""
    report = see(number, request.actings)
    planner = in_role(request, "planner")
    waiting = commitments_of(report).filter(
        state__in=OPEN, number__in=request.POST.getlist("number")
    )
    reason = request.POST.get("reason", "").strip()
    try:
        if "drop" in request.POST:
            if not reason:
                raise _no_reason()
            count = drop_all(waiting, reason, planner, now=now())
            messages.success(request, _("已不列入 %(n)s 条") % {"n": count})
        else:
            count = confirm_all(waiting, planner, now=now())
            messages.success(request, _("已确认 %(n)s 条") % {"n": count})
    except Refusal as refusal:
        words = said(refusal)
        messages.error(request, f"{words['message']} {words['remedy']}")
    return redirect("review", number=report.number)


def _no_reason() -> Refusal:
    from bihuan.kernel.errors import FormRefusal

    return FormRefusal((FieldProblem("reason", _("必填")),))


def _decided(request: Asked, case: Case, decide: object) -> HttpResponse:
    assert callable(decide)
    try:
        decide()
        messages.success(request, _("已处理：%(title)s") % {"title": case.title})
    except Refusal as refusal:
        words = said(refusal)
        messages.error(request, f"{words['message']} {words['remedy']}")
    return redirect("review", number=case.root.number if case.root else case.number)
