"""The operator's console (话务台): one form, and beside it who calls, what is alike, and where it might go."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bihuan.hotline import callers, ringing
from bihuan.hotline.console import STEPS, register
from bihuan.hotline.knowledge import search
from bihuan.hotline.offered import doors, replies_for
from bihuan.hotline.placing import place_of
from bihuan.hotline.routing import suggest
from bihuan.hotline.similar import candidates
from bihuan.hotline.similar_reading import words_of
from bihuan.kernel.cases.queries import sight_of
from bihuan.kernel.errors import Refusal
from bihuan.kernel.orgs.acting import Acting
from bihuan.web.access import Asked, in_role, signed_in
from bihuan.web.clock import now
from bihuan.web.filling import Form, fresh_form, refused_form
from bihuan.web.hotline_form import (
    USUAL,
    ask_all,
    demand,
    laid_out,
    opening_fields,
    step_fields,
)
from bihuan.web.inputs import read_files, read_post
from bihuan.web.lines import line, lines
from bihuan.web.options import proposed
from bihuan.web.pages.hotline_report import begin
from bihuan.web.sending import sent_key

OPERATOR = "hotline_operator"
LONGEST, QUESTION, ANSWERS = 4000, 60, 4


@never_cache
@signed_in
def console(request: Asked) -> HttpResponse:
    """The form, with the number of the call that rings at this seat; sending it opens a demand."""
    operator = in_role(request, OPERATOR)
    if request.method == "POST":
        return _sent(request, operator)
    call = _call(request)
    values = USUAL | ({"caller_phone": call.number} if call else {})
    return _show(request, fresh_form(ask_all(demand()), values), call=call)


def _sent(request: Asked, operator: Acting) -> HttpResponse:
    matter, step = demand(), request.POST.get("then", "")
    step = step if step in STEPS else ""
    fields = opening_fields(matter)
    typed = read_post(fields, request.POST)
    if door := doors().get(str(typed.get("kind") or "")):
        return begin(request, door, typed)
    given = read_post(step_fields(matter, step), request.POST) if step else {}
    try:
        case = register(
            typed, step, given, operator,
            now=now(), files=read_files(fields, request.FILES), key=sent_key(request),
        )  # fmt: skip
    except Refusal as refusal:
        ask = ask_all(matter)
        again = read_post(ask.fields, request.POST)
        again = proposed(step_fields(matter, step), again) if step else again
        back = refused_form(ask, again, request.POST, refusal)
        return _show(request, back, step, 422)
    said = gettext("已登记 %(number)s，现处于“%(state)s”。")
    messages.success(request, said % {"number": case.number, "state": line(case).state}, "good")
    if repeated := case.data.get("repeats"):
        told = gettext("同一来电人近期在同一地点反映过同类诉求，已关联在办单 %(number)s。")
        messages.info(request, told % {"number": repeated})
    return redirect("hotline_console")


def _call(request: Asked) -> ringing.Caller | None:
    """The call that was chosen, else the one that rings; taken with that."""
    posts, at = _seats(request), now()
    chosen = request.GET.get("call", "")
    if chosen.isdecimal() and len(chosen) < 12:
        return ringing.take(int(chosen), posts, now=at)
    found = ringing.ringing(posts, now=at)
    return ringing.take(found.pk, posts, now=at) if found else None


@never_cache
@signed_in
def ring(request: Asked) -> HttpResponse:
    """The call that rings at this seat, as the console asks for it every two seconds; empty for none."""
    call = ringing.ringing(_seats(request), now=now())
    return render(request, "hotline/parts/ring.html", {"call": call})


@require_POST
@never_cache
@signed_in
def caller(request: Asked) -> HttpResponse:
    """The earlier demands of the number that was typed; reading them is on record."""
    operator = in_role(request, OPERATOR)
    phone = request.POST.get("caller_phone", "")[:30]
    found = callers.history(phone, operator, now=now())
    context = {"lines": lines(found), "asked": phone.strip()}
    return render(request, "hotline/parts/caller.html", context)


@require_POST
@signed_in
def beside(request: Asked) -> HttpResponse:
    """Open demands like the text so far, answers of the knowledge base, and the units it might go to."""
    in_role(request, OPERATOR)
    asked = {
        n: request.POST.get(n, "")[:LONGEST]
        for n in ("title", "content", "address", "place", "lat", "lon", "kind", "category")
    }
    text = f"{asked['title']}\n{asked['content']}".strip()
    alike = candidates(words_of(asked), sight_of(request.actings), now=now())
    question = asked["title"] or asked["content"][:QUESTION]
    routes = suggest(asked["title"], asked["content"], asked["place"]) if text else ()
    context = {
        "answers": search(question, now(), region=asked["place"] or None, limit=ANSWERS),
        "alike": [(one, line(one.case)) for one in alike],
        "routes": list(enumerate(routes, 1)),
        "where": place_of(text, asked["place"]),
        "asked": text,
        "templates": replies_for(asked["kind"], asked["category"]) if asked["kind"] else (),
    }
    return render(request, "hotline/parts/beside.html", context)


def _seats(request: Asked) -> list[str]:
    return [acting.post for acting in request.actings if OPERATOR in acting.roles]


def _show(
    request: Asked,
    form: Form,
    step: str = "",
    status: int = 200,
    call: ringing.Caller | None = None,
) -> HttpResponse:
    context = {"form": form, "call": call, **laid_out(form, demand(), step)}
    return render(request, "hotline/console.html", context, status=status)
