"""The addresses of the pages; one generic line for every action of every matter."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.i18n import set_language

from bihuan.web.pages import (
    appraisal,
    cases,
    catalog,
    evidence,
    ledger,
    opening,
    personal,
    signin,
    work,
)

urlpatterns = [
    path("", include("bihuan.web.plan_urls")),
    path("hotline/", include("bihuan.web.hotline_urls")),
    path("", include("bihuan.web.knowledge_urls")),
    path("delivery/", include("bihuan.web.delivery_urls")),
    path("12345/", include("bihuan.web.resident_urls")),
    path("", work.my_work, name="my_work"),
    path("notices/", work.notices, name="notices"),
    path("notices/read/", work.read_notices, name="read_notices"),
    path("sign-in/", signin.SignIn.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(next_page="sign_in"), name="sign_out"),
    path("settings/language/", set_language, name="set_language"),
    path("settings/look/", signin.look, name="look"),
    path("settings/columns/", cases.columns, name="columns"),
    path("cases/", cases.case_list, name="cases"),
    path("cases/list.xlsx", cases.case_sheet, name="case_sheet"),
    path("cases/open/<str:matter>/", opening.open_page, name="open_case"),
    path("cases/person/", personal.find_person, name="find_person"),
    path("cases/<str:number>/", cases.case_page, name="case"),
    path("cases/<str:number>/reveal/<str:value>/", personal.reveal_value, name="reveal"),
    path("cases/<str:number>/erase/", personal.erase_values, name="erase"),
    path("cases/<str:number>/act/<str:action>/", cases.act_on, name="act"),
    path("evidence/<int:pk>/", evidence.download, name="evidence"),
    path("catalog/", catalog.overview, name="catalog"),
    path("catalog/matters/<str:key>/", catalog.matter_page, name="matter"),
    path("catalog/<str:part>/", catalog.part_page, name="catalog_part"),
    path("appraisal/", appraisal.months, name="appraisal"),
    path("appraisal/<str:month>/", appraisal.month_page, name="appraised"),
    path("appraisal/<str:month>/freeze/", appraisal.freeze_month, name="freeze"),
    path("appraisal/<str:month>/check/", appraisal.check_month, name="check_month"),
    path("ledger/", ledger.event_list, name="ledger"),
    path("ledger/verify/", ledger.verify_page, name="verify"),
    path("ledger/checks/<int:pk>/", ledger.check_page, name="ledger_check"),
    path("ledger/seals/", ledger.seal_list, name="seals"),
    path("ledger/seals/<int:number>/", ledger.seal_file, name="seal_file"),
    path("ledger/proofs/<str:number>/", ledger.proof_file, name="proof"),
    path("ledger/<int:pk>/", ledger.event_page, name="event"),
]
