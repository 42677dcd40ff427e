"""What an exported table remembers of its export (登记页): report, columns, each row's event and cells. Signed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core import signing

from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.matters.fields import Json
from bihuan.papers import OpenedSheet, PaperError, as_text, clean, open_sheet
from bihuan.plan.table import EDITABLE, KEYS, TableRow

PREFIX, RECORD = "_bh_", "_bihuan"
KIND, VERSION = "bihuan-table", "1"
SALT = "bihuan.table"
Line = tuple[str, ...]


@dataclass(frozen=True)
class Record:
    """The record of a table that came back, checked: of each case its cells as (value, shown text)."""

    exported_at: datetime
    headings: Mapping[str, str]
    rows: Mapping[str, Mapping[str, tuple[Json, str]]]


def refused(error: PaperError) -> Refusal:
    """What a paper says no to, as the pages say it."""
    return Refusal(error.code, error.message, remedy=error.remedy, params=error.params)


def opened_table(data: bytes) -> OpenedSheet:
    """The sheet of an uploaded table; a Refusal for any other file."""
    try:
        return open_sheet(data, prefix=PREFIX, record=RECORD)
    except PaperError as error:
        raise refused(error) from error


def report_named_in(data: bytes) -> str:
    """The number of the report that a table belongs to."""
    lines = opened_table(data).record
    return lines[0][2] if lines and len(lines[0]) > 2 else ""


def read_record(sheet: OpenedSheet, report: Case) -> Record:
    """The record of this report's table; a Refusal where it was altered or names another report."""
    lines = sheet.record
    first = list(lines[0]) if lines else []
    if first[:2] != [KIND, VERSION] or len(lines) < 3 or len(first) < 5:
        raise _spoiled()
    if first[4] != signature(first[:4], lines[1:]):
        raise _spoiled()
    if first[2] != report.number:
        raise Refusal(
            "other_report",
            N_("这是另一份报告（%(found)s）的分解表，不是 %(wanted)s 的。"),
            remedy=N_("请到那份报告的计划页导入。"),
            params={"found": first[2], "wanted": report.number},
        )
    if "number" not in sheet.columns:
        raise Refusal(
            "no_numbers",
            N_("隐藏的“件号”列被删去了，认不出哪一行是哪一件。"),
            remedy=N_("请重新导出分解表，在新文件上修改，保留隐藏的列。"),
        )
    fields = lines[1][2:]
    rows = {
        line[0]: {
            name: (kept[0], str(kept[1]))
            for name, text in zip(fields, line[2:], strict=False)
            if name and (kept := json.loads(text))
        }
        for line in lines[3:]
        if line[0]
    }
    headings = dict(zip(fields, lines[2][2:], strict=False))
    return Record(datetime.fromisoformat(first[3]), headings, rows)


def _spoiled() -> Refusal:
    return Refusal(
        "record_altered",
        N_("随表的登记页被改动过，或由别的系统导出。"),
        remedy=N_("请重新导出分解表，在新文件上修改。"),
    )


def record_of(
    report: Case, rows: Sequence[TableRow], columns: Sequence[tuple[str, str]], now: datetime
) -> list[Line]:
    """What the file remembers of its export: report, columns, and of each row its event and its cells. Signed."""
    fields = [field for field, _ in columns]
    lines: list[Line] = [
        (*KEYS, *fields),
        (*KEYS.values(), *(heading for _, heading in columns)),
        *(_remembered(row, fields) for row in rows),
    ]
    lines = [tuple(str(clean(text)) for text in line) for line in lines]
    first = (KIND, VERSION, report.number, now.isoformat())
    return [(*first, signature(first, lines)), *lines]


def signature(first: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Seals the record, so that what was exported is what we say was exported."""
    trimmed = [list(_trimmed(line)) for line in (first, *lines)]
    return signing.Signer(salt=SALT).signature(json.dumps(trimmed, ensure_ascii=False))


def _trimmed(line: Sequence[str]) -> Sequence[str]:
    """Without the empty cells at the end, which a sheet does not keep apart."""
    last = max((place for place, text in enumerate(line, start=1) if text), default=0)
    return line[:last]


def _remembered(row: TableRow, fields: Sequence[str]) -> Line:
    cells = [_cell(field, row.raw, row) for field in fields]
    return (row.case.number, str(row.case.seq), *cells)


def _cell(field: str, raw: Mapping[str, Json], row: TableRow) -> str:
    if not field:
        return ""
    kept = [raw[field] if field in EDITABLE else None, as_text(clean(row.shown.get(field)))]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
