"""The decomposition table as a file (分解表导出): Excel with a trace to bring it back by, Word to print."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings

from bihuan.kernel.cases.models import Case
from bihuan.kernel.catalog.layers import file_of
from bihuan.kernel.orgs.acting import Acting
from bihuan.papers import (
    Filling,
    PaperError,
    Trace,
    check_document,
    field_columns,
    missing,
    read_sheet_template,
    render_document,
    render_sheet,
    require_package,
)
from bihuan.plan.table import FIELDS, KEYS, head_of_paper, table_rows
from bihuan.plan.table_record import PREFIX, RECORD, record_of, refused

FOLDER = "papers"
SHEET, WORD = "decomposition.xlsx", "decomposition.docx"


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
    path = file_of(catalog or Path(settings.BIHUAN_CATALOG), f"{FOLDER}/{name}")
    if not path.is_file():
        raise missing(name)
    return path.read_bytes()


def check_templates(catalog: Path) -> list[str]:
    """What is wrong with a catalog's templates, one line each; a catalog without templates is sound."""
    problems = []
    for name, check in ((SHEET, read_sheet_template), (WORD, check_document)):
        if file_of(catalog, f"{FOLDER}/{name}").exists():
            try:
                check(template_of(name, catalog), name, FIELDS)
            except PaperError as error:
                problems.append(f"{catalog / FOLDER / name}: {error}")
    return problems
