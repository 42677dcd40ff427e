"""A template workbook is filled: rows, types, mergers, pages; and text stays text whatever it looks like."""

import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bihuan.papers import PaperError, Trace, Value, open_sheet, render_sheet
from tests.papers.templates import AT, FIELDS, filling, row, sheet_template

TRACE = Trace("_t_", {"key": "键"}, "_kept", [("a",), ("",), ("",)])


def page_of(*rows: dict[str, Value], template: bytes | None = None) -> Worksheet:
    data = render_sheet(
        template or sheet_template(), "t.xlsx", FIELDS, filling(*rows), at=AT, trace=None
    )
    return load_workbook(io.BytesIO(data)).worksheets[0]


def test_values_keep_their_type_and_the_pattern_its_format() -> None:
    page = page_of(row("一", "甲", due=date(2023, 6, 30), value=Decimal("12.5")))
    assert page["A1"].value == "任务分解表（2023年3月1日）"
    assert page["D3"].is_date
    assert page["D3"].number_format == "yyyy-mm-dd"
    assert page["E3"].value == 12.5


def test_equal_neighbours_become_one_cell_and_the_closing_line_moves_down() -> None:
    page = page_of(row("一", "甲"), row("一", "乙"), row("二", "丙"))
    assert sorted(str(m) for m in page.merged_cells.ranges) == ["A1:E1", "A6:E6", "B3:B4"]
    assert page["A6"].value == "（完）"


def test_pages_are_set_up_where_the_template_says_nothing() -> None:
    page = page_of(row("一", "甲"))
    assert page.page_setup.orientation == "landscape"
    assert int(page.page_setup.paperSize or 0) == 8
    assert page.sheet_properties.pageSetUpPr is not None
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
    assert page.print_title_rows == "$2:$2"
    assert page.freeze_panes == "A3"
    assert "&P" in page.oddFooter.center.text


def test_what_the_template_says_of_its_pages_stands() -> None:
    def says(page: Worksheet) -> None:
        page.page_setup.orientation, page.page_setup.paperSize = "portrait", 9
        page.freeze_panes = "B3"
        page.print_area = "A1:E4"
        page.row_dimensions[3].height = 30

    page = page_of(row("一", "甲"), row("一", "乙"), template=sheet_template(says))
    assert (page.page_setup.orientation, int(page.page_setup.paperSize or 0)) == ("portrait", 9)
    assert page.freeze_panes == "B3"
    assert str(page.print_area).endswith("$A$1:$E$5")
    assert page.row_dimensions[4].height == 30


def test_fonts_choices_and_colours_hold_for_every_row() -> None:
    def says(page: Worksheet) -> None:
        page["C3"].font = Font(name="仿宋_GB2312", size=10)
        choice = DataValidation(type="list", formula1='"甲,乙"')
        choice.add("C3")
        page.add_data_validation(choice)
        fill = PatternFill("solid", start_color="FF0000")
        page.conditional_formatting.add("C3", CellIsRule("equal", ['"甲"'], fill=fill))

    page = page_of(row("一", "甲"), row("二", "乙"), template=sheet_template(says))
    assert page["C4"].font.name == "仿宋_GB2312"
    assert str(page.data_validations.dataValidation[0].sqref) == "C3:C4"
    assert [str(f.sqref) for f in page.conditional_formatting] == ["C3:C4"]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@cmd", '=HYPERLINK("http://x","y")'])
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    cell = page_of(row("一", text))["C3"]
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", text, True)


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_any_text_comes_back_as_it_went_but_for_what_no_file_may_hold(text: str) -> None:
    data = render_sheet(
        sheet_template(), "t.xlsx", FIELDS, filling(row("一", text)), at=AT, trace=TRACE
    )
    back = open_sheet(data, prefix="_t_", record="_kept").at(3, "text")
    allowed = "".join(c for c in text.replace("\r\n", "\n").replace("\r", "\n") if _allowed(c))
    assert back is not None
    assert (back.value or "") == allowed


def _allowed(char: str) -> bool:
    code = ord(char)
    return (code >= 32 or char in "\t\n") and code not in (127, 0xE000, 0xFFFE, 0xFFFF)


def test_the_same_rows_give_the_same_bytes() -> None:
    one, two = (
        render_sheet(sheet_template(), "t.xlsx", FIELDS, filling(row("一", "甲")), at=AT)
        for _ in range(2)
    )
    assert one == two


def _stranger(page: Worksheet) -> None:
    page["C3"] = "{{ owner }}"


def _unfinished(page: Worksheet) -> None:
    page["C3"] = "{{ text"


def _two_rows(page: Worksheet) -> None:
    page["A4"] = "{{ text }}"


def _no_row(page: Worksheet) -> None:
    for column in "ABCDE":
        page[f"{column}3"] = "-"


def _two_sheets(page: Worksheet) -> None:
    assert page.parent is not None
    page.parent.create_sheet("又一张")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_stranger, "C3 处有不认识的标记“owner”"), (_unfinished, "C3 处标记写得不完整"),
        (_two_rows, "现有 2 行（3, 4）"), (_no_row, "现有 0 行"), (_two_sheets, "只有一张工作表"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_filled_says_where(change: object, said: str) -> None:
    with pytest.raises(PaperError, match=said):
        page_of(row("一", "甲"), template=sheet_template(change))  # type: ignore[arg-type]


def test_a_broken_template_is_named() -> None:
    with pytest.raises(PaperError, match=r"t\.xlsx"):
        page_of(row("一", "甲"), template=b"PK\x03\x04nothing")
