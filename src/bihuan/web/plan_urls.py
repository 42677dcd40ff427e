"""The addresses of the plan's pages; web/urls.py includes them at the root."""

from django.urls import path

from bihuan.web import plan_forms  # noqa: F401 - registers what forms start with
from bihuan.web.pages import (
    comparing,
    compiling,
    decompose,
    importing,
    original,
    plan,
    promises,
    report,
    review,
    table,
    weekly,
)

urlpatterns = [
    path("plan/", plan.report_list, name="plan"),
    path("plan/import/", importing.import_page, name="import_report"),
    path("plan/compiling/<uuid:token>/", compiling.page, name="compiling"),
    path("plan/compiling/<uuid:token>/last/", comparing.comparison_page, name="compared"),
    path("plan/compiling/<uuid:token>/frame/", compiling.frame, name="compiling_frame"),
    path("plan/compiling/<uuid:token>/pages/<int:number>.webp", compiling.picture),
    path("plan/compiling/<uuid:token>/marked.docx", compiling.marked, name="compiling_marked"),
    path("plan/<str:report>/", plan.overview, name="plan_report"),
    path("plan/<str:report>/tasks", plan.task_list, name="plan_tasks"),
    path("plan/<str:report>/commitments", plan.commitment_list, name="plan_commitments"),
    path("plan/<str:report>/table/", table.table_in, name="table_in"),
    path("plan/<str:report>/table.<str:kind>", table.table_out, name="table_out"),
    path("reports/", report.report_list, name="reports"),
    path("reports/<str:report>/", report.report_page, name="report"),
    path("reports/<str:report>/original/", original.report_original, name="report_original"),
    path("reports/<str:report>/original/frame/", original.report_frame, name="report_frame"),
    path("reports/<str:report>/original/pages/<int:number>.webp", original.report_picture),
    path("reports/<str:report>/<str:number>/", report.card, name="report_card"),
    path("review/<str:report>/", review.queue_page, name="review"),
    path("review/<str:report>/batch/", review.batch, name="review_batch"),
    path("review/<str:report>/<str:number>/", review.one, name="review_one"),
    path("decompose/<str:report>/", decompose.waiting, name="decompose"),
    path("decompose/<str:report>/<str:number>/", decompose.one, name="decompose_one"),
    path("five-fixed/<str:number>/", decompose.five_fixed, name="five_fixed"),
    path("weekly/", weekly.weekly_page, name="weekly"),
    path("promises/", promises.promise_list, name="promises"),
    path("promises/<str:number>/", promises.promise_page, name="promise"),
]
