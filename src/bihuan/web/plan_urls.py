"""The addresses of the plan's pages."""

from django.urls import path

from bihuan.web.pages import plan, promises, report, review, weekly

urlpatterns = [
    path("plan/", plan.reports, name="plan"),
    path("plan/import/", report.import_page, name="import_report"),
    path("plan/<str:number>/", plan.overview, name="plan_report"),
    path("plan/<str:number>/tasks/", plan.tasks, name="plan_tasks"),
    path("plan/<str:number>/commitments/", plan.commitments, name="plan_commitments"),
    path("reports/", report.newest, name="reports"),
    path("reports/<str:number>/", report.report_page, name="report"),
    path("review/<str:number>/", review.queue, name="review"),
    path("review/<str:number>/batch/", review.batch, name="review_batch"),
    path("review/<str:number>/split/", review.split_page, name="review_split"),
    path("review/<str:number>/merge/", review.merge_page, name="review_merge"),
    path("weekly/", weekly.weekly, name="weekly"),
    path("promises/", promises.promises, name="promises"),
    path("promises/<str:number>/", promises.promise, name="promise"),
]
