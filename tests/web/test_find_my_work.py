"""My work and the lists: every number leads to exactly that many rows, with few queries."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from bihuan.kernel.cases.lanes import counts_of, desk_lane
from bihuan.kernel.cases.models import Case
from bihuan.web.desk import GROUPS, in_group
from tests.cast import Cast
from tests.web.conftest import Visit


def many(cast: Cast, count: int) -> None:
    """So many commitments of one report that wait for review."""
    report = cast.report()
    for index in range(count):
        cast.commitment(report, title=f"第{index}条承诺")


def rows(client: Any, url: str) -> list[str]:
    """The cases on all pages of a list, by number."""
    found: list[str] = []
    while url:
        page = client.get(url)
        found += [row.number for row in page.context["keyset"].rows]
        after = page.context["keyset"].after
        base = url.split("&after=")[0]
        url = f"{base}&after={after}" if after else ""
    return found


@pytest.mark.parametrize("days", [0, 3, 30])
def test_every_count_is_its_list(cast: Cast, visit: Visit, settings: Settings, days: int) -> None:
    many(cast, 28)
    cast.later(days=days)
    client = visit(cast.planner)
    tallies = client.get("/").context["tallies"]
    assert sum(tally.count for tally in tallies) == 29
    for tally in tallies:
        found = rows(client, f"/?when={tally.key}")
        assert len(found) == len(set(found)) == tally.count


def test_all_groups_are_separate_at_any_hour(cast: Cast, settings: Settings) -> None:
    many(cast, 3)
    for hours in range(0, 24 * 21, 7):
        now = cast.now + timedelta(hours=hours)
        counts = counts_of([desk_lane(["ll-office"])], [in_group(key, now) for key in GROUPS])
        assert sum(counts) == Case.objects.count(), now


def test_lists_page_without_gap_or_repeat(cast: Cast, visit: Visit) -> None:
    many(cast, 60)
    client = visit(cast.planner)
    found = rows(client, "/cases/?q=")
    assert len(found) == len(set(found)) == client.get("/cases/").context["total"] == 61


def test_search_finds_chinese_inside_a_title_and_a_number_at_once(cast: Cast, visit: Visit) -> None:
    many(cast, 12)
    client = visit(cast.planner)
    assert len(rows(client, "/cases/?q=第7条")) == 1
    number = rows(client, "/cases/?q=第7条")[0]
    assert client.get(f"/cases/?q={number.lower()}")["Location"] == f"/cases/{number}/"


def test_filters_narrow(cast: Cast, visit: Visit) -> None:
    task = cast.in_progress()
    client = visit(cast.planner)
    assert rows(client, "/cases/?state=in_progress") == [task.number]
    assert task.number in rows(client, "/cases/?unit=ll-edu&matter=plan.task")
    assert rows(client, "/cases/?unit=ll-health") == []
    assert rows(client, "/cases/?overdue=1") == []


def test_lists_ask_the_database_little(
    cast: Cast, visit: Visit, django_assert_max_num_queries: Any
) -> None:
    many(cast, 30)
    client = visit(cast.planner)
    client.get("/")
    for url, most in (("/", 14), ("/cases/", 12), ("/notices/", 10), ("/ledger/", 10)):
        with django_assert_max_num_queries(most):
            assert client.get(url).status_code == 200


def test_a_case_page_asks_the_database_little(
    cast: Cast, visit: Visit, django_assert_max_num_queries: Any
) -> None:
    task = cast.claimed()
    client = visit(cast.inspector)
    client.get("/")
    with django_assert_max_num_queries(25):
        assert client.get(f"/cases/{task.number}/").status_code == 200


def test_notices_are_counted_and_read(cast: Cast, visit: Visit) -> None:
    cast.issued()
    client = visit(cast.handler)
    assert client.get("/").context["unread"] == 1
    assert client.get("/notices/?unread=1").context["total"] == 1
    upto = client.get("/").context["told"][0][0].pk
    client.post("/notices/read/", {"upto": upto})
    assert client.get("/").context["unread"] == 0


def test_nobody_reads_the_notices_of_others(cast: Cast, visit: Visit) -> None:
    cast.issued()
    rival = visit(cast.rival)
    rival.post("/notices/read/", {"upto": 10**6})
    assert visit(cast.handler).get("/").context["unread"] == 1
