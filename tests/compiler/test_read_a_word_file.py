"""A Word file reads as Word shows it once all changes are accepted, traced to its paragraphs."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from docx import Document as new_document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from bihuan.compiler import CompileError, compile_report
from bihuan.compiler.model import Document
from bihuan.compiler.readers import read_document
from bihuan.compiler.readers.docx import paragraphs, pieces
from bihuan.compiler.readers.docx_numbers import write_number
from bihuan.compiler.readers.docx_package import open_docx

W = nsdecls("w")
LEVELS = (("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."))


def saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def read(document: Any) -> Document:
    return read_document(saved(document), "r.docx")


def lines(document: Any) -> list[str]:
    return read(document).text.split("\n")


def codes(document: Any) -> set[str]:
    return {note.code for note in read(document).notes}


def add(paragraph: Any, markup: str) -> None:
    """Adds an element to a paragraph; `markup` may use the prefix w."""
    paragraph._p.append(parse_xml(re.sub(r"^<([\w:]+)", rf"<\1 {W}", markup)))


def numbered(document: Any, list_id: int = 91, start: int | None = None) -> Any:
    """A list of three levels as reports number them; returns a function that adds to it."""
    part = document.part.numbering_part.element
    if not part.xpath("w:abstractNum[@w:abstractNumId='90']"):
        looks = "".join(
            f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
            f'<w:lvlText w:val="{pattern}"/></w:lvl>'
            for n, (form, pattern) in enumerate(LEVELS)
        )
        part.insert(
            0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="90">{looks}</w:abstractNum>')
        )
    override = (
        f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{start}"/></w:lvlOverride>'
        if start
        else ""
    )
    part.append(
        parse_xml(f'<w:num {W} w:numId="{list_id}"><w:abstractNumId w:val="90"/>{override}</w:num>')
    )

    def put(text: str, level: int) -> Any:
        paragraph = document.add_paragraph(text)
        reference = f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
        paragraph._p.get_or_add_pPr().append(parse_xml(reference))
        return paragraph

    return put


def test_automatic_numbers_are_written_as_word_shows_them_and_lie_in_no_spot() -> None:
    document = new_document()
    put = numbered(document)
    for text, level in (("教育", 0), ("小学", 1), ("新建学校9所。", 2), ("新建操场3个。", 2)):
        put(text, level)
    for text, level in (("中学", 1), ("新建学校5所。", 2), ("卫生", 0), ("医院", 1)):
        put(text, level)
    found = read(document)
    assert found.text.split("\n") == [
        "一、教育",
        "（一）小学",
        "1. 新建学校9所。",
        "2. 新建操场3个。",
        "（二）中学",
        "1. 新建学校5所。",
        "二、卫生",
        "（一）医院",
    ]
    assert found.where(0, 4) == found.where(2, 4)
    assert found.where(0, 2) == ()


def test_a_list_that_is_told_to_start_anew_does() -> None:
    document = new_document()
    first, second = numbered(document), numbered(document, 92, start=1)
    first("甲", 0), first("乙", 0), second("丙", 0), second("丁", 0)
    assert lines(document) == ["一、甲", "二、乙", "一、丙", "二、丁"]


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (12, "chineseCountingThousand", "十二"),
        (20, "ideographDigital", "二〇"),
        (3, "ideographTraditional", "丙"),
        (4, "decimalEnclosedCircle", "④"),
        (4, "decimalFullWidth", "４"),
        (14, "upperRoman", "XIV"),
        (28, "lowerLetter", "bb"),
        (7, "decimal", "7"),
        (7, "decimalZero", "07"),
        (7, "thaiLetters", "7"),
    ],
)
def test_numbers_are_written_in_the_form_of_their_level(value: int, form: str, shown: str) -> None:
    assert write_number(value, form) == shown


def test_headings_come_from_styles_based_on_headings_and_from_outline_levels() -> None:
    document = new_document()
    document.add_heading("2024年政府工作报告", 0)
    style = document.styles.add_style("公文二级", 1)
    style.base_style = document.styles["Heading 2"]
    document.add_paragraph("着力办好民生实事", style="公文二级")
    third = document.add_paragraph("教育")
    third._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {W} w:val="2"/>'))
    document.add_paragraph("新建幼儿园25所。", style="公文二级")  # a sentence is no heading
    assert lines(document) == [
        "# 2024年政府工作报告",
        "## 着力办好民生实事",
        "### 教育",
        "新建幼儿园25所。",
    ]


def test_where_styles_are_set_carelessly_the_numbering_gives_the_rank() -> None:
    document = new_document()
    document.add_heading("一、教育", 1)
    document.add_paragraph("新建幼儿园25所。")
    document.add_paragraph("二、卫生")
    assert lines(document) == ["一、教育", "新建幼儿园25所。", "二、卫生"]


def test_tracked_changes_read_as_accepted_and_are_told() -> None:
    document = new_document()
    paragraph = document.add_paragraph("新建学校")
    add(paragraph, "<w:del><w:r><w:delText>9</w:delText></w:r></w:del>")
    add(paragraph, "<w:ins><w:r><w:t>19</w:t></w:r></w:ins>")
    paragraph.add_run("所。")
    add(paragraph, "<w:moveFrom><w:r><w:t>搬走的3所。</w:t></w:r></w:moveFrom>")
    add(paragraph, "<w:moveTo><w:r><w:t>搬来的4所。</w:t></w:r></w:moveTo>")
    joined = document.add_paragraph("新建公园")
    joined._p.get_or_add_pPr().append(parse_xml(f"<w:rPr {W}><w:del/></w:rPr>"))
    document.add_paragraph("8个。")
    assert lines(document) == ["新建学校19所。搬来的4所。", "新建公园8个。"]
    assert "tracked-changes" in codes(document)
    assert "tracked-changes" not in codes(new_document_of("无修订。"))


def new_document_of(*texts: str) -> Any:
    document = new_document()
    for text in texts:
        document.add_paragraph(text)
    return document


def test_a_deleted_row_is_not_read() -> None:
    document = new_document()
    table = document.add_table(2, 2)
    for number, row in enumerate(table.rows):
        row.cells[0].text, row.cells[1].text = "新建公园", f"{number + 8}个"
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:del {W}/>"))
    assert lines(document) == ["新建公园\t9个"]


def test_hidden_text_is_left_out_and_told_whatever_hides_it() -> None:
    document = new_document_of("新建公园8个。")
    document.paragraphs[0].add_run("内部掌握9个。").font.hidden = True
    style = document.styles.add_style("不显示", 1)
    style.font.hidden = True
    document.add_paragraph("不公开的10个。", style="不显示")
    shown = document.add_paragraph("", style="不显示").add_run("又公开的11个。")
    shown.font.hidden = False
    assert lines(document) == ["新建公园8个。", "又公开的11个。"]
    assert "hidden-text" in codes(document)


def test_of_a_field_only_the_result_is_read() -> None:
    document = new_document_of("共")
    paragraph = document.paragraphs[0]
    add(paragraph, '<w:r><w:fldChar w:fldCharType="begin"/></w:r>')
    add(paragraph, "<w:r><w:instrText>FORMULA</w:instrText><w:t>9</w:t></w:r>")
    add(paragraph, '<w:r><w:fldChar w:fldCharType="separate"/></w:r>')
    add(paragraph, "<w:r><w:t>25</w:t></w:r>")
    add(paragraph, '<w:r><w:fldChar w:fldCharType="end"/></w:r>')
    add(paragraph, '<w:fldSimple w:instr="X"><w:r><w:t>所</w:t></w:r></w:fldSimple>')
    assert lines(document) == ["共25所"]


def test_soft_breaks_part_lines_and_controls_links_and_ruby_are_read_through() -> None:
    document = new_document()
    paragraph = document.add_paragraph("新建公园8个。\n新建学校")
    add(paragraph, "<w:sdt><w:sdtContent><w:r><w:t>9所</w:t></w:r></w:sdtContent></w:sdt>")
    add(paragraph, "<w:hyperlink><w:r><w:t>（链接）</w:t></w:r></w:hyperlink>")
    ruby = (
        "<w:r><w:ruby><w:rt><w:r><w:t>yuan</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>园</w:t></w:r></w:rubyBase></w:ruby></w:r>"
    )
    add(paragraph, ruby)
    nested = (
        f"<w:sdt {W}><w:sdtContent><w:sdt><w:sdtContent><w:p><w:r><w:t>新建医院3所。</w:t></w:r></w:p>"
        "</w:sdtContent></w:sdt></w:sdtContent></w:sdt>"
    )
    document.element.body.insert(0, parse_xml(nested))
    found = read(document)
    assert found.text.split("\n") == ["新建医院3所。", "新建公园8个。", "新建学校9所（链接）园"]
    at = found.text.index("新建学校")
    assert [(s.part, s.offset) for s in found.where(at, at + 4)] == [(2, 8)]


def test_a_text_box_is_read_once_and_after_its_paragraph() -> None:
    document = new_document_of("正文5个。")
    inside = "<w:txbxContent><w:p><w:r><w:t>新建公园8个。</w:t></w:r></w:p></w:txbxContent>"
    box = (
        '<w:r xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:AlternateContent><mc:Choice Requires="wps">{inside}</mc:Choice>'
        f"<mc:Fallback>{inside}</mc:Fallback></mc:AlternateContent></w:r>"
    )
    add(document.paragraphs[0], box)
    document.add_paragraph("后面6个。")
    found = read(document)
    assert found.text.split("\n") == ["正文5个。", "新建公园8个。", "后面6个。"]
    assert [spot.part for spot in found.spots] == [1, 2, 3]


def test_tables_read_by_row_where_cells_are_short_and_by_paragraph_where_they_are_not() -> None:
    document = new_document()
    table = document.add_table(2, 3)
    rows = (("序号", "项目", "责任单位"), ("1", "新建公园8个", "市住建局"))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    wide = document.add_table(1, 2)
    wide.rows[0].cells[0].text = "新建幼儿园25所。\n改扩建学校64所。"
    wide.rows[0].cells[1].text = "市教育局"
    wide.rows[0].cells[0].add_table(1, 2).rows[0].cells[1].text = "新建医院3所。"
    found = read(document)
    assert found.text.split("\n") == [
        "序号\t项目\t责任单位",
        "1\t新建公园8个\t市住建局",
        "新建幼儿园25所。",
        "改扩建学校64所。",
        "新建医院3所。",
        "市教育局",
    ]
    assert "tables-read" in codes(document)
    assert {"新建幼儿园25所", "新建医院3所"} <= {
        c.text for c in compile_report(saved(document), "r.docx", year=2024).commitments
    }


def test_the_contents_comments_footnotes_and_headers_are_not_the_report() -> None:
    document = new_document()
    document.styles.add_style("toc 1", 1)
    document.add_paragraph("一、工作安排\t3", style="toc 1")
    paragraph = document.add_paragraph("新建公园8个。")
    document.add_comment(paragraph.runs, text="确认9个吗？", author="甲")
    document.sections[0].header.paragraphs[0].text = "内部资料"
    assert lines(document) == ["新建公园8个。"]


def test_each_spot_names_the_paragraph_and_the_place_in_its_visible_characters() -> None:
    document = new_document()
    document.add_heading("2024年政府工作报告", 0)
    numbered(document)("工作安排", 0)
    paragraph = document.add_paragraph("新建")
    add(paragraph, "<w:del><w:r><w:delText>某某</w:delText></w:r></w:del>")
    paragraph.add_run("幼儿园").bold = True
    paragraph.add_run("25所，\t改扩建学校\n64所。")
    document.add_table(1, 2).rows[0].cells[1].text = "新建公园8个。"
    data = saved(document)
    numbers = list(paragraphs(open_docx(data)))
    found = read_document(data, "r.docx")
    assert found.spots
    for spot in found.spots:
        shown = pieces(numbers[spot.part - 1]).text
        end = spot.offset + spot.end - spot.start
        assert shown[spot.offset : end] == found.text[spot.start : spot.end]


def package(**parts: str | bytes) -> bytes:
    """The smallest DOCX whose parts can be replaced; the key `document` is word/document.xml."""
    kinds = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    whole: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{kinds}"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/officeDocument"/></Relationships>',
        "word/document.xml": parts.get("document", f"<w:document {W}><w:body/></w:document>"),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in whole.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def body(inner: str) -> str:
    return f"<w:document {W}><w:body>{inner}</w:body></w:document>"


LAUGHS = "".join(
    f'<!ENTITY l{n} "{"".join(f"&l{n - 1};" for _ in range(10))}">' for n in range(1, 12)
)
LAUGHING = f'<!DOCTYPE w:document [<!ENTITY l0 "ha">{LAUGHS}]>' + body(
    "<w:p><w:r><w:t>&l11;</w:t></w:r></w:p>"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BAD = {
    "a bomb of entities": (package(document=LAUGHING), "declares-entities"),
    "the same in UTF-16": (package(document=LAUGHING.encode("utf-16")), "declares-entities"),
    "very deep markup": (
        package(document=body("<w:sdt><w:sdtContent>" * 50000 + "</w:sdtContent></w:sdt>" * 50000)),
        "broken-docx",
    ),
    "one part too large": (
        package(document=body("<w:p/>" + " " * (65 * 1024 * 1024))),
        "unpacks-too-large",
    ),
    "half a file": (package()[:-40], "broken-docx"),
    "no body": (package(document=f"<w:document {W}/>"), "broken-docx"),
    "an empty body": (package(), "empty"),
    "a file of old Word": (OLE + b"\x00" * 600, "old-word"),
    "a Word file with a password": (
        OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "encrypted-docx",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_readable_word_file_is_refused(case: str) -> None:
    data, code = BAD[case]
    with pytest.raises(CompileError) as refused:
        read_document(data, "r.docx")
    assert refused.value.code == code


def test_a_doc_file_is_told_from_a_docx_by_what_it_holds() -> None:
    with pytest.raises(CompileError, match="另存为"):
        read_document(OLE + b"\x00" * 600, "r.doc")
    assert read_document(saved(new_document_of("新建公园8个。")), "r.doc").text == "新建公园8个。"


def test_a_document_without_styles_or_numbers_is_read() -> None:
    data = package(document=body("<w:p><w:r><w:t>新建公园8个。</w:t></w:r></w:p>"))
    assert read_document(data, "r.docx").text == "新建公园8个。"
