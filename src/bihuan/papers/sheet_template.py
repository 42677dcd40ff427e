"""A template workbook read: one sheet, its pattern row, and the markers of the whole. Fills nothing."""

import io
import zipfile
from dataclasses import dataclass

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bihuan.papers.errors import N_, PaperError, broken, unknown_marker
from bihuan.papers.markers import Marked, marked
from bihuan.papers.values import Fields

Place = tuple[int, int]  # row, column, from 1


@dataclass(frozen=True)
class SheetTemplate:
    """The open workbook with what was found in it."""

    book: Workbook
    sheet: Worksheet
    pattern: int  # the row that is repeated
    columns: dict[int, Marked]  # of the pattern row
    heads: dict[Place, Marked]  # everywhere else

    @property
    def header(self) -> int:
        """The row with the names of the columns: the one above the pattern row."""
        return self.pattern - 1


def read_sheet_template(data: bytes, name: str, fields: Fields) -> SheetTemplate:
    """Open and check a template; PaperError with marker and cell where it cannot be used."""
    try:
        book = load_workbook(io.BytesIO(data))
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise broken(name, str(error)) from error
    if len(book.worksheets) != 1:
        raise PaperError(
            "sheets",
            N_("模板“%(name)s”应只有一张工作表，现有 %(count)s 张。"),
            remedy=N_("请删去多余的工作表。"),
            params={"name": name, "count": len(book.worksheets)},
        )
    return _sorted_out(book, book.worksheets[0], name, fields)


def _sorted_out(book: Workbook, sheet: Worksheet, name: str, fields: Fields) -> SheetTemplate:
    heads: dict[Place, Marked] = {}
    rows: dict[int, dict[int, Marked]] = {}
    for number, line in enumerate(sheet.iter_rows(), start=1):
        for column, cell in enumerate(line, start=1):
            place = str(cell.coordinate)
            found = marked(cell.value, name, place)
            if found is None:
                continue
            for field in found.fields:
                if field not in fields.head | fields.row:
                    raise unknown_marker(name, field, place)
            if any(field in fields.row for field in found.fields):
                rows.setdefault(number, {})[column] = found
            else:
                heads[number, column] = found
    return _with_one_pattern(SheetTemplate(book, sheet, 0, {}, heads), rows, name)


def _with_one_pattern(
    template: SheetTemplate, rows: dict[int, dict[int, Marked]], name: str
) -> SheetTemplate:
    if len(rows) != 1:
        raise PaperError(
            "pattern_row",
            N_("模板“%(name)s”应有且只有一行逐行重复的标记，现有 %(count)s 行（%(rows)s）。"),
            remedy=N_("请把任务的各项标记写在同一行，表头写在它上面一行。"),
            params={"name": name, "count": len(rows), "rows": ", ".join(map(str, rows)) or "-"},
        )
    pattern, columns = next(iter(rows.items()))
    if any(m.min_row <= pattern <= m.max_row for m in template.sheet.merged_cells.ranges):
        raise PaperError(
            "pattern_merged",
            N_("模板“%(name)s”的标记行（第 %(row)s 行）中有合并的单元格。"),
            remedy=N_("请拆开；要合并上下相同的内容写作 {{ 名称 | merge }}。"),
            params={"name": name, "row": pattern},
        )
    if pattern == 1:
        raise PaperError(
            "no_header",
            N_("模板“%(name)s”的第一行就是标记行，没有表头。"),
            remedy=N_("请在标记行上面留一行表头。"),
            params={"name": name},
        )
    inside = {column: mark for (row, column), mark in template.heads.items() if row == pattern}
    heads = {place: mark for place, mark in template.heads.items() if place[0] != pattern}
    return SheetTemplate(template.book, template.sheet, pattern, columns | inside, heads)
