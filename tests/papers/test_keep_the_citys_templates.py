"""The templates of Lüliang's catalog, filled: fonts, pages, headings and columns as offices issue the table."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

import bihuan
from bihuan.papers import Filling, Value, render_document, render_sheet
from bihuan.plan.table import DRAWN, EDITABLE, FIELDS, KEYS

PAPERS = Path(bihuan.__file__).parents[2] / "catalog" / "lvliang" / "papers"
AT = datetime(2023, 3, 1, tzinfo=UTC)
HEAD: dict[str, Value] = {
    "paper_title": "吕梁市2023年《政府工作报告》任务分解表", "office": "市政府办公室",
    "printed_on": date(2023, 3, 1), "report_number": "BG2023-00001", "rows_count": 3,
    "waiting_count": 1, "document_number": "", "report_title": "2023年政府工作报告",
}  # fmt: skip
HEADINGS = [
    "序号", "报告章节", "任务原文", "任务", "任务类型", "量化目标", "牵头市领导", "牵头单位", "配合单位",
    "具体责任人", "责任人姓名、电话", "完成时限", "一季度形象进度", "一季度目标值", "二季度形象进度",
    "二季度目标值", "三季度形象进度", "三季度目标值", "四季度形象进度", "四季度目标值", "月度序时进度",
    "当前进展", "存在问题", "下一步措施", "佐证", "亮灯", "工作措施", "考核标准与奖惩",
]  # fmt: skip


def rows() -> list[dict[str, Value]]:
    whole: dict[str, Value] = dict.fromkeys((*EDITABLE, *DRAWN, *KEYS), "")
    return [
        {
            **whole, "seq": i, "section": section, "text": text, "title": f"任务{i}",
            "deadline": date(2023, 12, 31), "q1_value": Decimal("12.5"), "light": "红灯",
        }
        for i, (section, text) in enumerate((("一、民生", "甲"), ("一、民生", "甲"), ("二、工业", "乙")), 1)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def page() -> Worksheet:
    template = (PAPERS / "decomposition.xlsx").read_bytes()
    data = render_sheet(template, "t", FIELDS, Filling(HEAD, rows()), at=AT)
    return load_workbook(io.BytesIO(data)).worksheets[0]


def test_the_columns_are_those_of_an_issued_table(page: Worksheet) -> None:
    assert [c.value for c in page[3]] == HEADINGS


def test_the_sheet_is_a3_landscape_with_headings_and_numbers_on_each_page(page: Worksheet) -> None:
    assert (page.page_setup.orientation, int(page.page_setup.paperSize or 0)) == ("landscape", 8)
    assert page.print_title_rows == "$3:$3"
    assert page.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert str(page.print_area).endswith("$A$1:$AB$7")


def test_fonts_are_those_that_offices_use(page: Worksheet) -> None:
    names = [page.cell(row, 1).font.name for row in (1, 3, 4, 6)]
    assert names == ["方正小标宋简体", "黑体", "仿宋_GB2312", "仿宋_GB2312"]


def test_sections_and_words_merge_where_they_are_equal(page: Worksheet) -> None:
    merged = {str(m) for m in page.merged_cells.ranges}
    assert {"B4:B5", "C4:C5"} <= merged
    assert not any(m.startswith("D") for m in merged)


def test_days_and_numbers_are_days_and_numbers(page: Worksheet) -> None:
    assert page["L4"].is_date
    assert page["N4"].value == 12.5
    assert page["A7"].value == "共 3 项，其中尚未分解 1 项。"


def test_the_word_table_is_landscape_with_page_x_of_y_and_east_asian_fonts() -> None:
    template = (PAPERS / "decomposition.docx").read_bytes()
    data = render_document(template, "t", FIELDS, Filling(HEAD, rows()), at=AT)
    document = Document(io.BytesIO(data))
    section, table = document.sections[0], document.tables[0]
    assert section.page_width is not None
    assert section.page_height is not None
    assert section.page_width > section.page_height
    assert [c.text for c in table.rows[0].cells][:4] == ["序号", "报告章节", "任务原文", "任务类型"]
    assert table.cell(1, 1)._tc is table.cell(2, 1)._tc
    codes = [f.get(qn("w:instr")) for f in section.footer._element.iter(qn("w:fldSimple"))]
    assert codes == ["PAGE", "NUMPAGES"]
    fonts = {f.get(qn("w:eastAsia")) for f in document.element.body.iter(qn("w:rFonts"))}
    assert {"方正小标宋简体", "仿宋_GB2312", "黑体"} <= fonts
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        named = package.read("word/fontTable.xml").decode()
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in named
    texts = [p.text for p in document.paragraphs]
    assert texts[0].startswith("密级")
    assert "打印日期：2023年3月1日" in texts[3]


def test_nothing_in_the_packages_tells_when_they_were_made() -> None:
    for name in ("decomposition.xlsx", "decomposition.docx"):
        with zipfile.ZipFile(PAPERS / name) as package:
            assert {entry.date_time[0] for entry in package.infolist()} == {1980}
