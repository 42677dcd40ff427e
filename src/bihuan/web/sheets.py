"""Lists of cases as a workbook (导出 Excel): what the list shows, no personal value. Reads nothing."""

import io
from collections.abc import Sequence
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
WIDTHS = (18, 14, 48, 14, 24, 18, 18, 18)


def sheet_of(lines: Sequence[Line], now: datetime) -> bytes:
    """The rows under a heading that stays in sight; text is never taken for a formula."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = gettext("办件")
    rows = [_heading(), *(_row(line) for line in lines)]
    for y, row in enumerate(rows, 1):
        for x, text in enumerate(row, 1):
            cell = sheet.cell(y, x)
            cell.value = str(clean(text))
            cell.data_type = "s"
            cell.font = Font(bold=y == 1)
    for x, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(x)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    book.properties.created = book.properties.modified = now.replace(tzinfo=None)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _heading() -> tuple[str, ...]:
    return (
        gettext("编号"), gettext("事项"), gettext("标题"), gettext("环节"), gettext("承办"),
        gettext("时限"), gettext("登记时间"), gettext("办结时间"),
    )  # fmt: skip


def _row(line: Line) -> tuple[str, ...]:
    case = line.case
    instants = (case.next_due_at, case.opened_at, case.ended_at)
    owner = unit_name(case.owner_id)
    return (case.number, line.matter, case.title, line.state, owner, *map(moment, instants))
