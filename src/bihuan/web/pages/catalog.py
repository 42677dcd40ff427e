"""The catalog browser (目录): matters, units, roles, calendar, parameters, lights."""

from django.http import HttpResponse
from django.shortcuts import render

from bihuan.web.access import Asked, signed_in


@signed_in
def overview(request: Asked, **where: object) -> HttpResponse:
    """A page to come."""
    return render(request, "web/plainly.html")


@signed_in
def matter_page(request: Asked, **where: object) -> HttpResponse:
    """A page to come."""
    return render(request, "web/plainly.html")


@signed_in
def part_page(request: Asked, **where: object) -> HttpResponse:
    """A page to come."""
    return render(request, "web/plainly.html")
