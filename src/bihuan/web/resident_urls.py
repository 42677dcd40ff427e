"""The addresses of the residents' own pages (群众诉求), which need no sign-in."""

from django.urls import path

from bihuan.web.pages import (
    resident,
    resident_callback,
    resident_follow,
    resident_map,
    resident_report,
)

urlpatterns = [
    path("", resident.send, name="resident"),
    path("alike/", resident.alike_page, name="resident_alike"),
    path("map/", resident_map.page, name="resident_map"),
    path("map/points.json", resident_map.points, name="resident_points"),
    path("map/ground/", resident_map.ground, name="resident_ground"),
    path("follow/", resident_follow.find, name="resident_find"),
    path("report/<str:kind>/", resident_report.report, name="resident_report"),
    path("callback/<str:token>/", resident_callback.answer, name="resident_callback"),
    path("sent/<str:number>/", resident.sent, name="resident_sent"),
    path("mine/", resident.mine, name="resident_mine"),
    path("<str:number>/", resident_follow.page, name="resident_follow"),
    path("<str:number>/pictures/<int:pk>/", resident_follow.picture, name="resident_picture"),
    path("<str:number>/<str:deed>/", resident_follow.do, name="resident_do"),
]
