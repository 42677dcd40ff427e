"""A workbook comes back from somebody's hands: whatever they did to its shape, values are found or the file is refused."""

import io
import zipfile
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bihuan.papers import OpenedSheet, PaperError, Trace, open_sheet, render_sheet
from tests.papers.templates import AT, FIELDS, filling, row, sheet_template

FIELD_LINE = ("key", "x", "n", "section", "text", "due", "value")
HEADING_LINE = ("键", "x", "序号", "章节", "内容", "时限", "数值")
TRACE = Trace("_t_", {"key": "键"}, "_kept", [("kind",), FIELD_LINE, HEADING_LINE])


def exported() -> tuple[Workbook, Worksheet]:
    rows = filling(row("一", "甲"), row("一", "乙"), row("二", "丙"))
    data = render_sheet(sheet_template(), "t.xlsx", FIELDS, rows, at=AT, trace=TRACE)
    book = load_workbook(io.BytesIO(data))
    return book, book.worksheets[0]


def bytes_of(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def reread(book: Workbook) -> OpenedSheet:
    return open_sheet(bytes_of(book), prefix="_t_", record="_kept")


def texts(sheet: OpenedSheet) -> dict[object, object]:
    found = {}
    for number in sheet.rows:
        key, text = sheet.at(number, "key"), sheet.at(number, "text")
        if key and key.value:
            found[key.value] = text.value if text else None
    return found


def test_keys_and_record_are_hidden() -> None:
    book, page = exported()
    assert book["_kept"].sheet_state == "veryHidden"
    assert page.column_dimensions["F"].hidden
    assert [page.cell(r, 6).value for r in (3, 4, 5)] == ["K甲", "K乙", "K丙"]


def test_a_renamed_heading_is_known_by_its_place() -> None:
    book, page = exported()
    page["C2"] = "工作内容"
    assert texts(reread(book)) == {"K甲": "甲", "K乙": "乙", "K丙": "丙"}


def test_a_column_without_its_name_is_known_by_its_heading() -> None:
    book, _ = exported()
    del book.defined_names["_t_text"]
    sheet = reread(book)
    assert sheet.columns["text"] == 3
    assert sheet.strangers == ()


def test_a_removed_column_is_not_an_empty_one() -> None:
    book, page = exported()
    book.defined_names["_t_text"].attr_text = "Sheet!#REF!"
    page["C2"] = "别的"
    sheet = reread(book)
    assert sheet.at(3, "text") is None
    assert sheet.strangers == ("别的",)


def test_further_sheets_and_sorted_rows_do_no_harm() -> None:
    book, page = exported()
    book.create_sheet("备注", 0)["A1"] = "看这里"
    for column in (3, 6):
        page.cell(3, column).value, page.cell(5, column).value = (
            page.cell(5, column).value, page.cell(3, column).value,
        )  # fmt: skip
    assert texts(reread(book)) == {"K甲": "甲", "K乙": "乙", "K丙": "丙"}


def test_merged_cells_speak_for_all_rows_but_not_for_other_columns() -> None:
    book, page = exported()
    page.merge_cells("C4:D5")
    sheet = reread(book)
    assert sheet.at(5, "text") == sheet.at(4, "text")
    due = sheet.at(4, "due")
    assert due is not None
    assert due.unknown


def test_a_formula_counts_by_its_result_or_not_at_all() -> None:
    book, page = exported()
    page["C3"] = "=A1"
    held = reread(book).at(3, "text")
    assert held is not None
    assert (held.value, bool(held.unknown)) == (None, True)


def with_part(name: str, body: bytes, data: bytes | None = None) -> bytes:
    out = io.BytesIO(data or bytes_of(exported()[0]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, body)
    return out.getvalue()


def with_sheet(more: str, before: str = "</worksheet>", data: bytes | None = None) -> bytes:
    """The exported table with something put into the XML of its sheet before a mark."""
    old, out = zipfile.ZipFile(io.BytesIO(data or bytes_of(exported()[0]))), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = old.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                body = body.replace("<v />", "<v/>").replace("<v></v>", "<v/>")
                body = body.replace(before, more + before, 1).replace("</v><v/>", "</v>")
            new.writestr(name, body)
    return out.getvalue()


def test_a_formula_that_carries_its_result_counts_by_it() -> None:
    book, page = exported()
    page["C3"] = "=A1"
    data = with_sheet("<v>12.5</v>", "<v/>", bytes_of(book))
    held = open_sheet(data, prefix="_t_", record="_kept").at(3, "text")
    assert held is not None
    assert (held.value, held.unknown) == (Decimal("12.5"), "")


def _plain_book() -> bytes:
    return bytes_of(Workbook())


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: OLE, "old_format"),
        (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (lambda: b"PK\x03\x04 but not a package", "not_office"),
        (lambda: b"", "not_office"),
        (lambda: with_part("xl/vbaProject.bin", b"x"), "macros"),
        (lambda: with_part("xl/bomb.bin", bytes(130 * 1024 * 1024)), "too_large"),
        (lambda: with_part("xl/x.xml", b'<?xml version="1.0"?><!DOCTYPE a []><a/>'), "entities"),
        (lambda: with_sheet('<mergeCell ref="A9:XFD1048576"/>'), "too_large"),
        (lambda: with_sheet('<hyperlink r:id="x" ref="A9:XFD1048576"/>'), "too_large"),
        (lambda: with_sheet("<c/>" * 1_000_001), "too_large"),
        (_plain_book, "no_record"),
        (lambda: with_part("only.txt", b"x", _empty_zip()), "unreadable"),
    ],
)
def test_what_is_no_table_of_ours_is_refused_by_name(make: object, code: str) -> None:
    with pytest.raises(PaperError) as caught:
        open_sheet(make(), prefix="_t_", record="_kept")  # type: ignore[operator]
    assert caught.value.code == code


def _empty_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w"):
        pass
    return out.getvalue()
