"""One box finds cases, units and people; the columns of the list are chosen and remembered."""

import pytest

from bihuan.web.hits import fits, initials
from tests.cast import Cast
from tests.web.conftest import Visit


@pytest.mark.parametrize("typed", ["教育局", "sjyj", "JYJ", "市教育", "Education"])
def test_units_are_found_by_name_and_by_initials(cast: Cast, visit: Visit, typed: str) -> None:
    page = visit(cast.planner).get("/cases/", {"q": typed})
    hits = [hit for kind in page.context["others"] for hit in kind.rows]
    assert "/cases/?unit=ll-edu" in [hit.url for hit in hits]


def test_people_are_found_with_their_post(cast: Cast, visit: Visit) -> None:
    assert cast.handler
    page = visit(cast.planner).get("/cases/?q=测试ll-edu").content.decode()
    assert "测试ll-edu-liaison" in page
    assert "/catalog/posts/?unit=ll-edu" in page


def test_one_letter_or_nothing_finds_no_unit(cast: Cast, visit: Visit) -> None:
    client = visit(cast.planner)
    assert client.get("/cases/?q=").context["others"] == []
    assert not fits("s", ["市教育局"])
    assert initials("吕梁市人民政府") == "llsrmzf"


def test_columns_are_chosen_and_remembered(cast: Cast, visit: Visit) -> None:
    cast.commitment()
    client = visit(cast.planner)
    assert client.get("/cases/").context["columns"] == ("state", "owner", "due")
    answer = client.post(
        "/settings/columns/", {"columns": ["due", "opened"], "next": "/cases/?open=1"}
    )
    assert answer["Location"] == "/cases/?open=1"
    page = client.get("/cases/")
    assert page.context["columns"] == ("due", "opened")
    assert "登记时间</th>" in page.content.decode()
    assert "承办</th>" not in page.content.decode()
    client.post("/settings/columns/", {"next": "https://elsewhere.example/"})
    assert client.get("/cases/").context["columns"] == ("state", "owner", "due")


def test_a_way_back_to_elsewhere_is_not_taken(cast: Cast, visit: Visit) -> None:
    answer = visit(cast.planner).post("/settings/columns/", {"next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_a_forged_place_is_the_first_page(cast: Cast, visit: Visit) -> None:
    cast.commitment()
    client = visit(cast.planner)
    whole = [case.pk for case in client.get("/cases/").context["keyset"].rows]
    for forged in (
        "x",
        "WzFd",
        "WyJhIiwgMV0",
        "W251bGwsICJhIl0",
        "bnVsbA",
        "eyJhIjoxfQ",
        "WyIyMDIzLTAxLTAxIiwgMV0",
    ):
        for url in ("/cases/", "/", "/notices/"):
            assert client.get(url, {"after": forged}).status_code == 200
        page = client.get("/cases/", {"after": forged})
        assert [case.pk for case in page.context["keyset"].rows] == whole
