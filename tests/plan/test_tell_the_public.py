"""Public pages: without sign-in, public fields only, counts that are their lists."""

import re

from django.test import Client

from tests.plan.conftest import Office

ROWS = re.compile(r"<strong>(\d+) 条</strong>")


def test_the_list_tells_every_public_promise_and_no_other(office: Office) -> None:
    shown = office.confirmed()
    office.at()
    page = Client().get("/promises/").content.decode()
    assert shown.number in page
    for case in office.commitments:
        assert (case.number in page) == (case.pk == shown.pk)


def test_the_counts_are_their_lists(office: Office) -> None:
    first, second = office.confirmed(0), office.confirmed(1)
    office.cast.does(second, "drop", office.cast.planner, reason="重复")
    assert first.state == "confirmed"
    office.at()
    client = Client()
    page = client.get("/promises/").content.decode()
    doors = re.findall(r'<a class="count" href="([^"]+)"[^>]*><b>(\d+)</b>', page)
    assert len(doors) == 2
    for href, number in doors:
        found = ROWS.search(client.get(f"/promises/{href}").content.decode())
        assert found
        assert found[1] == number


def test_a_promise_shows_its_words_and_nothing_that_is_not_public(office: Office) -> None:
    task = office.cast.claimed()
    commitment = task.parent
    assert commitment is not None
    office.at()
    page = Client().get(f"/promises/{commitment.number}/").content.decode()
    assert commitment.data["text"] in page
    assert "市教育局" in page
    for hidden in (
        task.data["measures"], task.data["standard"], "25所全部建成", "验收单",
        office.cast.handler.name, "联络员", "申请销号",
    ):  # fmt: skip
        assert hidden not in page
    assert "尚未核查" in page


def test_only_verified_values_are_told(office: Office) -> None:
    task = office.cast.claimed()
    office.cast.does(
        task, "verify", office.cast.inspector, method="on_site", finding="内部核查记录"
    )
    office.at()
    assert task.parent is not None
    page = Client().get(f"/promises/{task.parent.number}/").content.decode()
    assert "<strong>25所</strong>" in page
    assert "内部核查记录" not in page


def test_what_is_not_public_does_not_exist(office: Office) -> None:
    waiting = office.commitments[0]
    office.at()
    for number in (waiting.number, "CN1999-00001", office.report.number):
        assert Client().get(f"/promises/{number}/").status_code == 404


def test_public_pages_may_be_kept_by_the_browser_alone(office: Office) -> None:
    office.at()
    header = Client().get("/promises/")["Cache-Control"]
    assert "private" in header
    assert "max-age=60" in header
