"""Every count on a page is the length of the list it leads to."""

import re
from html import unescape

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from bihuan.plan.chapters import chapters
from bihuan.plan.sieve import COMMITMENT_FACETS, TASK_FACETS, sieve, tally, task_facts
from tests.plan.conftest import Office

DOOR = re.compile(r'<a[^>]+href="([^"]*/(?:tasks|commitments)\?[^"]+)"[^>]*>(.*?)</a>', re.S)
ROWS = re.compile(r"<strong>(\d+) [项条]")


@pytest.fixture
def busy(office: Office) -> Office:
    """A report with tasks in several states."""
    for case in [c for c in office.commitments if c.data["kind"] != "principle"]:
        office.cast.does(case, "confirm", office.cast.planner)
        office.cast.does(
            case, "decompose", office.cast.planner, task_title=case.title, lead="ll-edu"
        )
    return office


def test_every_number_of_the_overview_is_the_length_of_its_list(busy: Office) -> None:
    client = busy.planner_client()
    page = client.get(f"/plan/{busy.report.number}/").content.decode()
    doors = [(unescape(href), re.sub(r"<[^>]+>", " ", inner)) for href, inner in DOOR.findall(page)]
    counted = [(href, int(n[-1])) for href, text in doors if (n := re.findall(r"\d+", text))]
    assert counted
    for href, number in counted:
        if "section=" in href and "light=" not in href and "silent=" not in href:
            continue  # the chapter's name may hold digits; its total is a door of its own
        assert _rows(client, href) == number, href


def _rows(client: Client, href: str) -> int:
    page = client.get(href).content.decode()
    found = ROWS.search(page)
    assert found, href
    assert page.count("<tr>") - 1 in (int(found[1]), -1)
    return int(found[1])


def test_tallies_add_up_under_every_wish(busy: Office) -> None:
    facts = task_facts(busy.report, [busy.cast.planner], busy.cast.now)
    for facet in TASK_FACETS:
        for value, number in tally(facts, facet, {"state": "drafting"}).items():
            assert len(sieve(facts, {"state": "drafting", facet: value})) == number
    assert sum(tally(facts, "light").values()) == len(facts)
    assert set(COMMITMENT_FACETS) >= {"state", "kind"}


@pytest.mark.parametrize("page", ["", "tasks", "commitments"])
def test_pages_ask_the_database_a_fixed_number_of_times(
    busy: Office, page: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = busy.planner_client()
    with django_assert_max_num_queries(17):
        assert client.get(f"/plan/{busy.report.number}/{page}").status_code == 200


def test_the_report_page_asks_a_fixed_number_of_times(
    busy: Office, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = busy.planner_client()
    with django_assert_max_num_queries(12):
        page = client.get(f"/reports/{busy.report.number}/").content.decode()
    for case in busy.commitments:
        assert f'id="c-{case.number}"' in page


def test_a_report_with_signs_of_markup_is_escaped(busy: Office) -> None:
    text = busy.report.report_text
    text.text = text.text.replace("普惠性幼儿园", "<b>惠性</b>儿园")
    text.save()
    page = busy.planner_client().get(f"/reports/{busy.report.number}/").content.decode()
    assert "<b>惠性" not in page
    assert "&lt;b&gt;惠性" in page


def test_chapters_open_the_heading_that_holds_most() -> None:
    paths = ["报告 › 重点 › 一", "报告 › 重点 › 二", "报告 › 重点 › 三", "报告 › 自身建设 › 法治"]
    named = chapters([p for p in paths for _ in range(3)])
    assert list(named.values()) == ["一", "二", "三", "自身建设"]
    assert chapters(["", ""]) == {"": ""}
    assert chapters(["甲", "甲"]) == {"甲": "甲"}
