"""My work (我的工作): what waits for me, and what my units were told."""

from django.http import HttpResponse
from django.shortcuts import render

from bihuan.web.access import Asked, signed_in


@signed_in
def my_work(request: Asked, **where: object) -> HttpResponse:
    """A page to come."""
    return render(request, "web/plainly.html")


@signed_in
def read_notices(request: Asked, **where: object) -> HttpResponse:
    """A page to come."""
    return render(request, "web/plainly.html")
