"""The root of all addresses: the sign of life, and the pages. Defines no page itself."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path


def alive(request: HttpRequest) -> HttpResponse:
    """Answer `ok` when this worker and the database work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def welcome(request: HttpRequest) -> HttpResponse:
    """Stand in for the front page until there is one."""
    return HttpResponse(
        '<!doctype html><html lang="zh-Hans"><title>闭环</title><h1>闭环</h1></html>'
    )


urlpatterns = [path("healthz", alive, name="alive"), path("", welcome, name="welcome")]
