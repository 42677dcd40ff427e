"""Decomposing a commitment into tasks (分解) and filling in the five fixed things (五定)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from bihuan.kernel.cases.city import city, matter_at, work_calendar
from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import see
from bihuan.kernel.errors import Refusal
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.fields import FieldDefinition, is_empty
from bihuan.plan.decompose import decompose_all, suggest_five_fixed, suggest_task
from bihuan.plan.reading import commitments_of
from bihuan.web.access import Asked, in_role, signed_in
from bihuan.web.clock import now
from bihuan.web.filling import Ask, Form, fresh_form, refused_form
from bihuan.web.inputs import Input, read_post
from bihuan.web.pages.plan import report_of
from bihuan.web.pages.review import changed, source_of
from bihuan.web.refusals import said
from bihuan.web.templatetags.shown import label


@dataclass(frozen=True)
class Fixed:
    """One of the five fixed things on the page: its fields, and which of them are still empty."""

    key: str
    label: str
    inputs: tuple[Input, ...]
    missing: tuple[str, ...]
    suggested: frozenset[str]


@signed_in
def waiting(request: Asked, report: str) -> HttpResponse:
    """The confirmed commitments with their suggested lead units; POST decomposes the ticked ones as suggested."""
    planner = in_role(request, "planner")
    case = report_of(report)
    if request.method == "POST":
        ticked = set(request.POST.getlist("number"))
        chosen = [c for c in _confirmed(case) if c.number in ticked]
        done = decompose_all(chosen, planner, now=now())
        messages.success(request, gettext("已分解 %(n)s 条；请逐项落实五定后下达") % {"n": done})
        return HttpResponseRedirect(reverse("decompose", args=[report]))
    rows = [(c, suggest_task(c)) for c in _confirmed(case)]
    drafts = Case.objects.filter(root=case, matter="plan.task", state="drafting").order_by("pk")
    shown = {"report": case, "rows": rows, "drafts": [(d, _empty(d)) for d in drafts]}
    return render(request, "plan/decompose_list.html", shown)


@signed_in
def one(request: Asked, report: str, number: str) -> HttpResponse:
    """Decompose one commitment: its words, the suggested lead with its reason, the form."""
    planner = in_role(request, "planner")
    case = see(number, request.actings)
    matter, _ = matter_at(case.matter, case.version)
    action = "decompose" if case.state == "confirmed" else "add_task"
    fields = matter.actions[action].form
    ask = Ask("", gettext("生成任务，落实五定"), "", fields, expect=case.seq)
    form, status = fresh_form(ask, suggest_task(case)), 200
    if request.method == "POST":
        raw = read_post(fields, request.POST)
        key = request.POST.get("key", "")[:120]
        try:
            moved = act(number, action, planner, raw, now=now(), key=key)
        except Refusal as refusal:
            form, status = refused_form(ask, raw, request.POST, refusal), 409
        else:
            task = moved.children.filter(matter="plan.task").latest("pk")
            return HttpResponseRedirect(reverse("five_fixed", args=[task.number]))
    shown = {
        "report": case.root, "case": case, "form": form, "source": source_of(case),
        "has_suggestion": case.data.get("suggested_lead") in city().units,
    }  # fmt: skip
    return render(request, "plan/decompose.html", shown, status=status)


@signed_in
def five_fixed(request: Asked, number: str) -> HttpResponse:
    """The five fixed things of a task in five blocks; POST saves them, and issues the task where asked to."""
    case = see(number, request.actings)
    matter, _ = matter_at(case.matter, case.version)
    fields = {name: matter.fields[name] for name in matter.actions["edit"].edits}
    suggested = suggest_five_fixed(case, work_calendar().local(now()).date())
    values: Mapping[str, object] = {**case.data, **suggested}
    ask = Ask("", gettext("下达"), "f", fields, expect=case.seq)
    form, refused, status = fresh_form(ask, values), None, 200
    if request.method == "POST":
        values = {**case.data, **read_post(fields, request.POST)}
        try:
            return _save(request, case, fields)
        except Refusal as refusal:
            form, status, refused = (
                refused_form(ask, values, request.POST, refusal),
                409,
                said(refusal),
            )
            suggested = {}
    case.refresh_from_db()
    shown = {
        "case": case, "form": form, "refused": refused, "status": status,
        "fixed": fixed_things(matter, form, case, frozenset(suggested)),
        "rest": [i for i in form.inputs if not i.field.fixed],
        "may": case.state == "drafting" and any("planner" in a.roles for a in request.actings),
        "source": source_of(case.parent) if case.parent else (),
        "state": matter.states[case.state],
    }  # fmt: skip
    return render(request, "plan/five_fixed.html", shown, status=status)


def _save(request: Asked, case: Case, fields: Mapping[str, FieldDefinition]) -> HttpResponse:
    """Save what was changed; where the task cannot be issued, nothing is saved either and the page says why."""
    planner = in_role(request, "planner")
    edits = changed(fields, read_post(fields, request.POST), case.data)
    expect = request.POST.get("expect", "")
    with transaction.atomic():
        if edits:
            act(
                case.number, "edit", planner, edits, now=now(),
                expect=int(expect) if expect.isdigit() else None,
            )  # fmt: skip
        if request.POST.get("do") == "issue":
            act(case.number, "issue", planner, {}, now=now())
    if request.POST.get("do") == "issue":
        messages.success(request, gettext("已下达 %(number)s") % {"number": case.number})
        return HttpResponseRedirect(
            reverse("decompose", args=[case.root.number if case.root else ""])
        )
    messages.success(request, gettext("已保存"))
    return HttpResponseRedirect(reverse("five_fixed", args=[case.number]))


def fixed_things(
    matter: Matter, form: Form, case: Case, suggested: frozenset[str]
) -> tuple[Fixed, ...]:
    """The five blocks in the order of the matter's sections; a suggestion that is not saved yet counts as empty."""
    needed = matter.expand(matter.actions["issue"].requires)
    found = []
    for key, section in matter.sections.items():
        words = section.label
        inputs = tuple(i for i in form.inputs if i.field.fixed == words)
        empty = tuple(
            label(matter.fields[name])
            for name in section.fields
            if name in needed and is_empty(case.data.get(name))
        )
        found.append(Fixed(key, label(section), inputs, empty, suggested))
    return tuple(found)


def _confirmed(report: Case) -> list[Case]:
    return list(commitments_of(report).filter(state="confirmed"))


def _empty(task: Case) -> list[str]:
    """The labels of the fixed things that a draft still lacks."""
    matter, _ = matter_at(task.matter, task.version)
    names = matter.expand(matter.actions["issue"].requires)
    missing = (matter.fields[name].fixed for name in names if is_empty(task.data.get(name)))
    return list(dict.fromkeys(missing))
