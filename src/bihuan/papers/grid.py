"""A table of another system read as it is: the first sheet of a workbook, or a CSV file. Knows no heading and no template."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from openpyxl import load_workbook

from bihuan.papers.errors import N_, PaperError
from bihuan.papers.opened import BROKEN_BOOK, plain, unreadable
from bihuan.papers.packing import require_package
from bihuan.papers.values import Value

MOST_ROWS = 20_000
MOST_COLUMNS = 400
LONGEST_CELL = 100_000
ENCODINGS = ("utf-8-sig", "gb18030")
Grid = list[
    tuple[int, list[Value]]
]  # row number as a table program shows it, and its cells; empty rows are left out


def open_grid(data: bytes, name: str) -> Grid:
    """The rows of an .xlsx or .csv file that hold anything; a PaperError that says what is wrong with the file."""
    rows = _csv_rows(data) if name.lower().endswith(".csv") else _sheet_rows(data)
    grid: Grid = []
    for number, cells in rows:
        if len(grid) > MOST_ROWS or len(cells) > MOST_COLUMNS:
            raise PaperError(
                "too_large_table",
                N_("表超过 %(rows)s 行或 %(columns)s 列。"),
                remedy=N_("请分成几个文件，并删去右侧的空列。"),
                params={"rows": MOST_ROWS, "columns": MOST_COLUMNS},
            )
        if any(cell not in (None, "") for cell in cells):
            grid.append((number, cells))
    return grid


def _sheet_rows(data: bytes) -> Iterator[tuple[int, list[Value]]]:
    require_package(data)
    try:
        book = load_workbook(io.BytesIO(data), data_only=True, read_only=True)
        sheet = next((s for s in book.worksheets if s.sheet_state == "visible"), None)
        if sheet is None:
            return
        sheet.reset_dimensions()  # what a file says of its own size is not believed
        for number, line in enumerate(sheet.iter_rows(values_only=True), 1):
            yield number, [_kept(value) for value in line]
    except BROKEN_BOOK as error:
        raise unreadable() from error


def _kept(value: object) -> Value:
    """A cell's value; an instant keeps its time of day, as text."""
    if isinstance(value, datetime) and (value.hour or value.minute):
        return value.strftime("%Y-%m-%d %H:%M")
    return plain(value)


def _csv_rows(data: bytes) -> Iterator[tuple[int, list[Value]]]:
    text = decoded(data).replace("\0", "")
    first = text.partition("\n")[0]
    mark = max(",\t;", key=first.count)
    usual = csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        for number, cells in enumerate(reader, 1):
            yield number, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise PaperError(
            "bad_csv",
            N_("第 %(row)s 行不是完整的 CSV：%(error)s。"),
            remedy=N_("请检查该行的引号和分隔符，另存为 CSV 后重试。"),
            params={"row": reader.line_num, "error": str(error)},
        ) from error
    finally:
        csv.field_size_limit(usual)


def decoded(data: bytes) -> str:
    """Text in UTF-8 or in GB18030 (GBK); a PaperError for any other."""
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            row = data.count(b"\n", 0, error.start) + 1
    raise PaperError(
        "bad_encoding",
        N_("第 %(row)s 行既不是 UTF-8，也不是 GB18030 编码。"),
        remedy=N_("请用表格软件打开，另存为“CSV UTF-8”后重试。"),
        params={"row": row},
    )
