"""Bulk (批量办理): choose an action for what was selected, see how many go and who stays out and why, confirm once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from bihuan.kernel.cases.city import city, matter_at
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import visible_to
from bihuan.kernel.cases.together import (
    MOST_TOGETHER,
    Outcome,
    Picked,
    act_on_each,
    actions_for,
    missing_fields,
    sort_out,
)
from bihuan.kernel.errors import FormRefusal
from bihuan.kernel.matters.definition import Action
from bihuan.web.access import Asked, signed_in
from bihuan.web.clock import now
from bihuan.web.deeds import deed_fields
from bihuan.web.filling import Ask, Form, fresh_form, refused_form
from bihuan.web.inputs import read_post
from bihuan.web.lines import lines
from bihuan.web.refusals import said
from bihuan.web.searching import asked_for, found_for
from bihuan.web.sending import sent_key
from bihuan.web.templatetags.shown import helped, label


@dataclass(frozen=True)
class Choice:
    """An action that may be taken in bulk, and for how many of the selected."""

    value: str
    label: str
    count: int
    is_here: bool


@signed_in
def bulk(request: Asked) -> HttpResponse:
    """The selected cases, what may be done with them together, and the form of the chosen action; sending it does it."""
    if request.method == "POST":
        return _sent(request)
    numbers, is_cut = _selected(request)
    cases = _seen(request, numbers)
    offered = actions_for(cases, request.actings)
    chosen = request.GET.get("action", "")
    if not chosen and len(offered) == 1:
        chosen = ":".join(next(iter(offered)))
    choices = [_choice(matter, name, n, chosen) for (matter, name), n in offered.items()]
    context: dict[str, object] = {
        "cases": cases,
        "choices": choices,
        "is_cut": is_cut,
        "most": MOST_TOGETHER,
    }
    if any(choice.is_here for choice in choices):
        context |= _confirmation(request, cases, chosen)
    return render(request, "web/bulk.html", context)


def _confirmation(request: Asked, cases: Sequence[Case], chosen: str) -> dict[str, object]:
    """How many go, who stays out and why, and the form."""
    matter, name = chosen.split(":", 1)
    sorted_out = sort_out(cases, matter, name, request.actings)
    going = [one.case for one in sorted_out if one.refusal is None]
    out = _reasons(one for one in sorted_out if one.refusal)
    ask = _ask(going, name)
    picked = [
        (f"{case.number}:{case.seq}", line) for case, line in zip(going, lines(going), strict=True)
    ]
    action = _action(going, name)
    return {
        "form": fresh_form(ask, {}),
        "picked": picked,
        "out": out,
        "chosen": chosen,
        "help": helped(action),
        "action_label": label(action),
    }


def _sent(request: Asked) -> HttpResponse:
    """Take the action on each that was confirmed; the form comes back where it does not fit, and nothing was done then."""
    chosen = request.POST.get("action", "")
    matter, _, name = chosen.partition(":")
    pairs = [text.rpartition(":") for text in request.POST.getlist("case")]
    seqs = {number: int(seq) for number, _, seq in pairs if seq.isdecimal() and len(seq) < 10}
    cases = _seen(request, list(seqs))
    known = city().matters.get(matter)
    if not cases or known is None or name not in known.actions:
        raise Http404
    ask = _ask([case for case in cases if case.matter == matter] or cases, name)
    typed = read_post(ask.fields, request.POST)
    picked = [Picked(case, seqs[case.number]) for case in cases]
    try:
        done = act_on_each(
            picked, matter, name, request.actings, typed, now=now(), key=sent_key(request)
        )
    except FormRefusal as refusal:
        form: Form = refused_form(ask, typed, request.POST, refusal)
        again = [
            (f"{p.case.number}:{p.seq}", line) for p, line in zip(picked, lines(cases), strict=True)
        ]
        context = {
            "cases": cases,
            "form": form,
            "picked": again,
            "chosen": chosen,
            "most": MOST_TOGETHER,
            "action_label": ask.submit,
        }
        return render(request, "web/bulk.html", context, status=422)
    context = {
        "moved": lines([one.case for one in done if one.refusal is None]),
        "refused": _reasons(one for one in done if one.refusal),
        "action_label": ask.submit,
    }
    return render(request, "web/bulk_done.html", context)


def _selected(request: Asked) -> tuple[list[str], bool]:
    """Numbers of what was ticked, or of the whole list up to the limit; and whether there were more."""
    if not request.GET.get("all"):
        ticked = list(dict.fromkeys(request.GET.getlist("n")))
        return ticked[:MOST_TOGETHER], len(ticked) > MOST_TOGETHER
    found = found_for(asked_for(request.GET), request.actings, now(), None, MOST_TOGETHER + 1)
    keys = [key.pk for key in found.keys]
    numbers = dict(Case.objects.filter(pk__in=keys).values_list("pk", "number"))
    return [numbers[pk] for pk in keys[:MOST_TOGETHER] if pk in numbers], len(keys) > MOST_TOGETHER


def _seen(request: Asked, numbers: Sequence[str]) -> list[Case]:
    """The selected cases that the person may see, in the order of the selection."""
    found = {case.number: case for case in visible_to(request.actings).filter(number__in=numbers)}
    return [found[number] for number in numbers if number in found]


def _choice(matter: str, name: str, count: int, chosen: str) -> Choice:
    value = f"{matter}:{name}"
    return Choice(value, label(city().matters[matter].actions[name]), count, value == chosen)


def _action(cases: Sequence[Case], name: str) -> Action:
    matter, _ = matter_at(cases[0].matter, cases[0].version)
    return matter.actions[name]


def _ask(cases: Sequence[Case], name: str) -> Ask:
    """The form of the action without files: what one of the cases lacks must be filled."""
    matter, _ = matter_at(cases[0].matter, cases[0].version)
    action = matter.actions[name]
    fields = {n: f for n, f in deed_fields(matter, action).items() if f.type != "files"}
    required = frozenset(missing_fields(cases, name))
    return Ask(reverse("bulk"), label(action), "", fields, required)


def _reasons(outcomes: Iterable[Outcome]) -> list[tuple[Case, dict[str, str]]]:
    return [(one.case, said(one.refusal)) for one in outcomes if one.refusal]
