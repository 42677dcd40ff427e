"""Lists of cases as a workbook (导出 Excel): the columns that the list shows, no personal value. Reads nothing."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from bihuan.papers.values import clean
from bihuan.web.lines import Line
from bihuan.web.templatetags.shown import moment, unit_name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 5000
WIDTHS = (18, 14, 48)  # number, matter, title; the rest are as wide as a date


def sheet_of(
    lines: Sequence[Line], columns: Mapping[str, str], now: datetime, *, is_cut: bool = False
) -> bytes:
    """The rows under a heading that stays in sight; text is never taken for a formula. A list that was cut says so below."""
    head = (
        gettext("编号"),
        gettext("事项"),
        gettext("标题"),
        *columns.values(),
        gettext("办结时间"),
    )
    rows = [head, *(_row(line, columns) for line in lines)]
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = gettext("办件")
    told = gettext("清单超过 %(most)s 行，只导出前 %(most)s 行；请缩小条件后分次导出。") % {
        "most": MOST_ROWS
    }
    for y, row in enumerate([*rows, (told,)] if is_cut else rows, 1):
        for x, text in enumerate(row, 1):
            cell = sheet.cell(y, x)
            cell.value = str(clean(text))
            cell.data_type = "s"
            if y == 1:
                cell.font = Font(bold=True)
    for x in range(1, len(head) + 1):
        sheet.column_dimensions[get_column_letter(x)].width = (
            WIDTHS[x - 1] if x <= len(WIDTHS) else 18
        )
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(head))}{len(rows)}"
    book.properties.created = book.properties.modified = now.replace(tzinfo=None)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _row(line: Line, columns: Mapping[str, str]) -> tuple[str, ...]:
    case = line.case
    standing = {
        "state": lambda: line.state,
        "owner": lambda: unit_name(case.owner_id),
        "due": lambda: moment(case.next_due_at),
        "opened": lambda: moment(case.opened_at),
        "moved": lambda: moment(case.moved_at),
    }
    cells = [standing[n]() if n in standing else line.said.get(n, "") for n in columns]
    return (case.number, line.matter, case.title, *cells, moment(case.ended_at))
