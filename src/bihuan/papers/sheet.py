"""Fills a template workbook (Excel 模板): repeats the pattern row, merges equal cells, sets up the pages."""

import io
import re
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.utils import get_column_letter, quote_sheetname, range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bihuan.papers.markers import Marked
from bihuan.papers.packing import repack
from bihuan.papers.sheet_template import SheetTemplate, read_sheet_template
from bihuan.papers.values import Fields, Filling, Value, as_text, clean, groups

A3 = 8
FORMULA = ("=", "+", "-", "@", "\t")
ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x0041_ as A
STYLE = "_style"  # font, border, fill, format and all of a cell at once; openpyxl has no public name for it
FOOTER = "第 &P 页 共 &N 页"


@dataclass(frozen=True)
class Trace:
    """By what a filled sheet is known when it comes back: hidden key columns, column names, a hidden sheet."""

    prefix: str  # of the defined names
    keys: Mapping[str, str]  # field → heading of its hidden column
    sheet: str
    record: Sequence[Sequence[str]]


def render_sheet(
    template: bytes,
    name: str,
    fields: Fields,
    filling: Filling,
    *,
    at: datetime,
    trace: Trace | None = None,
) -> bytes:
    """The filled workbook; the same input gives the same bytes. PaperError where the template is unfit."""
    found = read_sheet_template(template, name, fields)
    for (row, column), mark in found.heads.items():
        _write(found.sheet.cell(row, column), mark.filled(filling.head))
    more = max(0, len(filling.rows) - 1)
    _move_down(found.sheet, found.pattern, more)
    _stretch(found.sheet, found.pattern, more)
    _fill_rows(found, filling)
    _merge_rows(found, filling)
    _set_up_pages(found)
    if trace:
        _leave_trace(found, filling, trace)
    out = io.BytesIO()
    found.book.save(out)
    return repack(out.getvalue(), at)


def field_columns(template: bytes, name: str, fields: Fields) -> list[tuple[str, str]]:
    """The columns of the template from left to right: the field that stands alone in it, or "", and its heading."""
    found = read_sheet_template(template, name, fields)
    return [
        (mark.whole if mark.whole in fields.row else "", heading_of(found, column))
        for column, mark in sorted(found.columns.items())
    ]


def heading_of(template: SheetTemplate, column: int) -> str:
    """What stands over a column: the lowest heading, that of a merged cell included."""
    sheet, row = template.sheet, template.header
    for merged in sheet.merged_cells.ranges:
        if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
            row, column = merged.min_row, merged.min_col
            break
    return "".join(str(sheet.cell(row, column).value or "").split())


def _write(cell: Cell | MergedCell, value: Value) -> None:
    assert isinstance(cell, Cell), "a pattern row must not be merged"
    value = clean(value)
    if isinstance(value, Decimal):
        cell.value = int(value) if value == value.to_integral_value() else float(value)
    else:
        cell.value = value
    if isinstance(value, str):
        cell.value = ESCAPE.sub("_x005F_", value)
        cell.data_type = "s"  # never a formula, whatever it begins with
        if value.startswith(FORMULA):
            cell.quotePrefix = True


def _move_down(sheet: Worksheet, pattern: int, more: int) -> None:
    """Make room: what stands below the pattern row moves down with its merges and heights."""
    if not more or sheet.max_row <= pattern:
        return
    last = sheet.max_row
    below = [merged for merged in sheet.merged_cells.ranges if merged.min_row > pattern]
    for merged in below:
        sheet.unmerge_cells(merged.coord)
    heights = {row: sheet.row_dimensions[row].height for row in range(pattern + 1, last + 1)}
    corner = get_column_letter(sheet.max_column)
    sheet.move_range(f"A{pattern + 1}:{corner}{last}", rows=more)
    for merged in below:
        moved = CellRange(merged.coord)
        moved.shift(row_shift=more)
        sheet.merge_cells(moved.coord)
    for row in heights:
        sheet.row_dimensions[row].height = None
    for row, height in heights.items():
        sheet.row_dimensions[row + more].height = height


def _stretch(sheet: Worksheet, pattern: int, more: int) -> None:
    """Let choices and colours of the pattern row hold for every row made from it."""
    for rule in sheet.data_validations.dataValidation:
        for area in list(rule.sqref.ranges):
            if area.min_row <= pattern <= area.max_row:
                area.max_row += more
    old, sheet.conditional_formatting = sheet.conditional_formatting, ConditionalFormattingList()
    for formatting in old:
        areas = [CellRange(str(area)) for area in formatting.sqref.ranges]
        for area in areas:
            if area.min_row <= pattern <= area.max_row:
                area.max_row += more
        for rule in formatting.rules:
            sheet.conditional_formatting.add(" ".join(area.coord for area in areas), rule)
    if sheet.auto_filter.ref:
        area = CellRange(sheet.auto_filter.ref)
        area.max_row = max(area.max_row, pattern + more)
        sheet.auto_filter.ref = area.coord
    if sheet.print_area:
        _stretch_print_area(sheet, pattern, more)


def _stretch_print_area(sheet: Worksheet, pattern: int, more: int) -> None:
    left, top, right, bottom = range_boundaries(
        str(sheet.print_area).split("!")[-1].replace("$", "")
    )
    if left and right and bottom and bottom >= pattern:
        sheet.print_area = (
            f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom + more}"
        )


def _fill_rows(found: SheetTemplate, filling: Filling) -> None:
    sheet, pattern = found.sheet, found.pattern
    patterns = [sheet.cell(pattern, c) for c in range(1, sheet.max_column + 1)]
    styles = [copy(_style(cell)) for cell in patterns]
    height = sheet.row_dimensions[pattern].height
    for column in found.columns:
        sheet.cell(pattern, column).value = None
    for index, values in enumerate(filling.rows):
        row = pattern + index
        if height:
            sheet.row_dimensions[row].height = height
        for column, style in enumerate(styles, start=1):
            cell = sheet.cell(row, column)
            setattr(cell, STYLE, copy(style))
            if mark := found.columns.get(column):
                _write(cell, mark.filled({**filling.head, **values}))


def _style(cell: Cell | MergedCell) -> object:
    return getattr(cell, STYLE)


def _merge_rows(found: SheetTemplate, filling: Filling) -> None:
    merging = [(c, mark) for c, mark in sorted(found.columns.items()) if mark.merges]
    texts = [[_text(mark, values, filling) for values in filling.rows] for _, mark in merging]
    for (column, _), runs in zip(merging, groups(texts), strict=True):
        for first, last in runs:
            found.sheet.merge_cells(
                start_row=found.pattern + first, end_row=found.pattern + last,
                start_column=column, end_column=column,
            )  # fmt: skip


def _text(mark: Marked, values: Mapping[str, Value], filling: Filling) -> str:
    return as_text(mark.filled({**filling.head, **values}))


def _set_up_pages(found: SheetTemplate) -> None:
    """What the template does not say itself: A3 landscape, one page wide, headings on each page, page numbers."""
    sheet = found.sheet
    setup = sheet.page_setup
    setup.orientation = setup.orientation or "landscape"
    setup.paperSize = setup.paperSize or A3
    fit = sheet.sheet_properties.pageSetUpPr
    if not fit or not fit.fitToPage:
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        setup.fitToWidth, setup.fitToHeight = 1, 0
    if not sheet.print_title_rows:
        sheet.print_title_rows = f"{_first_header(found)}:{found.header}"
    if not sheet.freeze_panes:
        sheet.freeze_panes = f"A{found.pattern}"
    footer = sheet.oddFooter.center if sheet.oddFooter is not None else None
    if footer is not None and not footer.text:
        footer.text = FOOTER


def _first_header(found: SheetTemplate) -> int:
    """The first row of the headings: merged headings reach up from the row above the pattern."""
    merged = found.sheet.merged_cells.ranges
    reach: list[int] = [m.min_row for m in merged if m.min_row <= found.header <= m.max_row]
    return min([found.header, *reach])


def _leave_trace(found: SheetTemplate, filling: Filling, trace: Trace) -> None:
    sheet = found.sheet
    for column, mark in found.columns.items():
        if mark.whole:
            _name(found, f"{trace.prefix}{mark.whole}", column)
    first = sheet.max_column + 1
    for column, (field, heading) in enumerate(trace.keys.items(), start=first):
        sheet.column_dimensions[get_column_letter(column)].hidden = True
        _write(sheet.cell(found.header, column), heading)
        for index, values in enumerate(filling.rows):
            _write(sheet.cell(found.pattern + index, column), values.get(field))
        _name(found, f"{trace.prefix}{field}", column)
    kept = found.book.create_sheet(trace.sheet)
    kept.sheet_state = "veryHidden"
    for row, texts in enumerate(trace.record, start=1):
        for column, text in enumerate(texts, start=1):
            if text:
                _write(kept.cell(row, column), text)


def _name(found: SheetTemplate, name: str, column: int) -> None:
    """A hidden name for the heading's cell: it goes where the column goes."""
    place = f"{quote_sheetname(found.sheet.title)}!${get_column_letter(column)}${found.header}"
    found.book.defined_names[name] = DefinedName(name, attr_text=place, hidden=True)
