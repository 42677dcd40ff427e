"""Choices that a browser remembers in a cookie (记住的选择), and the way back to where they were made."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

YEAR = 365 * 24 * 3600


def safe_next(request: HttpRequest) -> str:
    """Where a form wants to go back to, if that is a page of ours."""
    back = request.POST.get("next", "/")
    ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return back if ours else "/"


def keep_choice(request: HttpRequest, answer: HttpResponse, name: str, value: str) -> None:
    """Remember a choice; an empty one is forgotten."""
    if value:
        answer.set_cookie(
            name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    else:
        answer.delete_cookie(name, samesite="Lax")
