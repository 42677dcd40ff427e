"""Past decomposition tables are read as offices make them, and what is not understood is said with its row."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from docx import Document
from openpyxl import Workbook

from bihuan.kernel.errors import Refusal
from bihuan.plan.past_tables import PastTask, kind_of, read_table
from bihuan.plan.past_units import named_in


def xlsx(rows: Sequence[Sequence[str]], merged: Sequence[str] = (), title: str = "分解表") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for span in merged:
        sheet.merge_cells(span)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def told(task: PastTask) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    return task.text, task.leads, task.assists


def test_titles_sections_and_merged_cells_of_a_workbook() -> None:
    data = xlsx(
        [
            ["2022年《政府工作报告》重点任务分解表", "", "", ""],
            ["（共3项）", "", "", ""],
            ["序号", "目标任务", "牵头单位", "配合单位"],
            ["一、办好民生实事", "", "", ""],
            ["1", "新建幼儿园20所", "市教育局", "市财政局、\n市住建局"],
            ["2", "改造学校10所", "", "市发改委"],
            ["3", "新建公路100公里", "市交通局", ""],
        ],
        merged=["A1:D1", "A4:D4", "C5:C6"],
    )
    table = read_table(data, "分解表.xlsx")
    assert table.year == 2022
    assert table.problems == ()
    assert [told(task) for task in table.tasks] == [
        ("新建幼儿园20所", ("市教育局",), ("市财政局", "市住建局")),
        ("改造学校10所", ("市教育局",), ("市发改委",)),
        ("新建公路100公里", ("市交通局",), ()),
    ]
    assert table.tasks[1].place == "分解表第6行"


def test_without_a_lead_column_the_first_responsible_unit_leads() -> None:
    data = xlsx(
        [["任务", "责任单位", "责任人"], ["新建学校", "市教育局，市财政局；市住建局", "张某"]]
    )
    [task] = read_table(data, "2020.xlsx").tasks
    assert (task.leads, task.assists) == (("市教育局",), ("市财政局", "市住建局"))


def test_with_a_lead_column_the_responsible_units_assist() -> None:
    data = xlsx(
        [
            ["工作内容", "牵头领导", "牵头单位", "责任（配合）单位"],
            ["新建学校", "李某某", "市教育局", "市财政局"],
        ]
    )
    [task] = read_table(data, "t.xlsx").tasks
    assert (task.leads, task.assists) == (("市教育局",), ("市财政局",))


def test_a_heading_over_two_rows() -> None:
    data = xlsx(
        [
            ["序号", "重点任务", "责任单位", ""],
            ["", "", "牵头单位", "配合单位"],
            ["1", "新建学校", "市教育局", "市财政局"],
        ],
        merged=["C1:D1", "A1:A2", "B1:B2"],
    )
    [task] = read_table(data, "t.xlsx").tasks
    assert told(task) == ("新建学校", ("市教育局",), ("市财政局",))


def test_the_most_telling_of_several_task_columns_is_taken() -> None:
    data = xlsx([["项目名称", "任务内容", "责任单位"], ["学校", "新建学校10所", "市教育局"]])
    assert read_table(data, "t.xlsx").tasks[0].text == "新建学校10所"


def test_a_word_table_with_merged_cells() -> None:
    file = Document()
    file.add_paragraph("许某市2021年政府工作报告任务分解")
    table = file.add_table(rows=3, cols=3)
    rows = [
        ("任务", "牵头部门", "协同单位"),
        ("新建学校", "市教育局", "市财政局"),
        ("新建幼儿园", "", ""),
    ]
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    table.cell(1, 1).merge(table.cell(2, 1))
    stream = io.BytesIO()
    file.save(stream)
    read = read_table(stream.getvalue(), "分解.docx")
    assert read.year == 2021
    assert [told(task) for task in read.tasks] == [
        ("新建学校", ("市教育局",), ("市财政局",)),
        ("新建幼儿园", ("市教育局",), ()),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_in_either_encoding_carries_down_what_was_merged(encoding: str) -> None:
    text = "任务内容,牵头单位,配合单位\n新建学校,市教育局,市财政局\n新建幼儿园,,\n修路,市交通局,\n,市公安局,\n"
    tasks = read_table(text.encode(encoding), "2022.csv").tasks
    assert [told(task) for task in tasks] == [
        ("新建学校", ("市教育局",), ("市财政局",)),
        ("新建幼儿园", ("市教育局",), ("市财政局",)),
        ("修路", ("市交通局",), ()),
        ("修路", ("市公安局",), ()),
    ]


def test_what_is_missing_is_said_with_its_row_and_nothing_is_dropped_in_silence() -> None:
    data = xlsx([["任务", "牵头单位"], ["新建学校", ""], ["", "市教育局"], ["修路", "市交通局"]])
    table = read_table(data, "t.xlsx")
    assert [task.text for task in table.tasks] == ["修路"]
    assert len(table.problems) == 2
    assert "第2行：没有牵头单位" in table.problems[0]
    assert "第3行：有责任单位，没有任务" in table.problems[1]


def test_the_heading_repeated_on_the_next_page_is_no_task() -> None:
    rows = [
        ["任务", "牵头单位"],
        ["新建学校", "市教育局"],
        ["任务", "牵头单位"],
        ["修路", "市交通局"],
    ]
    assert len(read_table(xlsx(rows), "t.xlsx").tasks) == 2


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"x", "t.xls", "另存为新格式"),
        (b"not a workbook", "t.xlsx", "损坏或已加密"),
        (b"PK\x03\x04 broken", "t.docx", "损坏或已加密"),
        ("甲,乙\n1,2\n".encode(), "t.csv", "读到的表头：甲、乙"),
        (b"\xff\xff\xff", "t.csv", "损坏或已加密"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(data: bytes, name: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_table(data, name)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("cell", "leads", "assists"),
    [
        ("市教育局、市财政局", ("市教育局", "市财政局"), ()),
        ("市教育局牵头，市财政局、市住建局配合", ("市教育局",), ("市财政局", "市住建局")),
        (
            "市教育局、市人社局牵头，市财政局等按职责分工负责",
            ("市教育局", "市人社局"),
            ("市财政局",),
        ),
        ("市教育局会同市财政局", ("市教育局",), ("市财政局",)),
        ("市商务局、市教育局配合", ("市商务局",), ("市教育局",)),
        ("市商务局等有关部门及各县区按职责分工负责", ("市商务局",), ()),
        ("市税务局及各县（市、区）政府负责", ("市税务局",), ()),
        ("市生态环境局指导，市商务局参与", ("市生态环境局",), ("市商务局",)),
        ("责任单位：市教育局；各县（市、区）政府", ("市教育局", "各县政府"), ()),
        (
            "市教育局 市财政局\n市住建局/市水利局",
            ("市教育局", "市财政局", "市住建局", "市水利局"),
            (),
        ),
        ("市 教育局", ("市教育局",), ()),
        ("市教育局负责", ("市教育局",), ()),
        ("", (), ()),
    ],
)
def test_a_cell_says_who_leads_and_who_assists(
    cell: str, leads: tuple[str, ...], assists: tuple[str, ...]
) -> None:
    named = named_in(cell)
    assert (named.leads, named.assists) == (leads, assists)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("牵头单位", "lead"),
        ("牵头\n部门", "lead"),
        ("牵头责任单位", "lead"),
        ("牵头市领导", None),
        ("责任（配合）单位", "assist"),
        ("责任单位及责任人", None),
        ("协同责任单位", "assist"),
        ("责任主体", "responsible"),
        ("序号", None),
        ("完成时限", None),
        ("年度目标任务", "task"),
        ("工作内容及目标要求", "task"),
        ("任务类型", None),
        ("责任单位（列第一位的为牵头单位）", "lead"),
    ],
)
def test_a_column_is_known_by_its_heading(heading: str, kind: str | None) -> None:
    assert kind_of(heading) == kind
