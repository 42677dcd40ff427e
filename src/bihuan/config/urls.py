"""The root of all addresses: the sign of life, the interface, the pages. Defines no page itself."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from bihuan.api.urls import api


def alive(request: HttpRequest) -> HttpResponse:
    """Answer `ok` when this worker and the database work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("healthz", alive, name="alive"),
    path("api/v1/", api.urls),
    path("open311/", include("bihuan.api.open311")),
    path("", include("bihuan.web.urls")),
]
