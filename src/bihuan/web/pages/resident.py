"""A resident says something (群众反映诉求) on a phone, without an account, and is told number, code and what happens next."""

import secrets
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from bihuan.hotline.following import follow_code, followed
from bihuan.hotline.intake import MATTER, register, whole
from bihuan.hotline.limits import TooOften
from bihuan.hotline.online import online_desk
from bihuan.hotline.told import LONGEST, Told
from bihuan.kernel.cases.city import city, matter_now
from bihuan.kernel.errors import FormRefusal, NoSuchCase, Refusal
from bihuan.web.clock import now
from bihuan.web.holding import held_case, hold, network, uploads
from bihuan.web.refusals import filled, said

TYPED = ("content", "kind", "place", "address", "lat", "lon", "identity", "name", "phone", "mail")


@never_cache
def send(request: HttpRequest) -> HttpResponse:
    """The form; a demand that was taken leads to its number and code."""
    if MATTER not in city().matters:
        raise NoSuchCase(MATTER)
    if request.method != "POST":
        return render(request, "resident/send.html", _form({}))
    typed = {name: request.POST.get(name, "") for name in TYPED}
    told = Told(**typed, channel="web", network=network(request))
    try:
        case = register(told, online_desk(now()), now=now(), files=uploads(request, "files"))
    except Refusal as refusal:
        if isinstance(refusal, TooOften) and refusal.is_flood:
            raise  # a short page: nobody is typing there
        status = 429 if isinstance(refusal, TooOften) else 422
        return render(request, "resident/send.html", _form(typed, refusal), status=status)
    hold(request, case.number)
    return redirect("resident_sent", number=case.number)


@never_cache
def sent(request: HttpRequest, number: str) -> HttpResponse:
    """Number and code, once more on every reload, and what happens next until when."""
    case = held_case(request, number)
    shown = {"told": followed(case, now=now()), "code": follow_code(case.number)}
    return render(request, "resident/sent.html", {**shown, **promised()})


def promised() -> Mapping[str, object]:
    """The city's own times: hours to dispatch, days for a question and for anything else."""
    at = now()
    return {
        "hours": whole("hotline.dispatch_hours", at),
        "consult_days": whole("hotline.consult_days", at),
        "general_days": whole("hotline.general_days", at),
        "basis": city().parameters.basis("hotline.general_days", at),
    }


def complaints(refusal: Refusal | None) -> Mapping[str, list[str]]:
    """Field → what is wrong with it, in the visitor's language."""
    found: dict[str, list[str]] = {}
    if isinstance(refusal, FormRefusal):
        for problem in refusal.problems:
            text = filled(problem.message, dict(problem.params))
            found.setdefault(problem.path.split(".")[0], []).append(text)
    return found


def _form(typed: Mapping[str, str], refusal: Refusal | None = None) -> dict[str, object]:
    fields = matter_now(MATTER)[0].fields
    regions = [region for region in city().regions.values() if region.parent]
    return {
        "typed": typed,
        "kinds": fields["kind"].choices,
        "accept": ",".join(fields["files"].accept),
        "most_files": fields["files"].max,
        "regions": regions,
        "longest": LONGEST,
        "refusal": said(refusal) if refusal else None,
        "complaints": complaints(refusal),
        "key": secrets.token_urlsafe(12),
        **promised(),
    }
