"""The callback desk (回访台): whom to call next, the script, and what the answer sets going."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bihuan.delivery.models import SENT, WAITING, Delivery
from bihuan.delivery.reached import reached
from bihuan.hotline.callback import attempts_of, verdict
from bihuan.hotline.callback_link import begun_at
from bihuan.hotline.console import DEMAND, follower_counts, followers_of, leads_of
from bihuan.kernel.cases.city import matter_at
from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.finding import Wanted, find
from bihuan.kernel.cases.lanes import CAP, cases_at
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.personal import reveal
from bihuan.kernel.cases.queries import see, sight_of
from bihuan.kernel.errors import NoSuchCase, Refusal
from bihuan.kernel.matters.fields import FieldDefinition
from bihuan.web.access import Asked, in_role, signed_in
from bihuan.web.casepage import done_message
from bihuan.web.clock import now
from bihuan.web.filling import Ask, Form, fresh_form, refused_form
from bihuan.web.inputs import read_post
from bihuan.web.keyset import SIZE, asked_place, by_due
from bihuan.web.lines import line, lines
from bihuan.web.personal import personal_of, with_masks
from bihuan.web.refusals import said
from bihuan.web.sending import expected, sent_key

CALLBACK = "hotline_callback"
SOLVED = FieldDefinition(type="boolean", label="诉求是否解决", label_en="Is it solved")
NOTE = FieldDefinition(type="text", label="未接通情况", label_en="Why not reached", max=200)


@signed_in
def desk(request: Asked) -> HttpResponse:
    """Everybody to call, soonest due first, with what was tried and who else waits for the same."""
    in_role(request, CALLBACK)
    wanted = Wanted(matter=DEMAND, state="callback", is_open=True)
    found = find(wanted, sight_of(request.actings), asked_place(request.GET), SIZE + 1)
    keyset = by_due(found.keys, cases_at, request.GET)
    numbers = [case.number for case in keyset.rows]
    tried, joined, leads = (
        attempts_of(numbers, now=now()),
        follower_counts(numbers),
        leads_of(numbers),
    )
    rows = [
        (row, leads.get(number, ""), tried[number], joined.get(number, 0))
        for number, row in zip(numbers, lines(keyset.rows), strict=True)
    ]
    context = {"keyset": keyset, "rows": rows, "total": min(found.total, CAP)}
    return render(request, "hotline/callback.html", context)


@never_cache
@signed_in
def one(request: Asked, number: str) -> HttpResponse:
    """One call: the answer to read out, the two questions, the followers; sending it takes the action that they mean."""
    in_role(request, CALLBACK)
    case = _demand(request, number)
    ask = _ask(case)
    if request.method != "POST":
        return _show(request, case, fresh_form(ask, {"way": "phone"}))
    typed = read_post(ask.fields, request.POST)
    try:
        action = _action(request, case, typed)
        given = {n: v for n, v in typed.items() if n in _fields(case, action)}
        moved = act(
            number, action, in_role(request, CALLBACK), given,
            now=now(), key=sent_key(request), expect=expected(request),
        )  # fmt: skip
    except Refusal as refusal:
        return _show(request, case, refused_form(ask, typed, request.POST, refusal), 422)
    messages.success(request, done_message(moved, action), "good")
    return redirect("hotline_callback")


@require_POST
@never_cache
@signed_in
def phone(request: Asked, number: str) -> HttpResponse:
    """The caller's number in clear, this once; the look is on record as every other."""
    case = _demand(request, number)
    actor, why = in_role(request, CALLBACK), gettext("回访诉求人")
    try:
        clear, refusal = reveal(number, "caller_phone", actor, why, now=now()), None
    except Refusal as refused:
        clear, refusal = "", said(refused)
    case.refresh_from_db()
    form = fresh_form(_ask(case), {"way": "phone"})
    return _show(request, case, form, extra={"clear": clear, "no_number": refusal})


def _demand(request: Asked, number: str) -> Case:
    case = see(number, request.actings)
    if case.matter != DEMAND:
        raise NoSuchCase(number)
    return case


def _action(request: Asked, case: Case, typed: dict[str, object]) -> str:
    then = request.POST.get("then", "")
    if then in ("not_reached", "give_up"):
        return then
    return verdict(case, str(typed.get("is_solved", "")), str(typed.get("rating", "")))


def _fields(case: Case, action: str) -> dict[str, FieldDefinition]:
    matter, _ = matter_at(case.matter, case.version)
    return dict(matter.actions[action].form)


def _ask(case: Case) -> Ask:
    """The script's order: how, whether the unit called, solved, satisfied, what was said."""
    form = _fields(case, "solved")
    fields = {
        "way": form["way"], "contacted": form["contacted"], "is_solved": SOLVED,
        "rating": form["rating"].model_copy(update={"required": False}), "words": form["words"],
        "note": NOTE,
    }  # fmt: skip
    url = reverse("hotline_callback_one", args=[case.number])
    return Ask(url, gettext("记录回访结果"), "ask", fields, expect=case.seq)


def _told(case: Case) -> dict[str, object]:
    """Who of the followers has a message of this callback, and who is to be told by telephone."""
    begun = begun_at(case)
    followers = followers_of([case.number]).get(case.number, [])
    seq = begun.seq if begun else 0
    found = reached(case, seq, [case, *followers])
    rows = [(one, _how(found.get(one.case.number))) for one in lines(followers)]
    return {"followers": rows, "told": _how(found.get(case.number))}


def _how(delivery: Delivery | None) -> tuple[str, str]:
    """How it stands with telling one person, and the tone of it."""
    if delivery is None:
        return gettext("没有可用的联系方式"), ""
    if delivery.status == SENT:
        return gettext("已自动告知"), "success"
    if delivery.status == WAITING:
        return gettext("正在自动告知"), ""
    return gettext("未能自动告知，请电话告知"), "late"


def _show(
    request: Asked,
    case: Case,
    form: Form,
    status: int = 200,
    extra: dict[str, object] | None = None,
) -> HttpResponse:
    matter, _ = matter_at(case.matter, case.version)
    personal = personal_of(case, matter, request.actings)
    masked = with_masks(case.data, personal.masks)
    inputs = {one.name: one for one in form.inputs}
    context = {
        "case": case, "line": line(case), "form": form, "inputs": inputs,
        "answer": case.data.get("answer"), "phone": masked.get("caller_phone"),
        "name": masked.get("caller_name"), "is_waiting": case.state == "callback",
        "tried": attempts_of([case.number], now=now())[case.number],
        **_told(case),
        **(extra or {}),
    }  # fmt: skip
    return render(request, "hotline/call.html", context, status=status)
