"""The root of all addresses: the sign of life, and the pages. Defines no page itself."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def alive(request: HttpRequest) -> HttpResponse:
    """Answer `ok` when this worker and the database work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [path("healthz", alive, name="alive"), path("", include("bihuan.web.urls"))]
