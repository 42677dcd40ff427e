"""The addresses of the hotline's pages; web/urls.py includes them under hotline/."""

from django.urls import path

from bihuan.web import hotline_panel  # noqa: F401 - registers what a demand's page shows beside it
from bihuan.web.pages import (
    hotline,
    hotline_callback,
    hotline_console,
    hotline_report,
    hotline_table,
)

urlpatterns = [
    path("", hotline.entry, name="hotline"),
    path("counts/", hotline.counts, name="hotline_counts"),
    path("console/", hotline_console.console, name="hotline_console"),
    path("console/ring/", hotline_console.ring, name="hotline_ring"),
    path("console/caller/", hotline_console.caller, name="hotline_caller"),
    path("console/beside/", hotline_console.beside, name="hotline_beside"),
    path("console/door/<str:kind>/", hotline_report.report, name="hotline_report"),
    path("callback/", hotline_callback.desk, name="hotline_callback"),
    path("callback/<str:number>/", hotline_callback.one, name="hotline_callback_one"),
    path("callback/<str:number>/phone/", hotline_callback.phone, name="hotline_callback_phone"),
    path("table/", hotline_table.bring_in, name="hotline_table"),
    path("table/<str:token>/", hotline_table.one, name="hotline_table_one"),
]
