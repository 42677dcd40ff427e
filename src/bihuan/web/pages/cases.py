"""The page of a case, its actions, the list of cases and opening one."""

from django.http import HttpResponse
from django.shortcuts import render

from bihuan.web.access import Asked, signed_in


@signed_in
def case_list(request: Asked, **where: object) -> HttpResponse:
    """A page to come."""
    return render(request, "web/plainly.html")


@signed_in
def open_page(request: Asked, **where: object) -> HttpResponse:
    """A page to come."""
    return render(request, "web/plainly.html")


@signed_in
def case_page(request: Asked, **where: object) -> HttpResponse:
    """A page to come."""
    return render(request, "web/plainly.html")


@signed_in
def act_on(request: Asked, **where: object) -> HttpResponse:
    """A page to come."""
    return render(request, "web/plainly.html")
