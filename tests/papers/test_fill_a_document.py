"""A Word template is filled: rows, mergers, headings on each page; what is typed cannot break out of its place."""

import io

import pytest
from docx import Document
from docx.document import Document as Opened
from docx.oxml.ns import qn

from bihuan.papers import PaperError, Value, render_document
from tests.papers.templates import AT, FIELDS, filling, row, word_template


def document_of(*rows: dict[str, Value], template: bytes | None = None) -> Opened:
    data = render_document(template or word_template(), "t.docx", FIELDS, filling(*rows), at=AT)
    return Document(io.BytesIO(data))


def test_each_row_stands_in_the_table_under_a_heading_that_repeats() -> None:
    document = document_of(row("一", "甲"), row("二", "乙"))
    table = document.tables[0]
    assert [r.cells[1].text for r in table.rows] == ["内容", "甲", "乙"]
    assert document.paragraphs[0].text == "任务分解表"
    assert document.sections[0].header.paragraphs[0].text == "2023年3月1日"
    assert table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None


def test_equal_neighbours_are_merged_and_said_once() -> None:
    table = document_of(row("一", "甲"), row("一", "乙"), row("二", "丙")).tables[0]
    assert table.cell(1, 0)._tc is table.cell(2, 0)._tc
    assert [table.cell(i, 0).text for i in (1, 3)] == ["一", "二"]


@pytest.mark.parametrize(
    "text", ["<w:p/>&amp;", "{{ heading }}", "{% for x in y %}", "甲\x00\x0b乙", "一\n二", "a\tb"]
)
def test_what_is_typed_stays_text(text: str) -> None:
    shown = document_of(row("一", text)).tables[0].cell(1, 1).text
    assert shown == text.replace("\x00", "").replace("\x0b", "")


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (word_template("{{ row.owner }}"), "row.owner"),
        (word_template(head="第一行 {{ unknown }}"), "第一行"),
        (word_template("{{ row.text | nothing }}"), "标记写得不完整"),
        (word_template("{{ row.text"), "标记写得不完整"),
        (word_template("{{ row.text.__class__ }}"), "__class__"),
        (word_template(head="{{ rows[0] }}"), "不认识的标记"),
        (b"no file", "打不开"),
    ],
)
def test_a_template_that_cannot_be_filled_says_where(template: bytes, said: str) -> None:
    with pytest.raises(PaperError, match=said):
        document_of(row("一", "甲"), template=template)


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = filling(row("一", "甲"))
    one, two = (render_document(word_template(), "t.docx", FIELDS, rows, at=AT) for _ in range(2))
    assert one == two
