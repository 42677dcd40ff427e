"""An edited decomposition table read (分解表导入): what differs from the export and from the present. Writes nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bihuan.kernel.cases.city import city, matter_at
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.fields import Json, is_empty
from bihuan.kernel.orgs.acting import Acting
from bihuan.papers import Held, OpenedSheet, PaperError, Value, as_text, open_sheet
from bihuan.plan.reading import commitments_of
from bihuan.plan.rules import targets_of
from bihuan.plan.table import EDITABLE, TableRow, show, table_rows
from bihuan.plan.table_paper import KIND, PREFIX, RECORD, VERSION, refused, signature
from bihuan.plan.table_values import (
    SUGGESTED,
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
FROM_REPORTS = ("progress", "problems", "next_steps", "evidence")


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


@dataclass(frozen=True)
class _Record:
    exported_at: datetime
    headings: Mapping[str, str]
    rows: Mapping[str, Mapping[str, tuple[Json, str]]]


@dataclass
class _Reading:
    """One table being read."""

    sheet: OpenedSheet
    record: _Record
    rows: Mapping[str, TableRow]
    commitments: Mapping[str, Case]
    year: int
    units: Mapping[str, str] = field(default_factory=lambda: names_of_units(city()))
    posts: Mapping[str, str] = field(default_factory=lambda: names_of_posts(city()))


def read_table(data: bytes, report: Case, actings: Sequence[Acting], now: datetime) -> Table:
    """Compare an edited table with its export and with the present; a Refusal for what is no table of this report."""
    try:
        sheet = open_sheet(data, prefix=PREFIX, record=RECORD)
    except PaperError as error:
        raise refused(error) from error
    record = _record(sheet, report)
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


def report_named_in(data: bytes) -> str:
    """The number of the report that a table belongs to."""
    try:
        lines = open_sheet(data, prefix=PREFIX, record=RECORD).record
    except PaperError as error:
        raise refused(error) from error
    return lines[0][2] if lines and len(lines[0]) > 2 else ""


def _record(sheet: OpenedSheet, report: Case) -> _Record:
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
    return _Record(datetime.fromisoformat(first[3]), headings, rows)


def _spoiled() -> Refusal:
    return Refusal(
        "record_altered",
        N_("随表的登记页被改动过，或由别的系统导出。"),
        remedy=N_("请重新导出分解表，在新文件上修改。"),
    )


def _row(reading: _Reading, row: int, seen: dict[str, int]) -> RowChange | None:
    number = squeezed(_value(reading, row, "number"))
    if not number:
        return _new_row(reading, row)
    if number in seen:
        return RowChange(row, number, "", "", refusal=_twice(number, seen[number]))
    seen[number] = row
    current = reading.rows.get(number)
    if number not in reading.record.rows or current is None:
        return RowChange(row, number, "", "", refusal=_gone(number, reading.commitments))
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


def _twice(number: str, before: int) -> Refusal:
    return Refusal(
        "row_twice",
        N_("与第 %(row)s 行是同一件（%(number)s）。"),
        remedy=N_(
            "新增任务请插入空行，或取消隐藏“件号”列并清空此行的件号，再填承诺编号或任务原文。"
        ),
        params={"row": before, "number": number},
    )


def _gone(number: str, commitments: Mapping[str, Case]) -> Refusal:
    if number in commitments:
        return Refusal(
            "decomposed_since",
            N_("承诺 %(number)s 导出后已分解或不再列入。"),
            remedy=N_("请重新导出分解表，在新文件上修改。"),
            params={"number": number},
        )
    return Refusal(
        "stranger_row",
        N_("%(number)s 不是本报告中您能办理的事项。"),
        remedy=N_("请核对件号；新增任务请清空件号，填写承诺编号或任务原文。"),
        params={"number": number},
    )


def _difference(
    reading: _Reading, row: int, column: str, raw: Json, shown: str, current: TableRow
) -> Difference | None:
    held = reading.sheet.at(row, column)
    if held is None or column in SILENT or _same_text(held, shown):
        return None
    label = reading.record.headings.get(column, column)
    if column not in EDITABLE:
        now = as_text(current.shown.get(column))
        if squeezed(held.value) == squeezed(now):
            return None
        return Difference(
            column, label, shown, now, as_text(held.value), REFUSED, refusal=_drawn(column)
        )
    now = as_text(current.shown[column])
    try:
        yours = _read(reading, column, held, current)
    except Refusal as refusal:
        return Difference(column, label, shown, now, as_text(held.value), REFUSED, refusal=refusal)
    if yours == raw or yours == current.raw[column]:
        return None
    kind = CHANGE if current.raw[column] == raw else CONFLICT
    closed = _closed(current, column)
    return Difference(
        column, label, shown, now, as_text(show(column, yours)),
        REFUSED if closed else kind, yours, closed,
    )  # fmt: skip


def _same_text(held: Held, shown: str) -> bool:
    return not held.unknown and squeezed(held.value) == squeezed(shown)


def _drawn(column: str) -> Refusal:
    """Why a column that the ledger fills is not taken from a table."""
    if column in FROM_REPORTS:
        remedy = N_("请由牵头单位在周报中填报。")
    elif column in ("text", "section", "kind"):
        remedy = N_("报告原文不变；类型在校核时修改。")
    elif column == "phone":
        remedy = N_("系统不保存责任人的电话。")
    else:
        remedy = N_("此列由系统得出。")
    return Refusal("drawn", N_("此列不从表中导入。"), remedy=remedy)


def _closed(current: TableRow, column: str) -> Refusal | None:
    """Why a column of this case cannot be corrected now, with the action that can; None where it can."""
    matter, _ = matter_at(current.case.matter, current.case.version)
    state = current.case.state
    if not current.is_task or state in matter.actions["edit"].sources:
        return None
    ways = _ways(matter, state, "deadline" if column == "deadline" else _field(column))
    return Refusal(
        "issued",
        N_("任务已下达（%(state)s），不能在表中修改。"),
        remedy=N_("请在任务页办理：%(ways)s。")
        if ways
        else N_("如确需修改，请先退回或撤销后重拟。"),
        params={"state": matter.states[state].label, "ways": "、".join(ways)},
    )


def _ways(matter: Matter, state: str, name: str) -> list[str]:
    names = {name, f"requested_{name}"}
    return [a.label for a in matter.actions.values() if state in a.sources and names & set(a.edits)]


def _field(column: str) -> str:
    return "milestones" if column[:1] == "q" and column[1:2].isdigit() else column


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
