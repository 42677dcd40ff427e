"""A resident follows what they said (查询): by number and code, in plain words; adds, rates, asks to have it handled again."""

import secrets
from collections.abc import Callable, Mapping, Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bihuan.hotline.following import (
    add,
    appeal,
    ask_again,
    follow_code,
    followed,
    followed_case,
    own_picture,
    rate,
)
from bihuan.hotline.limits import TooOften
from bihuan.hotline.online import online_desk
from bihuan.hotline.pictures import shown_picture
from bihuan.hotline.steps import Step
from bihuan.kernel.cases.city import matter_at
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_, NoSuchCase, Refusal
from bihuan.web.clock import now
from bihuan.web.due import say_clock
from bihuan.web.holding import held_case, hold, network, uploads
from bihuan.web.pages.resident import complaints
from bihuan.web.refusals import filled, said
from bihuan.web.templatetags.shown import label

DONE = {
    "add": N_("已补充，承办单位会看到。"),
    "rate": N_("已收到您的评价。"),
    "reopen": N_("已申请，重新办理并重新起算时限。"),
    "appeal": N_("已收到您的异议，热线中心会重新审核。"),
}
RATING_OF = "solved"  # the callback's form: every outcome asks the same


@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """The door: number and code."""
    typed = {"number": request.POST.get("number", request.GET.get("number", ""))}
    if request.method != "POST":
        return render(request, "resident/find.html", {"typed": typed})
    try:
        code = request.POST.get("code", "")
        case = followed_case(typed["number"][:40], code[:20], network(request), now=now())
    except Refusal as refusal:
        shown = {"typed": typed, "refusal": said(refusal)}
        status = 429 if isinstance(refusal, TooOften) else 422
        return render(request, "resident/find.html", shown, status=status)
    hold(request, case.number)
    return redirect("resident_follow", number=case.number)


@never_cache
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One demand as its teller sees it; whoever has not shown the code is asked for it."""
    try:
        case = held_case(request, number)
    except NoSuchCase:
        return redirect(f"{reverse('resident_find')}?{urlencode({'number': number})}")
    return _page(request, case)


@require_POST
def do(request: HttpRequest, number: str, deed: str) -> HttpResponse:
    """Add, rate, ask to have it handled again, appeal: each through the one door, in the post of the online desk."""
    case = held_case(request, number)
    if deed not in DEEDS:
        raise Http404
    try:
        DEEDS[deed](request, case)
    except Refusal as refusal:
        case.refresh_from_db()
        return _page(request, case, deed, refusal)
    messages.success(request, gettext(DONE[deed]), "good")
    return redirect("resident_follow", number=number)


@never_cache
def picture(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One of the teller's own pictures, small and without anything that the camera wrote into it."""
    file = own_picture(held_case(request, number), pk)
    shown = shown_picture(file.sha256) if file else None
    if shown is None:
        raise Http404
    return HttpResponse(shown, content_type="image/jpeg")


def _page(
    request: HttpRequest, case: Case, deed: str = "", refusal: Refusal | None = None
) -> HttpResponse:
    at = now()
    told = followed(case, now=at)
    matter, _ = matter_at(case.matter, case.version)
    told_due = told.main.due if told.main else told.due
    due = [(label(matter.clocks[key]), say_clock(instant, at)) for key, instant in told_due]
    shown = {
        "told": told,
        "case": case,
        "code": follow_code(case.number),
        "steps": _said_of(told.steps),
        "main_steps": _said_of(told.main.steps) if told.main else [],
        "due": due,
        "ratings": matter.actions[RATING_OF].form["rating"].choices,
        "accept": ",".join(matter.actions["add"].form["files"].accept),
        "typed": request.POST if refusal else {},
        "deed": deed,
        "refusal": said(refusal) if refusal else None,
        "complaints": complaints(refusal),
        "key": secrets.token_urlsafe(12),
    }
    return render(request, "resident/follow.html", shown, status=422 if refusal else 200)


def _said_of(steps: Sequence[Step]) -> list[tuple[Step, str]]:
    """Each step with its words in the reader's language."""
    return [(step, filled(step.message, dict(step.params))) for step in steps]


def _add(request: HttpRequest, case: Case) -> Case:
    words, files = request.POST.get("words", ""), uploads(request, "files")
    return add(case, words, files, online_desk(now()), now=now(), key=_key(request, case))


def _rate(request: HttpRequest, case: Case) -> Case:
    names = ("solved", "rating", "contacted", "words")
    given = {name: request.POST.get(name, "") for name in names}
    return rate(case, given, online_desk(now()), now=now(), key=_key(request, case))


def _reopen(request: HttpRequest, case: Case) -> Case:
    reason = request.POST.get("reason", "")
    return ask_again(case, reason, online_desk(now()), now=now(), key=_key(request, case))


def _appeal(request: HttpRequest, case: Case) -> Case:
    reason = request.POST.get("reason", "")
    return appeal(case, reason, online_desk(now()), now=now(), key=_key(request, case))


def _key(request: HttpRequest, case: Case) -> str:
    """The page's idempotency key: a second tap on the same button changes nothing."""
    given = request.POST.get("key", "")[:40]
    return f"resident:{case.number}:{given}" if given else ""


DEEDS: Mapping[str, Callable[[HttpRequest, Case], Case]] = {
    "add": _add,
    "rate": _rate,
    "reopen": _reopen,
    "appeal": _appeal,
}
