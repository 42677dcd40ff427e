"""The catalog browser, the ledger and its check, signing in, and the look of the pages."""

import pytest
from django.test import Client

from bihuan.kernel.orgs.models import Person
from tests.cast import Cast
from tests.web.conftest import Visit

PAGES = [
    "/", "/cases/", "/notices/", "/catalog/", "/catalog/units/", "/catalog/roles/",
    "/catalog/posts/?unit=ll-edu", "/catalog/calendar/", "/catalog/calendar/?year=2023",
    "/catalog/calendar/?year=2099", "/catalog/parameters/", "/catalog/lights/",
    "/catalog/matters/plan.task/", "/catalog/matters/plan.part/",
    "/catalog/matters/plan.report/", "/catalog/matters/plan.commitment/", "/ledger/", "/ledger/seals/",
]  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_in_both_languages(cast: Cast, visit: Visit, language: str) -> None:
    cast.issued()
    client = visit(cast.leader)
    client.post("/settings/language/", {"language": language})
    for url in PAGES:
        answer = client.get(url)
        assert answer.status_code == 200, url
        page = answer.content.decode()
        assert " style=" not in page, url
        assert "<script>" not in page, url


def test_what_is_not_there_is_said_plainly(cast: Cast, visit: Visit) -> None:
    client = visit(cast.planner)
    for url in ("/catalog/nothing/", "/catalog/matters/no.matter/", "/evidence/999/", "/nowhere/"):
        answer = client.get(url)
        assert answer.status_code == 404, url
        assert "没有找到" in answer.content.decode()


def test_the_calendar_shows_holidays_and_make_up_days(cast: Cast, visit: Visit) -> None:
    months = visit(cast.planner).get("/catalog/calendar/?year=2023").context["months"]
    days = {day.date.isoformat(): day for m in months for week in m.weeks for day in week}
    assert days["2023-10-02"].kind == "holiday"
    assert days["2023-10-07"].kind == "makeup"
    assert days["2023-06-10"].kind == "off"


def test_the_ledger_is_filtered_and_leads_to_events(cast: Cast, visit: Visit) -> None:
    task = cast.in_progress()
    client = visit(cast.inspector)
    rows = client.get(f"/ledger/?stream={task.number}").context["rows"]
    assert [event.stream for event, _ in rows] == [task.number] * task.seq
    page = client.get(f"/ledger/{rows[0][0].pk}/")
    assert page.context["is_whole"] is True
    assert rows[0][0].hash in page.content.decode()


def test_signing_in_leads_to_my_work(cast: Cast, visit: Visit) -> None:
    person = Person.objects.get(pk=cast.planner.person)
    person.set_password("right-password")
    person.save()
    client = Client()
    wrong = client.post("/sign-in/", {"username": person.username, "password": "wrong"})
    assert "没有登录成功" in wrong.content.decode()
    right = {"username": person.username, "password": "right-password"}
    answer = client.post("/sign-in/", right)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/").status_code == 302


def test_the_look_is_kept_and_leads_only_home(cast: Cast, visit: Visit) -> None:
    client = visit(cast.planner)
    answer = client.post("/settings/look/", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"
    client.post("/settings/look/", {"size": "large"})
    assert 'data-theme="dark" data-size="large"' in client.get("/").content.decode()
    client.post("/settings/look/", {"theme": "", "size": ""})
    assert "data-theme" not in client.get("/").content.decode()
