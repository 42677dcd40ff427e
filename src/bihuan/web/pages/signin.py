"""Signing in and out, and how the pages look: language is Django's own page. There is no self sign-up."""

from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from bihuan.web.choices import keep_choice, safe_next
from bihuan.web.frame import SIZES, THEMES

LOOKS = {"theme": THEMES, "size": SIZES}


class SignIn(LoginView):
    """The sign-in page; whoever is signed in already goes on."""

    template_name = "web/signin.html"
    redirect_authenticated_user = True


def locked_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """What somebody sees after too many wrong passwords."""
    return render(request, "web/locked.html", status=429)


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Keep light or dark, normal or large type in a cookie, and go back."""
    answer = HttpResponseRedirect(safe_next(request))
    for name, allowed in LOOKS.items():
        value = request.POST.get(name)
        if value == "" or value in allowed:
            keep_choice(request, answer, name, value)
    return answer
