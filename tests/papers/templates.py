"""Small templates, made in a test as a city would make them in Excel and Word."""

import io
from collections.abc import Callable
from datetime import UTC, datetime

from docx import Document
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bihuan.papers import Fields, Filling, Value

AT = datetime(2023, 3, 1, tzinfo=UTC)
FIELDS = Fields(
    frozenset({"heading", "day"}), frozenset({"n", "section", "text", "due", "value", "key"})
)


def sheet_template(change: Callable[[Worksheet], None] | None = None) -> bytes:
    """A heading over five columns, a pattern row, a closing line."""
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page["A1"] = "{{ heading }}（{{ day }}）"
    page.merge_cells("A1:E1")
    for column, (heading, marker) in enumerate(
        (("序号", "{{ n }}"), ("章节", "{{ section | merge }}"), ("内容", "{{ text }}"),
         ("时限", "{{ due }}"), ("数值", "{{ value }}")),
        start=1,
    ):  # fmt: skip
        page.cell(2, column, heading)
        page.cell(3, column, marker)
    page["D3"].number_format = "yyyy-mm-dd"
    page["A4"] = "（完）"
    page.merge_cells("A4:E4")
    if change:
        change(page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def word_template(marker: str = "{{ row.text }}", head: str = "{{ heading }}") -> bytes:
    """A heading and a table whose middle row is repeated."""
    document = Document()
    document.add_paragraph(head)
    document.sections[0].header.paragraphs[0].text = "{{ day }}"
    table = document.add_table(rows=4, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "章节", "内容"
    table.cell(1, 0).text = "{%tr for row in rows %}"
    table.cell(2, 0).text, table.cell(2, 1).text = "{{ row.section | merge }}", marker
    table.cell(3, 0).text = "{%tr endfor %}"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def filling(*rows: dict[str, Value]) -> Filling:
    """The rows with a heading."""
    return Filling({"heading": "任务分解表", "day": AT.date()}, rows)


def row(section: str, text: str, **more: Value) -> dict[str, Value]:
    """One row."""
    return {"n": 1, "section": section, "text": text, "key": f"K{text}", **more}
