"""The ledger (台账): recent events, one event, and the check of all."""

from django.http import HttpResponse
from django.shortcuts import render

from bihuan.web.access import Asked, signed_in


@signed_in
def event_list(request: Asked, **where: object) -> HttpResponse:
    """A page to come."""
    return render(request, "web/plainly.html")


@signed_in
def verify_page(request: Asked, **where: object) -> HttpResponse:
    """A page to come."""
    return render(request, "web/plainly.html")


@signed_in
def event_page(request: Asked, **where: object) -> HttpResponse:
    """A page to come."""
    return render(request, "web/plainly.html")
