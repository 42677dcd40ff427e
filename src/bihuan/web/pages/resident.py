"""A resident says something (群众反映诉求) on a phone, without an account, and is told number, code and what happens next."""

import secrets
from collections.abc import Mapping, Sequence

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bihuan.hotline.following import follow_code, followed
from bihuan.hotline.intake import MATTER, register, whole
from bihuan.hotline.joining import alike, open_to_join, register_joined
from bihuan.hotline.limits import SEARCHES, TooOften, take
from bihuan.hotline.offered import doors
from bihuan.hotline.online import online_desk
from bihuan.hotline.told import LEAST, LONGEST, Told, read_told
from bihuan.kernel.cases.city import city, matter_now
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import NoSuchCase, Refusal
from bihuan.web.clock import now
from bihuan.web.holding import held_case, hold, network, uploads
from bihuan.web.pages.resident_map import Line, line_of
from bihuan.web.pages.resident_report import begin as begin_report
from bihuan.web.promised import complaints, promised, promised_to_report
from bihuan.web.refusals import said

TYPED = (
    "content", "kind", "place", "address", "lat", "lon", "identity", "name", "phone", "mail", "main",
)  # fmt: skip


@never_cache
def send(request: HttpRequest) -> HttpResponse:
    """The form; a demand that was taken leads to its number and code.

    Where others have said the same, that is shown first: joining them is one tap, and so is sending all the same.
    """
    if MATTER not in city().matters:
        raise NoSuchCase(MATTER)
    if request.method != "POST":
        brought = _brought(request)
        if brought["kind"] in doors():
            return begin_report(request, brought)
        return render(request, "resident/send.html", _form(brought))
    typed = {name: request.POST.get(name, "") for name in TYPED}
    if typed["kind"] in doors():
        return begin_report(request, typed)
    told = Told(**_own(typed), channel="web", network=network(request))
    files = uploads(request, "files")
    if _asks_first(request, typed, files) and (others := _alike(told)):
        return render(request, "resident/send.html", _form(typed, alike=others))
    try:
        case = _taken(told, typed["main"], files)
    except Refusal as refusal:
        if isinstance(refusal, TooOften) and refusal.is_flood:
            raise  # a short page: nobody is typing there
        status = 429 if isinstance(refusal, TooOften) else 422
        return render(request, "resident/send.html", _form(typed, refusal), status=status)
    hold(request, case.number)
    return redirect("resident_sent", number=case.number)


@require_POST
@never_cache
def alike_page(request: HttpRequest) -> HttpResponse:
    """What others have said that is like the text so far; asked for while one writes."""
    typed = {
        name: request.POST.get(name, "")[:LONGEST] for name in ("content", "place", "lat", "lon")
    }
    at = now()
    take([SEARCHES.of(network(request), whole("hotline.searches_per_minute", at))], at)
    others = _alike(Told(kind="", **typed)) if len(typed["content"]) >= LEAST else ()
    return render(request, "resident/parts/alike.html", {"alike": others})


def _brought(request: HttpRequest) -> dict[str, str]:
    """What a link brings along: words of a question that found no answer, or a demand to join."""
    brought = {
        "content": request.GET.get("words", "")[:LONGEST],
        "kind": request.GET.get("kind", ""),
    }
    main = request.GET.get("main", "")[:40]
    return brought | ({"main": main} if main and open_to_join(main) else {})


def _own(typed: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in typed.items() if name != "main"}


def _asks_first(request: HttpRequest, typed: Mapping[str, str], files: Sequence[Upload]) -> bool:
    """Not twice, and not where a page shown again would lose the files that were chosen."""
    return not (typed["main"] or files or request.POST.get("new"))


def _alike(told: Told) -> list[Line]:
    _, problems = read_told(told)
    return [] if problems else [line_of(case) for case in alike(told, now=now())]


def _taken(told: Told, main: str, files: Sequence[Upload]) -> Case:
    desk, at = online_desk(now()), now()
    if main:
        return register_joined(told, main, desk, now=at, files=files)
    return register(told, desk, now=at, files=files)


@never_cache
def sent(request: HttpRequest, number: str) -> HttpResponse:
    """Number and code, once more on every reload, and what happens next until when."""
    case = held_case(request, number)
    shown = {"told": followed(case, now=now()), "code": follow_code(case.number)}
    address = request.build_absolute_uri(reverse("resident_follow", args=[case.number]))
    receipt = {"address": address, "qr": drawn_code(address)}
    return render(
        request, "resident/sent.html", {**shown, **receipt, **promised(), **promised_to_report()}
    )


def drawn_code(address: str) -> str:
    """A QR code (二维码) of an address as SVG: dark on light whatever the theme, since cameras want it so."""
    return segno.make(address, error="m").svg_inline(
        scale=4, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )


def mine(request: HttpRequest) -> HttpResponse:
    """The demands that this browser keeps by itself; the server knows none of them."""
    return render(request, "resident/mine.html")


def _form(
    typed: Mapping[str, str], refusal: Refusal | None = None, alike: Sequence[Line] = ()
) -> dict[str, object]:
    fields = matter_now(MATTER)[0].fields
    regions = [region for region in city().regions.values() if region.parent]
    main = open_to_join(typed["main"]) if typed.get("main") else None
    return {
        "typed": typed,
        "main": line_of(main) if main else None,
        "alike": alike,
        "kinds": fields["kind"].choices,
        "doors": doors().values(),
        "accept": ",".join(fields["files"].accept),
        "most_files": fields["files"].max,
        "regions": regions,
        "longest": LONGEST,
        "refusal": said(refusal) if refusal else None,
        "complaints": complaints(refusal),
        "key": secrets.token_urlsafe(12),
        **promised(),
    }
