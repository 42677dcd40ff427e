"""Reads the tables of an XLSX, DOCX or CSV file as grids of text, merged cells filled. Knows no heading."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from xml.etree.ElementTree import ParseError

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bihuan.kernel.errors import N_, Refusal

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 60


@dataclass(frozen=True)
class Grid:
    """A table: its name in the file, rows of cells from row 1 on, and whether empty cells mean `as above`."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    carries: bool = False
    title: str = ""


def read_grids(data: bytes, name: str) -> tuple[Grid, ...]:
    """Every table of the file; a Refusal for what cannot be read."""
    suffix = PurePath(name).suffix.lower()
    reader = _READERS.get(suffix)
    if reader is None:
        raise Refusal(
            "table_format",
            N_("不能读取“%(name)s”：不认识的文件类型。"),
            remedy=N_("请提供 .xlsx、.docx 或 .csv；旧的 .xls、.doc 请先另存为新格式。"),
            params={"name": name},
        )
    if len(data) > MAX_BYTES or _unpacked(data) > MAX_UNPACKED:
        raise Refusal(
            "table_size",
            N_("不能读取“%(name)s”：文件过大。"),
            remedy=N_("请只保留任务分解表所在的工作表。"),
            params={"name": name},
        )
    try:
        return tuple(reader(data))
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        PackageNotFoundError,
        ParseError,
        UnicodeError,
        csv.Error,
        KeyError,
        ValueError,
    ) as error:
        raise Refusal(
            "table_broken",
            N_("不能读取“%(name)s”：文件损坏或已加密。"),
            remedy=N_("请用办公软件打开后重新保存，去掉密码再试。"),
            params={"name": name},
        ) from error


def _unpacked(data: bytes) -> int:
    if not data.startswith(b"PK"):
        return 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return sum(entry.file_size for entry in packed.infolist())
    except zipfile.BadZipFile:
        return 0


def _xlsx(data: bytes) -> Iterator[Grid]:
    book = load_workbook(io.BytesIO(data), data_only=True)
    for sheet in book.worksheets:
        height, width = min(sheet.max_row, MAX_ROWS), min(sheet.max_column, MAX_COLUMNS)
        cells = [
            ["" if value is None else str(value).strip() for value in row]
            for row in sheet.iter_rows(max_row=height, max_col=width, values_only=True)
        ]
        for merged in sheet.merged_cells.ranges:
            top, left = merged.min_row - 1, merged.min_col - 1
            for row in range(top, min(merged.max_row, len(cells))):
                for column in range(left, min(merged.max_col, width)):
                    cells[row][column] = cells[top][left]
        yield Grid(sheet.title, tuple(tuple(row) for row in cells))


def _docx(data: bytes) -> Iterator[Grid]:
    document = Document(io.BytesIO(data))
    title = " ".join(paragraph.text for paragraph in document.paragraphs[:20])
    for number, table in enumerate(document.tables, 1):
        # A merged cell stands in every place that it covers.
        rows = [
            tuple(cell.text.strip() for cell in row.cells)[:MAX_COLUMNS]
            for row in table.rows[:MAX_ROWS]
        ]
        width = max((len(row) for row in rows), default=0)
        filled = tuple(row + ("",) * (width - len(row)) for row in rows)
        yield Grid(f"第{number}个表格", filled, title=title)


def _csv(data: bytes) -> Iterator[Grid]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    dialect = "excel-tab" if text.count("\t") > text.count(",") else "excel"
    rows = [
        tuple(cell.strip() for cell in row)[:MAX_COLUMNS]
        for row in csv.reader(io.StringIO(text, newline=""), dialect)
    ][:MAX_ROWS]
    width = max((len(row) for row in rows), default=0)
    # CSV cannot merge: what was one cell over several rows stands in the first of them.
    yield Grid("", tuple(row + ("",) * (width - len(row)) for row in rows), carries=True)


_READERS: dict[str, Callable[[bytes], Iterator[Grid]]] = {
    ".xlsx": _xlsx,
    ".xlsm": _xlsx,
    ".docx": _docx,
    ".csv": _csv,
    ".txt": _csv,
}
