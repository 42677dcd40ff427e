"""Writes the first templates of the decomposition table (任务分解表) into a catalog; a city goes on editing them by hand.

Run once: `.venv/bin/python tools/make_paper_templates.py catalog/lvliang/papers`. It overwrites what is there.
"""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from bihuan.papers.packing import repack

MADE = datetime(2023, 1, 1, tzinfo=UTC)
# Where a machine lacks the office's font Word takes the one that is named for it.
FALLBACKS = {"方正小标宋简体": "宋体", "黑体": "SimHei", "仿宋_GB2312": "仿宋"}
TITLE, HEAD, BODY = "方正小标宋简体", "黑体", "仿宋_GB2312"
QUARTERS = (("q1", "一季度"), ("q2", "二季度"), ("q3", "三季度"), ("q4", "四季度"))
# heading, marker, width in characters; headings in EDITABLE may be corrected and imported again
COLUMNS = (
    ("序号", "{{ seq }}", 5), ("报告章节", "{{ section | merge }}", 12),
    ("任务原文", "{{ text | merge }}", 32), ("任务", "{{ title }}", 24),
    ("任务类型", "{{ kind }}", 9), ("量化目标", "{{ targets }}", 26),
    ("牵头市领导", "{{ leader }}", 13), ("牵头单位", "{{ lead }}", 14),
    ("配合单位", "{{ assist }}", 18), ("具体责任人", "{{ responsible }}", 14),
    ("责任人姓名、电话", "{{ responsible_name }} {{ phone }}", 12), ("完成时限", "{{ deadline }}", 12),
    *[(f"{name}{more}", f"{{{{ {key}{end} }}}}", width)
      for key, name in QUARTERS
      for more, end, width in (("形象进度", "", 16), ("目标值", "_value", 8))],
    ("月度序时进度", "{{ pace }}", 16), ("当前进展", "{{ progress }}", 24),
    ("存在问题", "{{ problems }}", 16), ("下一步措施", "{{ next_steps }}", 18),
    ("佐证", "{{ evidence }}", 14), ("亮灯", "{{ light }}", 7),
    ("工作措施", "{{ measures }}", 20), ("考核标准与奖惩", "{{ standard }}", 16),
)  # fmt: skip
EDITABLE = {
    "任务", "量化目标", "牵头市领导", "牵头单位", "配合单位", "具体责任人", "完成时限", "工作措施", "考核标准与奖惩",
    *(f"{name}{more}" for _, name in QUARTERS for more in ("形象进度", "目标值")),
}  # fmt: skip
CENTRED = {"序号", "任务类型", "完成时限", "亮灯"}
THIN = Side(style="thin", color="808080")
LIGHTS = (("红灯", "FFC7CE"), ("黄灯", "FFEB9C"), ("绿灯", "C6EFCE"), ("未亮灯", "E7E6E6"))


def sheet() -> bytes:
    """The Excel template: title, note, headings, pattern row, closing line."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "任务分解表"
    last = get_column_letter(len(COLUMNS))
    lines: tuple[tuple[int, str, Font, float], ...] = (
        (1, "{{ paper_title }}", Font(name=TITLE, size=22), 40),
        (2, "编制：{{ office }}    导出：{{ printed_on }}    报告：{{ report_number }}    "
            "蓝色表头的列可修改后导回系统，其余各列由系统生成", Font(name=BODY, size=11), 20),
    )  # fmt: skip
    for row, text, font, height in lines:
        page.merge_cells(f"A{row}:{last}{row}")
        page.cell(row, 1, text).font = font
        page.cell(row, 1).alignment = Alignment(
            horizontal="center" if row == 1 else "left", vertical="center"
        )
        page.row_dimensions[row].height = height
    for column, (heading, marker, width) in enumerate(COLUMNS, start=1):
        _column(page, column, heading, marker, width)
    page.row_dimensions[3].height = 36
    page.merge_cells(f"A5:{last}5")
    page.cell(5, 1, "共 {{ rows_count }} 项，其中尚未分解 {{ waiting_count }} 项。").font = Font(
        name=BODY, size=11
    )
    _pages(page, last)
    return _bytes_of(book)


def _column(page: Any, column: int, heading: str, marker: str, width: int) -> None:
    letter = get_column_letter(column)
    page.column_dimensions[letter].width = width
    border = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
    head = page.cell(3, column, heading)
    head.font = Font(name=HEAD, size=11, color="1F4E9E" if heading in EDITABLE else "000000")
    head.fill = PatternFill("solid", start_color="DDEBF7" if heading in EDITABLE else "F2F2F2")
    head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    cell = page.cell(4, column, marker)
    cell.font = Font(name=BODY, size=10)
    middle = "center" if heading in CENTRED else None
    cell.alignment = Alignment(horizontal=middle, vertical="center", wrap_text=True)
    if heading == "完成时限":
        cell.number_format = "yyyy-mm-dd"
    elif heading.endswith("目标值"):
        cell.number_format = "#,##0.####"
    head.border = cell.border = border
    if heading == "亮灯":
        for word, colour in LIGHTS:
            fill = PatternFill("solid", start_color=colour, end_color=colour)
            page.conditional_formatting.add(
                f"{letter}4", CellIsRule(operator="equal", formula=[f'"{word}"'], fill=fill)
            )


def _pages(page: Any, last: str) -> None:
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 8  # A3
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.print_title_rows = "3:3"
    page.print_area = f"A1:{last}5"
    page.freeze_panes = "D4"
    page.auto_filter.ref = f"A3:{last}4"
    page.oddFooter.center.text = "第 &P 页 共 &N 页"
    page.oddFooter.right.text = "打印日期 &D"
    page.page_margins.left = page.page_margins.right = 0.5


WORD_COLUMNS = (
    ("序号", "{{ row.seq }}", 10), ("报告章节", "{{ row.section | merge }}", 22),
    ("任务原文", "{{ row.text | merge }}", 48), ("任务类型", "{{ row.kind }}", 18),
    ("量化目标", "{{ row.targets }}", 38), ("牵头市领导", "{{ row.leader }}", 22),
    ("牵头单位", "{{ row.lead }}", 24), ("配合单位", "{{ row.assist }}", 28),
    ("具体责任人", "{{ row.responsible }} {{ row.responsible_name }}", 24),
    ("完成时限", "{{ row.deadline | short_day }}", 22), ("季度形象进度", "{{ row.quarters }}", 44),
    ("当前进展", "{{ row.progress }}", 36), ("存在问题及下一步措施", "{{ row.problems }} {{ row.next_steps }}", 34),
    ("亮灯", "{{ row.light }}", 16),
)  # fmt: skip


def word() -> bytes:
    """The Word template: A3 landscape, secrecy and number lines, title, table, page X of Y."""
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(420), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(20)
    _font(document.styles["Normal"], BODY, 12)
    _line(document, "密级：内部资料", HEAD, 12)
    _line(document, "文号：{{ document_number }}", BODY, 12, WD_ALIGN_PARAGRAPH.RIGHT)
    _line(document, "{{ paper_title }}", TITLE, 22, WD_ALIGN_PARAGRAPH.CENTER)
    _line(document, "编制：{{ office }}　　打印日期：{{ printed_on }}", BODY, 12)
    _table(document)
    _line(document, "共 {{ rows_count }} 项，其中尚未分解 {{ waiting_count }} 项。", BODY, 12)
    head = section.header.paragraphs[0]
    _run(head, "{{ report_title }}　{{ report_number }}", BODY, 9)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, field in (("第 ", "PAGE"), (" 页 共 ", "NUMPAGES"), (" 页", "")):
        _run(foot, text, BODY, 10)
        if field:
            _field(foot, field)
    _name_fallbacks(document)
    return _bytes_of(document)


def _name_fallbacks(document: Any) -> None:
    part = next(p for p in document.part.package.iter_parts() if "fontTable" in str(p.partname))
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in FALLBACKS.items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", f"{fonts}</w:fonts>".encode())


def _table(document: Any) -> None:
    table = document.add_table(rows=4, cols=len(WORD_COLUMNS), style="Table Grid")
    table.autofit = False
    for column, (heading, marker, width) in enumerate(WORD_COLUMNS):
        for row, text, font in ((0, heading, HEAD), (2, marker, BODY)):
            cell = table.cell(row, column)
            cell.width = Mm(width)
            _run(cell.paragraphs[0], text, font, 9)
            if row == 0:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    table.cell(1, 0).text = "{%tr for row in rows %}"
    table.cell(3, 0).text = "{%tr endfor %}"
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    whole = table.rows[2]._tr.get_or_add_trPr()
    whole.append(OxmlElement("w:cantSplit"))


def _line(document: Any, text: str, font: str, size: int, where: Any = None) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = where
    _run(paragraph, text, font, size)


def _run(paragraph: Any, text: str, font: str, size: int) -> None:
    run = paragraph.add_run(text)
    _font(run, font, size)


def _font(owner: Any, name: str, size: int) -> None:
    """Latin letters in Times New Roman, Chinese in the office's font; Word falls back where it is missing."""
    owner.font.name, owner.font.size = "Times New Roman", Pt(size)
    fonts = owner.element.get_or_add_rPr().get_or_add_rFonts()
    for part in ("w:eastAsia", "w:hint"):
        fonts.set(qn(part), name if part == "w:eastAsia" else "eastAsia")


def _field(paragraph: Any, code: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _bytes_of(thing: Any) -> bytes:
    out = io.BytesIO()
    thing.save(out)
    return repack(out.getvalue(), MADE)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "decomposition.xlsx").write_bytes(sheet())
    (folder / "decomposition.docx").write_bytes(word())
