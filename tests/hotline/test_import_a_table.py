"""A table of another system becomes demands: bad cells are named, nothing is stored before it is confirmed, nothing twice."""

import io
from datetime import datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from bihuan.hotline.table_in import read_demands
from bihuan.hotline.table_models import TAKING, TableIn
from bihuan.hotline.table_taking import LOST, bring, confirm, take_rows, work_off
from bihuan.hotline.table_words import check_table_words
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import Refusal
from bihuan.kernel.orgs.models import Person
from tests.hotline.conftest import Hall, Visit

HEAD = ("工单编号", "受理时间", "诉求类型", "诉求内容", "区县", "来电号码", "姓名", "满意度")
GOOD = (
    "A1",
    "2023-05-01 09:15",
    "投诉",
    "滨河北路路灯坏了三天没人修",
    "离石区",
    13835800001,
    "张三",
    "好",
)
SOURCE = "省12345平台"


def workbook(*rows: tuple[object, ...], title: str = "") -> bytes:
    """An .xlsx as another system exports it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ([(title,)] if title else []) + [HEAD, *rows]:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def row_of(**changes: object) -> tuple[object, ...]:
    """The good row with other cells."""
    return tuple(changes.get(name, cell) for name, cell in zip(HEAD, GOOD, strict=True))


def problems(data: bytes, name: str = "a.xlsx") -> dict[str, str]:
    """Cell → what is wrong."""
    return {f"{p.column}{p.row}": str(p.problem) for p in read_demands(data, name).problems}


def taken(hall: Hall, data: bytes, name: str = "a.xlsx") -> tuple[int, int, int]:
    """How many rows were new, known, left."""
    clock = lambda: hall.cast.later(seconds=1)  # noqa: E731
    *_, last = take_rows(read_demands(data, name), SOURCE, hall.who("dispatcher"), clock)
    return last.made, last.known, len(last.left)


def test_a_row_becomes_a_demand_with_its_source(hall: Hall) -> None:
    assert taken(hall, workbook(GOOD, title="2023年工单导出")) == (1, 0, 0)
    case = Case.objects.get()
    assert case.data["content"] == GOOD[3]
    assert (case.data["kind"], case.data["place"], case.data["channel"]) == (
        "complaint",
        "141102",
        "table",
    )
    assert case.data["source"] == f"{SOURCE} A1 2023-05-01 09:15"


def test_a_second_run_takes_only_what_is_new(hall: Hall) -> None:
    assert taken(hall, workbook(GOOD)) == (1, 0, 0)
    second = row_of(工单编号="A2", 诉求内容="自来水停了两天没有通知")
    assert taken(hall, workbook(GOOD, second)) == (1, 1, 0)
    changed = row_of(诉求内容="路灯已经坏了五天，还是没人修")
    assert taken(hall, workbook(changed, second))[:2] == (0, 2)
    assert Case.objects.count() == 2


def test_rows_without_a_number_are_known_by_what_they_say(hall: Hall) -> None:
    nameless = row_of(工单编号=None)
    assert taken(hall, workbook(nameless)) == (1, 0, 0)
    assert taken(hall, workbook(nameless)) == (0, 1, 0)


@pytest.mark.parametrize(
    ("cell", "changes", "words"),
    [
        ("F2", {"来电号码": "12"}, "有效的电话"),
        ("F2", {"来电号码": "1.38358E+10"}, "Excel"),
        ("A2", {"工单编号": "2.02305E+15"}, "Excel"),
        ("B2", {"受理时间": "昨天"}, "不是日期"),
        ("C2", {"诉求类型": "吐槽"}, "可写：咨询"),
        ("D2", {"诉求内容": "坏"}, "至少"),
        ("E2", {"区县": "太原市"}, "不是本市"),
    ],
)
def test_each_bad_cell_is_named_with_what_to_change(
    hall: Hall, cell: str, changes: dict[str, object], words: str
) -> None:
    assert words in problems(workbook(row_of(**changes)))[cell]


def test_the_same_number_twice_is_told_with_the_first_row(hall: Hall) -> None:
    assert problems(workbook(GOOD, GOOD)) == {"A3": "与第 2 行编号相同"}
    assert taken(hall, workbook(GOOD, GOOD)) == (1, 0, 1)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (45047.3854166667, "2023-05-01 09:15"), (45047, "2023-05-01"), ("2023年5月1日", "2023-05-01"),
        ("2023/5/1 9:15:30", "2023-05-01 09:15"), (datetime(2023, 5, 1, 9, 15), "2023-05-01 09:15"),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_dates_are_read_however_excel_keeps_them(hall: Hall, written: object, kept: str) -> None:
    [row] = read_demands(workbook(row_of(受理时间=written)), "a.xlsx").rows
    assert (row.told_at, row.is_fit) == (kept, True)


@pytest.mark.parametrize("phone", [13835800001, 13835800001.0, "13835800001.0", " 138 3580 0001"])
def test_a_number_that_excel_made_of_a_telephone_is_one_again(hall: Hall, phone: object) -> None:
    [row] = read_demands(workbook(row_of(来电号码=phone)), "a.xlsx").rows
    assert row.is_fit
    assert row.told.phone.replace(" ", "") == "13835800001"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_is_read_in_the_usual_encodings(hall: Hall, encoding: str, mark: str) -> None:
    text = "\r\n".join(mark.join(map(str, line)) for line in (HEAD, GOOD))
    table = read_demands(text.encode(encoding), "导出.csv")
    assert table.strangers == ("满意度",)
    assert table.rows[0].told.phone == "13835800001"


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"MZ\x00", "a.xlsx", "不是 Excel"), (b"\xff\xfe\x00", "a.csv", "编码"), (b"a,b\n1,2", "a.csv", "找不到"),
        ("诉求内容\n".encode(), "a.csv", "没有数据"), (b'"a', "a.csv", "CSV"), (b"", "a.csv", "找不到"),
    ],
)  # fmt: skip
def test_what_is_no_such_table_is_refused(hall: Hall, data: bytes, name: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_demands(data, name)
    assert words in str(refused.value)


def test_a_worker_that_died_is_followed_by_one_that_goes_on(hall: Hall) -> None:
    dispatcher = hall.who("dispatcher")
    data = workbook(*(row_of(工单编号=f"N{n}", 来电号码=None) for n in range(4)))
    row = bring(data, "a.xlsx", SOURCE, dispatcher, now=hall.cast.now)
    assert data not in bytes(row.sealed)
    confirm(row, 4, now=hall.cast.now)
    rows = take_rows(read_demands(data, "a.xlsx"), SOURCE, dispatcher, lambda: hall.cast.now)
    next(rows)
    next(rows)  # two rows are in, and the worker is gone
    TableIn.objects.update(state=TAKING, touched_at=hall.cast.now)
    assert work_off(lambda: hall.cast.now) == 0
    hall.cast.later(seconds=LOST.total_seconds() + 1)
    assert work_off(lambda: hall.cast.now) == 1
    row.refresh_from_db()
    assert (row.state, row.done, row.made, row.known, bytes(row.sealed)) == ("done", 4, 2, 2, b"")


def test_nothing_is_stored_on_the_page_until_it_is_confirmed(hall: Hall, visitor: Visit) -> None:
    client = signed_in(hall, visitor)
    data = workbook(GOOD, row_of(工单编号="A2", 来电号码="12"))
    sent = {"source": SOURCE, "file": SimpleUploadedFile("导出.xlsx", data)}
    shown = client.post("/hotline/table/", sent, follow=True)
    page = shown.content.decode()
    assert "F3" in page
    assert "登记 1 行" in page
    assert not Case.objects.exists()
    for _ in range(2):
        client.post(shown.request["PATH_INFO"])
    work_off(lambda: hall.cast.later(minutes=2))
    page = client.get(shown.request["PATH_INFO"]).content.decode()
    assert "已导入" in page
    assert Case.objects.count() == 1


def test_a_table_without_source_or_of_a_stranger_is_refused(hall: Hall, visitor: Visit) -> None:
    client = signed_in(hall, visitor)
    sent = {"source": " ", "file": SimpleUploadedFile("导出.xlsx", workbook(GOOD))}
    assert "来自哪个系统" in client.post("/hotline/table/", sent).content.decode()
    row = bring(workbook(GOOD), "a.xlsx", SOURCE, hall.who("chief"), now=hall.cast.now)
    assert client.get(f"/hotline/table/{row.token}/").status_code == 404
    other = visitor()
    other.force_login(Person.objects.get(pk=hall.cast.handler.person))
    assert other.get("/hotline/table/").status_code == 403


def signed_in(hall: Hall, visitor: Visit) -> Client:
    """The dispatcher's browser."""
    client = visitor()
    dispatcher = Person.objects.get(pk=hall.who("dispatcher").person)
    client.force_login(dispatcher, "django.contrib.auth.backends.ModelBackend")
    return client


def test_a_heading_that_means_two_fields_is_a_mistake_of_the_catalog(tmp_path: Path) -> None:
    file = tmp_path / "hotline" / "table.yaml"
    file.parent.mkdir()
    file.write_text("columns: {content: [内容], title: [内 容]}\nvalues: {}\nusual: {}\n")
    assert [problem.line for problem in check_table_words(tmp_path)] == [1]
