"""Every list asks the database a fixed number of times: as often for many rows as for few."""

import random

import pytest
from benchmarks.many_cases import pour
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.kernel.cases.models import Case
from tests.cast import Cast
from tests.web.conftest import Visit

LISTS = (
    "/", "/?when=later", "/cases/", "/cases/?q=建设", "/cases/?q=农村公路&open=1", "/cases/?state=in_progress",
    "/cases/?scope=mine", "/cases/?scope=unit&when=late", "/cases/?scope=watch", "/cases/?sort=newest",
    "/cases/?matter=plan.task&f.lead=ll-edu&columns=due.goal", "/lists/counts/", "/cases/bulk/?all=1&matter=plan.task",
    "/cases/?unit=ll-edu&matter=plan.task", "/cases/?overdue=1", "/notices/", "/ledger/", "/promises/",
    "/plan/{report}/", "/plan/{report}/tasks", "/plan/{report}/commitments", "/plan/{report}/tasks?light=green",
)  # fmt: skip


def tasks(cast: Cast, count: int) -> Case:
    """A report with so many commitments, each with a task in progress that reported once."""
    report = cast.report()
    for index in range(count):
        commitment = cast.commitment(report, title=f"第{index}条承诺")
        cast.does(commitment, "confirm", cast.planner)
        cast.does(commitment, "decompose", cast.planner, task_title=f"任务{index}", lead="ll-edu")
    return report


def asked(client: Client, url: str) -> int:
    """How often a page asks, once everything that a process keeps is there."""
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200, url
    return len(queries)


@pytest.mark.parametrize("post", ["ll-planner", "ll-edu-liaison", "ll-viewer"])
def test_no_list_asks_more_for_more_rows(cast: Cast, visit: Visit, post: str) -> None:
    report = tasks(cast, 2)
    urls = [url.format(report=report.number) for url in LISTS]
    if post != "ll-planner":
        urls.remove("/ledger/")
    client = visit(cast.who(post))
    few = {url: asked(client, url) for url in urls}
    for index in range(28):
        commitment = cast.commitment(report, title=f"后来第{index}条承诺")
        cast.does(commitment, "confirm", cast.planner)
        cast.does(commitment, "decompose", cast.planner, task_title=f"后来{index}", lead="ll-edu")
    last = Case.objects.latest("pk").pk
    pour(100, random.Random(1), open_share=0.5, above=last)
    client = visit(cast.who(post))
    many = {url: asked(client, url) for url in urls}
    assert {url: n for url, n in many.items() if n > few[url] + REST} == {}
    assert max(many.values()) <= MOST, many


REST = 4  # the second half of a list that has none, and the walk instead of gathering
MOST = 24


def test_a_case_page_asks_as_often_with_a_long_history(cast: Cast, visit: Visit) -> None:
    task = cast.in_progress()
    url = f"/cases/{task.number}/"
    few = asked(visit(cast.inspector), url)
    for _ in range(12):
        cast.later(days=7)
        cast.does(
            task, "report", cast.handler, progress="进展", actuals=[{"target": 0, "value": "2"}]
        )
    assert asked(visit(cast.inspector), url) <= few
