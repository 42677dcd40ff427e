"""The decomposition table as a file (分解表导出): Excel with a trace to bring it back by, Word to print."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core import signing

from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import Refusal
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.acting import Acting
from bihuan.papers import (
    Filling,
    PaperError,
    Trace,
    as_text,
    check_document,
    clean,
    field_columns,
    missing,
    read_sheet_template,
    render_document,
    render_sheet,
    require_package,
)
from bihuan.plan.table import EDITABLE, FIELDS, KEYS, TableRow, head_of_paper, table_rows

FOLDER = "papers"
SHEET, WORD = "decomposition.xlsx", "decomposition.docx"
PREFIX, RECORD = "_bh_", "_bihuan"
KIND, VERSION = "bihuan-table", "1"
SALT = "bihuan.table"
Line = tuple[str, ...]


def refused(error: PaperError) -> Refusal:
    """What a paper says no to, as the pages say it."""
    return Refusal(error.code, error.message, remedy=error.remedy, params=error.params)


def table_sheet(report: Case, actings: Sequence[Acting], now: datetime) -> bytes:
    """The table as an Excel file that can be corrected and brought back; the same rows give the same bytes."""
    rows = table_rows(report, actings, now)
    try:
        template = template_of(SHEET)
        columns = field_columns(template, SHEET, FIELDS)
        trace = Trace(PREFIX, KEYS, RECORD, record_of(report, rows, columns, now))
        filling = Filling(head_of_paper(report, rows, now), [row.shown for row in rows])
        return render_sheet(template, SHEET, FIELDS, filling, at=now, trace=trace)
    except PaperError as error:
        raise refused(error) from error


def table_document(report: Case, actings: Sequence[Acting], now: datetime) -> bytes:
    """The table as a Word file to be printed and issued."""
    rows = table_rows(report, actings, now)
    filling = Filling(head_of_paper(report, rows, now), [row.shown for row in rows])
    try:
        return render_document(template_of(WORD), WORD, FIELDS, filling, at=now)
    except PaperError as error:
        raise refused(error) from error


def require_office_file(data: bytes) -> None:
    """Refuse what is encrypted, old, with macros, too large when unpacked, or no office file at all."""
    try:
        require_package(data)
    except PaperError as error:
        raise refused(error) from error


def template_of(name: str, catalog: Path | None = None) -> bytes:
    """A template of the city's catalog; PaperError where there is none."""
    path = (catalog or Path(settings.BIHUAN_CATALOG)) / FOLDER / name
    if not path.is_file():
        raise missing(name)
    return path.read_bytes()


def check_templates(catalog: Path) -> list[str]:
    """What is wrong with a catalog's templates, one line each; a catalog without templates is sound."""
    problems = []
    for name, check in ((SHEET, read_sheet_template), (WORD, check_document)):
        if (catalog / FOLDER / name).exists():
            try:
                check(template_of(name, catalog), name, FIELDS)
            except PaperError as error:
                problems.append(f"{catalog / FOLDER / name}: {error}")
    return problems


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
