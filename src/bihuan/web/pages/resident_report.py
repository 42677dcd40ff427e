"""A resident reports wrongdoing (群众举报): its own form, sealed from the first moment; number and code as of a demand."""

import secrets
from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from bihuan.hotline.limits import TooOften
from bihuan.hotline.offered import Door, doors
from bihuan.hotline.online import REPORTS, online_desk
from bihuan.hotline.reporting import ANONYMOUS, ASKED, FILES
from bihuan.hotline.reporting import report as take_report
from bihuan.hotline.told import LONGEST
from bihuan.kernel.cases.city import city, matter_now
from bihuan.kernel.errors import Refusal
from bihuan.web.clock import now
from bihuan.web.holding import hold, network, uploads
from bihuan.web.promised import complaints, promised_to_report
from bihuan.web.refusals import said


@never_cache
def report(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of a door; sending it leads to number and code."""
    door = doors().get(kind)
    if door is None:
        raise Http404
    if request.method != "POST":
        return _show(request, door, {})
    typed = {name: request.POST.get(name, "") for name in ASKED}
    key = request.POST.get("key", "")[:40]
    try:
        case = take_report(
            typed, online_desk(now(), REPORTS), now=now(), matter=door.matter,
            files=uploads(request, FILES), network=network(request), key=key and f"resident:report:{key}",
        )  # fmt: skip
    except Refusal as refusal:
        if isinstance(refusal, TooOften) and refusal.is_flood:
            raise
        status = 429 if isinstance(refusal, TooOften) else 422
        return _show(request, door, typed, refusal, status)
    hold(request, case.number)
    return redirect("resident_sent", number=case.number)


def begin(request: HttpRequest, typed: Mapping[str, str]) -> HttpResponse:
    """The form with what was typed as a demand; nothing is stored yet."""
    door = doors()[typed["kind"]]
    known = {name: typed.get(name.removeprefix("caller_"), "") for name in ASKED}
    known["named"] = ANONYMOUS if typed.get("identity") == ANONYMOUS else ""
    return _show(request, door, known)


def _show(
    request: HttpRequest,
    door: Door,
    typed: Mapping[str, str],
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    fields = matter_now(door.matter)[0].fields
    shown = {
        "door": door,
        "typed": typed,
        "named": fields["named"].choices,
        "accept": ",".join(fields[FILES].accept),
        "most_files": fields[FILES].max,
        "regions": [region for region in city().regions.values() if region.parent],
        "longest": LONGEST,
        "refusal": said(refusal) if refusal else None,
        "complaints": complaints(refusal),
        "key": request.POST.get("key") or secrets.token_urlsafe(12),
    }
    return render(
        request, "resident/report.html", shown | dict(promised_to_report()), status=status
    )
