"""Turns what the kernel refuses into a page in the user's language; everything else is a bug and stays a 500."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from bihuan.hotline.limits import TooOften
from bihuan.kernel.errors import NoSuchCase, NotAllowed, Refusal, fill


def said(refusal: Refusal) -> dict[str, str]:
    """What was refused, and what can be done instead, translated and filled in."""
    return {
        "message": filled(refusal.message, refusal.params),
        "remedy": filled(refusal.remedy, refusal.params),
        "basis": refusal.basis,
    }


def filled(message: str, params: dict[str, object]) -> str:
    """Translate a format string and put the values in; values that are messages are translated too."""
    return fill(message, params, gettext)


class RefusalMiddleware:
    """Catches refusals that a page did not show in place."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal becomes a page with status 403, 404, 409 or 429."""
        if isinstance(error, NoSuchCase):
            page = render(request, "web/missing.html", {"number": str(error)}, status=404)
        elif isinstance(error, TooOften):
            page = render(request, "resident/too_often.html", {"refusal": said(error)}, status=429)
            page["Retry-After"] = str(int(error.wait.total_seconds()) + 1)
        elif isinstance(error, Refusal):
            status = 403 if isinstance(error, NotAllowed) else 409
            page = render(request, "web/refused.html", {"refusal": said(error)}, status=status)
        else:
            return None
        return in_whole(page) if request.headers.get("HX-Request") else page


def in_whole(page: HttpResponse) -> HttpResponse:
    """A page that answers a form sent in place takes the place of the whole main part."""
    page["HX-Retarget"], page["HX-Reselect"], page["HX-Reswap"] = "#main", "#main", "outerHTML"
    return page
