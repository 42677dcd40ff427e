"""The page behind the link of a callback (回访链接): its holder says whether it is solved and how satisfied they are, once."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from bihuan.hotline.callback_link import Link, opened_link
from bihuan.hotline.following import rate
from bihuan.hotline.limits import TooOften
from bihuan.hotline.online import online_desk
from bihuan.kernel.cases.city import matter_at
from bihuan.kernel.errors import Refusal
from bihuan.web.clock import now
from bihuan.web.holding import network
from bihuan.web.promised import complaints
from bihuan.web.refusals import said

GIVEN = ("solved", "rating", "contacted", "words")
RATING_OF = "solved"


@never_cache
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The questions while the callback runs; afterwards what became of it. To look at it uses nothing up."""
    try:
        link = opened_link(token[:60], network(request), now=now())
    except Refusal as refusal:
        status = 429 if isinstance(refusal, TooOften) else 404
        return _page(request, {"refusal": said(refusal)}, status)
    if not link.is_open:
        return _page(request, _shown(link), 200 if link.is_answered else 410)
    if request.method != "POST":
        return _page(request, _shown(link))
    given = {name: request.POST.get(name, "") for name in GIVEN}
    key = f"callback:{link.case.number}:{link.seq}"
    try:
        rate(link.case, given, online_desk(now()), now=now(), key=key)
    except Refusal as refusal:
        wrong = {"refusal": said(refusal), "complaints": complaints(refusal)}
        typed = {"typed": request.POST, "deed": "rate"}
        return _page(request, {**_shown(link), **wrong, **typed}, 422)
    return redirect("resident_callback", token)


def _shown(link: Link) -> dict[str, object]:
    matter, _ = matter_at(link.case.matter, link.case.version)
    ratings = matter.actions[RATING_OF].form["rating"].choices
    return {**vars(link), "ratings": ratings}


def _page(request: HttpRequest, shown: Mapping[str, object], status: int = 200) -> HttpResponse:
    return render(request, "resident/callback.html", dict(shown), status=status)
