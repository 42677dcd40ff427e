"""Hands out evidence files to those who may see the case."""

from django.http import HttpResponse
from django.shortcuts import render

from bihuan.web.access import Asked, signed_in


@signed_in
def download(request: Asked, **where: object) -> HttpResponse:
    """A page to come."""
    return render(request, "web/plainly.html")
