"""An edited decomposition table read (分解表导入): what differs from the export and from the present. Writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bihuan.kernel.cases.city import city, matter_at
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.matters.fields import Json, is_empty
from bihuan.kernel.orgs.acting import Acting
from bihuan.papers import Held, OpenedSheet, Value, as_text
from bihuan.plan.reading import commitments_of
from bihuan.plan.rules import targets_of
from bihuan.plan.table import EDITABLE, QUARTERS, TableRow, show, table_rows
from bihuan.plan.table_record import Record, opened_table, read_record
from bihuan.plan.table_refusals import closed, drawn, gone, twice
from bihuan.plan.table_values import (
    SUGGESTED,
    Names,
    names_of_posts,
    names_of_units,
    read_code,
    read_day,
    read_number,
    read_targets,
    read_text,
    read_units,
    squeezed,
)

CHANGE, CONFLICT, REFUSED = "change", "conflict", "refused"
SILENT = ("seq",)  # people renumber; nobody means anything by it
PROSE = ("title", "goal", "measures", "standard", *QUARTERS)


@dataclass(frozen=True)
class Difference:
    """One cell that a person changed: what was exported, what stands now, what they wrote."""

    column: str
    label: str
    exported: str
    current: str
    yours: str
    kind: str
    raw: Json = None
    refusal: Refusal | None = None


@dataclass(frozen=True)
class RowChange:
    """A row that differs: of a task, of a commitment that is not decomposed yet, or a new one without a case."""

    row: int
    number: str
    title: str
    commitment: str
    differences: tuple[Difference, ...] = ()
    refusal: Refusal | None = None
    current: TableRow | None = None

    @property
    def is_new(self) -> bool:
        """True for a row that names no case."""
        return not self.number


@dataclass(frozen=True)
class Table:
    """A table that came back: rows that differ, and what else is to be said of it."""

    report: Case
    changes: tuple[RowChange, ...]
    exported_at: datetime
    absent: tuple[str, ...] = ()  # exported cases that the table lacks now
    removed: tuple[str, ...] = ()  # headings of columns that are gone
    strangers: tuple[str, ...] = ()  # headings that belong to no column


@dataclass
class _Reading:
    """One table being read."""

    sheet: OpenedSheet
    record: Record
    rows: Mapping[str, TableRow]
    commitments: Mapping[str, Case]
    year: int
    units: Names = field(default_factory=lambda: names_of_units(city()))
    posts: Names = field(default_factory=lambda: names_of_posts(city()))


def read_table(data: bytes, report: Case, actings: Sequence[Acting], now: datetime) -> Table:
    """Compare an edited table with its export and with the present; a Refusal for what is no table of this report."""
    sheet = opened_table(data)
    record = read_record(sheet, report)
    reading = _Reading(
        sheet,
        record,
        {row.case.number: row for row in table_rows(report, actings, now)},
        {case.number: case for case in commitments_of(report)},
        int(report.data["year"]),
    )
    seen: dict[str, int] = {}
    changes = [c for row in sorted(sheet.rows) if (c := _row(reading, row, seen))]
    removed = [h for f, h in record.headings.items() if f and f not in sheet.columns]
    return Table(
        report, tuple(changes), record.exported_at,
        tuple(number for number in record.rows if number not in seen),
        tuple(removed), sheet.strangers,
    )  # fmt: skip


def _row(reading: _Reading, row: int, seen: dict[str, int]) -> RowChange | None:
    number = squeezed(_value(reading, row, "number"))
    if not number:
        return _new_row(reading, row)
    if number in seen:
        return RowChange(row, number, "", "", refusal=twice(number, seen[number]))
    seen[number] = row
    current = reading.rows.get(number)
    if number not in reading.record.rows or current is None:
        return RowChange(row, number, "", "", refusal=gone(number, reading.commitments))
    differences = [
        found
        for column, (raw, shown) in reading.record.rows[number].items()
        if (found := _difference(reading, row, column, raw, shown, current))
    ]
    if not differences:
        return None
    commitment = current.commitment.number
    return RowChange(
        row, number, current.case.title, commitment, tuple(differences), current=current
    )


def _value(reading: _Reading, row: int, column: str) -> Value:
    held = reading.sheet.at(row, column)
    return held.value if held else None


def _difference(
    reading: _Reading, row: int, column: str, raw: Json, shown: str, current: TableRow
) -> Difference | None:
    held = reading.sheet.at(row, column)
    if held is None or column in SILENT or _same_text(column, held, shown):
        return None
    label = reading.record.headings.get(column, column)
    if column not in EDITABLE:
        now = as_text(current.shown.get(column))
        if squeezed(held.value) == squeezed(now):
            return None
        return Difference(
            column, label, shown, now, as_text(held.value), REFUSED, refusal=drawn(column)
        )
    now = as_text(current.shown[column])
    try:
        yours = _read(reading, column, held, current)
    except Refusal as refusal:
        return Difference(column, label, shown, now, as_text(held.value), REFUSED, refusal=refusal)
    if yours == raw or yours == current.raw[column]:
        return None
    kind = CHANGE if current.raw[column] == raw else CONFLICT
    shut = closed(current, column)
    return Difference(
        column, label, shown, now, as_text(show(column, yours)),
        REFUSED if shut else kind, yours, shut,
    )  # fmt: skip


def _same_text(column: str, held: Held, shown: str) -> bool:
    """Whether nobody touched the cell; blanks and widths count where the cell is prose."""
    if column in PROSE:
        return not held.unknown and as_text(held.value).strip() == shown.strip()
    return not held.unknown and squeezed(held.value) == squeezed(shown)


def _read(reading: _Reading, column: str, held: Held, current: TableRow | None) -> Json:
    if held.unknown:
        raise Refusal(
            "unknown_value",
            N_("读不出这一格：%(why)s。"),
            remedy=N_("请在这一格直接填写内容。"),
            params={"why": held.unknown},
        )
    value = _parsed(reading, column, held, current)
    if is_empty(value) and current and _is_required(current, column):
        raise Refusal("emptied", N_("此项不能为空。"), remedy=N_("请填写，或恢复原来的内容。"))
    return value


def _is_required(current: TableRow, column: str) -> bool:
    matter, _ = matter_at(current.case.matter, current.case.version)
    definition = matter.fields.get(column)
    return bool(definition and definition.required)


def _parsed(reading: _Reading, column: str, held: Held, current: TableRow | None) -> Json:
    value = held.value
    if column in ("lead", "assist"):
        text = as_text(value).strip().removeprefix(SUGGESTED)
        return (read_code if column == "lead" else read_units)(text, reading.units)
    if column in ("leader", "responsible"):
        return read_code(value, reading.posts)
    if column == "deadline":
        return read_day(value, reading.year)
    if column == "targets":
        return read_targets(value, targets_of(current.raw) if current else [])
    if column.endswith("_value"):
        return read_number(value)
    if column == "weight":
        number = read_number(value)
        return int(str(number)) if number and str(number).isdigit() else number
    return read_text(value)


def _new_row(reading: _Reading, row: int) -> RowChange | None:
    """A row without a number: a new task where it names a commitment; None for a row that says nothing."""
    cells = {c: h for c in EDITABLE if (h := reading.sheet.at(row, c)) and h.value is not None}
    text = squeezed(_value(reading, row, "text"))
    if not cells and not text:
        return None
    commitment = _commitment_of(reading, squeezed(_value(reading, row, "commitment")), text)
    title = as_text(cells["title"].value if "title" in cells else None)
    if commitment is None:
        refusal = Refusal(
            "no_commitment",
            N_("第 %(row)s 行没有件号，也没有写明属于哪条承诺。"),
            remedy=N_("请填承诺编号（取消隐藏最右列），或把任务原文填成报告中的那一条。"),
            params={"row": row},
        )
        return RowChange(row, "", title, "", refusal=refusal)
    differences = tuple(_brought(reading, column, held) for column, held in cells.items())
    return RowChange(row, "", title or commitment.title, commitment.number, differences)


def _commitment_of(reading: _Reading, number: str, text: str) -> Case | None:
    if number:
        return reading.commitments.get(number)
    same = [c for c in reading.commitments.values() if text and squeezed(c.data["text"]) == text]
    return same[0] if len(same) == 1 else None


def _brought(reading: _Reading, column: str, held: Held) -> Difference:
    label = reading.record.headings.get(column, column)
    try:
        raw = _read(reading, column, held, None)
    except Refusal as refusal:
        return Difference(column, label, "", "", as_text(held.value), REFUSED, refusal=refusal)
    return Difference(column, label, "", "", as_text(show(column, raw)), CHANGE, raw)
