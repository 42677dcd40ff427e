"""The table on the pages: out for everybody who signed in, in for the planner, shown before it counts."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from bihuan.kernel.cases.models import Case
from bihuan.kernel.ledger.models import Event
from tests.plan.conftest import Office
from tests.plan.test_take_the_table_out_and_in import Edited

Answer = object


@pytest.fixture
def task(office: Office) -> Case:
    """A draft of the imported report."""
    commitment = office.confirmed()
    given = {"task_title": "建园", "lead": "ll-edu", "assist": []}
    office.cast.does(commitment, "decompose", office.cast.planner, **given)
    return commitment.children.get(matter="plan.task")


def downloaded(client: Client, office: Office) -> Edited:
    answer = client.get(f"/plan/{office.report.number}/table.xlsx")
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    return Edited(answer.content)


def upload(client: Client, office: Office, data: bytes, name: str = "表.xlsx") -> "tuple[int, str]":
    answer = client.post(
        f"/plan/{office.report.number}/table/", {"file": SimpleUploadedFile(name, data)}
    )
    return answer.status_code, answer.content.decode()


def confirm(client: Client, office: Office, page: str, *take: str) -> "tuple[int, str]":
    hidden = dict(re.findall(r'name="(token|seen)" value="([^"]+)"', page))
    answer = client.post(f"/plan/{office.report.number}/table/", {**hidden, "take": list(take)})
    return answer.status_code, answer.content.decode()


def test_the_preview_changes_nothing_and_confirming_changes_what_it_showed(
    office: Office, task: Case
) -> None:
    client = office.planner_client()
    edited = downloaded(client, office)
    edited.put(task.number, "任务", "建成幼儿园")
    edited.put(task.number, "牵头单位", "市卫健委")
    before = Event.objects.count()
    status, page = upload(client, office, edited.data)
    assert (status, Event.objects.count()) == (200, before)
    assert "建成幼儿园" in page
    assert confirm(client, office, page)[0] == 302
    task.refresh_from_db()
    assert (task.title, task.data["lead"]) == ("建成幼儿园", "ll-health")
    assert confirm(client, office, page)[0] == 302
    assert Event.objects.count() == before + 1


def test_what_moved_between_preview_and_confirming_is_shown_anew(
    office: Office, task: Case
) -> None:
    client = office.planner_client()
    edited = downloaded(client, office)
    edited.put(task.number, "任务", "甲")
    _, page = upload(client, office, edited.data)
    office.cast.does(task, "edit", office.cast.planner, title="乙")
    status, page = confirm(client, office, page)
    assert status == 409
    assert "情况有了变化" in page
    row = edited.row(task.number)
    assert f'value="{row}:title"' in page
    assert confirm(client, office, page, f"{row}:title")[0] == 302
    task.refresh_from_db()
    assert task.title == "甲"


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "表.xls", "旧的 .xls"),
        (b"hello", "表.xlsx", "不是 Excel"),
    ],
)
def test_a_file_that_is_no_table_is_told_plainly(
    office: Office, data: bytes, name: str, said: str
) -> None:
    status, page = upload(office.planner_client(), office, data, name)
    assert status == 409
    assert said in page


def test_nothing_chosen_and_a_forged_token_are_refused(office: Office) -> None:
    client = office.planner_client()
    address = f"/plan/{office.report.number}/table/"
    assert "没有收到分解表" in client.post(address, {}).content.decode()
    assert "预览已过期" in client.post(address, {"token": "a:b"}).content.decode()


def test_a_department_takes_its_own_rows_out_and_brings_none_in(office: Office, task: Case) -> None:
    client = office.signed_in("ll-edu-liaison")
    assert client.get(f"/plan/{office.report.number}/table/").status_code == 403
    page = load_workbook(
        io.BytesIO(client.get(f"/plan/{office.report.number}/table.xlsx").content)
    ).worksheets[0]
    shown = {cell.value for line in page.iter_rows() for cell in line}
    assert task.number in shown
    rival = office.signed_in("ll-health-liaison")
    other = load_workbook(
        io.BytesIO(rival.get(f"/plan/{office.report.number}/table.xlsx").content)
    ).worksheets[0]
    assert task.number not in {cell.value for line in other.iter_rows() for cell in line}


def test_the_word_file_and_a_wrong_kind(office: Office) -> None:
    client = office.planner_client()
    assert client.get(f"/plan/{office.report.number}/table.docx").content[:2] == b"PK"
    assert client.get(f"/plan/{office.report.number}/table.pdf").status_code == 404
