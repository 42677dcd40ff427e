"""An edited workbook read back: values as the person left them, merged cells spread out, formulas by their result.

Nothing of the file is run, and what is not asked for is not looked at.
"""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bihuan.papers.errors import N_, PaperError
from bihuan.papers.packing import MOST_CELLS, require_package
from bihuan.papers.values import Value

MOST_ROWS = 20_000
MOST_COLUMNS = 400
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Held:
    """What a cell holds; `unknown` says why that cannot be told: a formula without result, a merger across columns."""

    value: Value
    unknown: str = ""


# What openpyxl raises for a workbook that is broken.
BROKEN_BOOK = (
    InvalidFileException, KeyError, ValueError, TypeError, AttributeError, OSError,
    zipfile.BadZipFile, SyntaxError,
)  # fmt: skip
FORMULA, MERGED = N_("公式没有算出的结果"), N_("与左边的列合并了")
NOTHING = Held(None)


@dataclass(frozen=True)
class OpenedSheet:
    """The sheet that came back: rows by number, columns by number, headings with their place, the kept record."""

    title: str
    header: int
    columns: Mapping[str, int]  # field → column
    strangers: tuple[str, ...]  # headings that belong to no field
    rows: Mapping[int, Mapping[int, Held]]
    record: Sequence[Sequence[str]]

    def at(self, row: int, field: str) -> Held | None:
        """What stands in a row under a field; None where the column is gone."""
        column = self.columns.get(field)
        return None if column is None else self.rows[row].get(column, NOTHING)


def open_sheet(data: bytes, *, prefix: str, record: str) -> OpenedSheet:
    """Read a workbook that `render_sheet` left its trace in; PaperError for any other file."""
    require_package(data)
    try:
        results = load_workbook(io.BytesIO(data), data_only=True)
        formulas = load_workbook(io.BytesIO(data))
    except BROKEN_BOOK as error:
        raise unreadable() from error
    kept = _record(results, record)
    sheet, header, named = _named_places(results, prefix)
    columns, strangers = _columns(sheet, header, named, kept)
    rows = _rows(sheet, formulas[sheet.title], header)
    return OpenedSheet(sheet.title, header, columns, strangers, rows, kept)


def unreadable() -> PaperError:
    """A workbook that cannot be read."""
    return PaperError(
        "unreadable",
        N_("Excel 文件读不了，可能已损坏。"),
        remedy=N_("请用 Excel 打开后另存为 .xlsx 再上传。"),
    )


def _record(book: Workbook, name: str) -> list[list[str]]:
    if name not in book.sheetnames:
        raise PaperError(
            "no_record",
            N_("这不是从本系统导出的表：没有随表的登记页。"),
            remedy=N_("请先从计划页导出分解表，在导出的文件上修改；不要把内容复制到新文件。"),
        )
    lines = book[name].iter_rows(values_only=True)
    return [[str(plain(value) or "") for value in line] for line in lines]


def _named_places(book: Workbook, prefix: str) -> tuple[Worksheet, int, dict[str, int]]:
    """The sheet, the row of its headings, and the columns that still carry their names."""
    named: dict[str, int] = {}
    found: tuple[str, int] | None = None
    for name, defined in book.defined_names.items():
        text = defined.attr_text or ""
        if not name.startswith(prefix) or "#REF!" in text or "!" not in text:
            continue
        title, _, place = text.rpartition("!")
        title = title.strip("'").replace("''", "'")
        column, row, _, _ = range_boundaries(place.replace("$", ""))
        if title in book.sheetnames and row and column:
            found = (title, row)
            named[name.removeprefix(prefix)] = column
    if found is None:
        raise PaperError(
            "no_columns",
            N_("表中认不出任何一列。"),
            remedy=N_("请在导出的文件上直接修改，不要重建表头。"),
        )
    sheet = book[found[0]]
    size = sheet.max_row * sheet.max_column
    if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS or size > MOST_CELLS:
        raise PaperError(
            "too_many_rows",
            N_("表有 %(rows)s 行 %(columns)s 列，超过可读的范围。"),
            remedy=N_("请删去表格下方和右侧的空行、空列后再上传。"),
            params={"rows": sheet.max_row, "columns": sheet.max_column},
        )
    return sheet, found[1], named


def _columns(
    sheet: Worksheet,
    header: int,
    named: Mapping[str, int],
    kept: Sequence[Sequence[str]],
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Columns by name; a column whose name was lost is looked for by its heading."""
    headings: dict[str, int] = {}
    for column in range(1, sheet.max_column + 1):
        text = _heading(sheet, header, column)
        if text:
            headings.setdefault(text, column)
    columns = dict(named)
    exported = dict(zip(kept[1], kept[2], strict=False)) if len(kept) > 2 else {}
    for field, heading in exported.items():
        if (
            field
            and field not in columns
            and headings.get(heading) not in (None, *columns.values())
        ):
            columns[field] = headings[heading]
    written = set(kept[2]) if len(kept) > 2 else set()
    strangers = tuple(
        text
        for text, column in headings.items()
        if column not in columns.values() and text not in written
    )
    return columns, strangers


def _heading(sheet: Worksheet, header: int, column: int) -> str:
    for row in range(header, 0, -1):
        value = sheet.cell(row, column).value
        if value not in (None, ""):
            return "".join(str(value).split())
        if not any(sheet.cell(row, column).coordinate in m for m in sheet.merged_cells.ranges):
            return ""
    return ""


def _rows(sheet: Worksheet, formulas: Worksheet, header: int) -> dict[int, dict[int, Held]]:
    rows: dict[int, dict[int, Held]] = {}
    lines, sources = (
        page.iter_rows(min_row=header + 1, max_row=sheet.max_row, values_only=True)
        for page in (sheet, formulas)
    )
    for row, (line, source) in enumerate(zip(lines, sources, strict=True), start=header + 1):
        for column, (value, formula) in enumerate(zip(line, source, strict=True), start=1):
            if value is not None:
                rows.setdefault(row, {})[column] = Held(plain(value))
            elif formula is not None:
                rows.setdefault(row, {})[column] = Held(None, FORMULA)
    for merged in sheet.merged_cells.ranges:
        left, top, right, bottom = merged.bounds
        held = rows.get(top, {}).get(left)
        if held is None or top <= header:
            continue
        for row in range(top, bottom + 1):
            across = dict.fromkeys(range(left + 1, right + 1), Held(None, MERGED))
            rows.setdefault(row, {}).update({left: held, **across})
    return rows


def plain(value: object) -> Value:
    """A cell's value as the papers know it; a time of day counts for nothing, a float reads as it is written."""
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float | Decimal):
        return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))
    return text.replace("\r\n", "\n").replace("\r", "\n")
