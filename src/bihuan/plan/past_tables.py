"""Reads past decomposition tables (任务分解表) as offices made them: which task, who led, who assisted, in which row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bihuan.kernel.errors import N_, Refusal
from bihuan.plan.grids import Grid, read_grids
from bihuan.plan.past_units import Named, named_in

Column = Literal["task", "lead", "assist", "responsible"]
HEADER_WITHIN = 40  # rows from the top, titles and notes included
LONGEST_HEADING = 16
# Headings of the task column, the most telling first: of several the first is taken.
_TASK = (
    "任务内容", "工作内容", "具体任务", "工作任务", "目标任务", "重点任务", "主要任务", "任务原文", "任务分解",
    "重点工作", "主要工作", "工作事项", "承诺事项", "工作目标", "具体内容", "具体事项", "建设内容", "任务", "事项",
    "内容", "目标", "项目名称", "task",
)  # fmt: skip
_PERSON = re.compile(r"领导|责任人|联系人|负责人|电话|姓名")
_KINDS: tuple[tuple[Column, re.Pattern[str]], ...] = (
    ("assist", re.compile(r"配合|协同|协办|协助|参与|参加|assist")),
    ("lead", re.compile(r"(牵头|主办|第一责任|主要责任)(责任)?(单位|部门|科室)?$|^lead$")),
    ("responsible", re.compile(r"(责任|承办|负责|落实|实施)(单位|部门|主体|科室)|^responsible$")),
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*年")


@dataclass(frozen=True)
class PastTask:
    """A task of a past table, the names as written; `place` says where it stands, for people."""

    place: str
    text: str
    leads: tuple[str, ...]
    assists: tuple[str, ...]
    when: str = ""  # the year, where it is not that of the whole table


@dataclass(frozen=True)
class PastTable:
    """What a file told: its tasks, its year if it says one, and what was not understood, row by row."""

    tasks: tuple[PastTask, ...]
    year: int | None
    problems: tuple[str, ...]


def read_table(data: bytes, name: str) -> PastTable:
    """The tasks of every table of the file that has the columns; a Refusal where none has."""
    grids = read_grids(data, name)
    tasks: list[PastTask] = []
    problems: list[str] = []
    for grid in grids:
        found = _header(grid)
        if found is None:
            continue
        first, columns = found
        for row in _rows(grid, first, columns, problems):
            tasks.append(row)
    if not tasks and not problems:
        raise Refusal(
            "no_table",
            N_("“%(name)s”里没有任务分解表：没有同时含有任务列和牵头（责任）单位列的表头。"),
            remedy=N_("表头应有“任务内容”和“牵头单位”或“责任单位”等列；%(read)s"),
            params={"name": name, "read": _headings(grids)},
        )
    return PastTable(tuple(tasks), _year(grids, name), tuple(problems))


def kind_of(heading: str) -> Column | None:
    """What a column is by its heading; None for one we do not need."""
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", heading)).lower()
    if not bare or len(bare) > LONGEST_HEADING or _PERSON.search(bare):
        return None
    bare = re.sub(r"[()（）【】\[\]:：]", "", bare)
    for kind, pattern in _KINDS:
        if pattern.search(bare):
            return kind
    return "task" if _telling(bare) < len(_TASK) else None


def _header(grid: Grid) -> tuple[int, Mapping[Column, int]] | None:
    """The first row of data (counted from 0) and the columns; a heading may stand over two rows."""
    for number, row in enumerate(grid.rows[:HEADER_WITHIN]):
        below = grid.rows[number + 1] if number + 1 < len(grid.rows) else ()
        for height, cells in ((2, _joined(row, below)), (1, row)):
            columns = _columns(cells)
            if "task" in columns and ("lead" in columns or "responsible" in columns):
                return number + height, columns
    return None


def _joined(row: Sequence[str], below: Sequence[str]) -> tuple[str, ...]:
    """A heading of two rows: the lower one decides where it names a column; empty where it is no heading."""
    if not any(kind_of(cell) in ("lead", "assist") for cell in below):
        return ()
    if any(len(cell) > LONGEST_HEADING for cell in below):
        return ()
    return tuple(b if kind_of(b) else a for a, b in zip(row, below, strict=False))


def _columns(cells: Sequence[str]) -> dict[Column, int]:
    columns: dict[Column, int] = {}
    for at, cell in enumerate(cells):
        kind = kind_of(cell)
        if kind == "task" and "task" in columns:
            if _telling(cell) < _telling(cells[columns["task"]]):
                columns["task"] = at
        elif kind is not None:
            columns.setdefault(kind, at)
    return columns


def _telling(heading: str) -> int:
    """Its place among the task headings; a word of two characters must end it: 任务, but not 任务类型."""
    bare = re.sub(r"\s+", "", heading).lower()
    found = (
        at
        for at, word in enumerate(_TASK)
        if bare.endswith(word) or (len(word) > 2 and word in bare)
    )
    return next(found, len(_TASK))


def _rows(
    grid: Grid, first: int, columns: Mapping[Column, int], problems: list[str]
) -> Iterator[PastTask]:
    above: dict[Column, str] = {}
    for number, row in enumerate(grid.rows[first:], first + 1):
        cells = {kind: row[at] for kind, at in columns.items()}
        if not any(row) or _is_title(row) or kind_of(cells["task"]) == "task":
            continue  # empty, a title across the table, or the heading again on the next page
        if grid.carries:
            cells = above = _carried(cells, above)
        place = f"{grid.name}第{number}行" if grid.name else f"第{number}行"
        leads, assists = _roles(cells)
        if not cells["task"]:
            if leads:
                problems.append(f"{place}：有责任单位，没有任务内容")
        elif not leads:
            problems.append(f"{place}：没有牵头单位或责任单位")
        else:
            yield PastTask(place, cells["task"], leads, assists)


def _carried(cells: dict[Column, str], above: Mapping[Column, str]) -> dict[Column, str]:
    """What was one cell over several rows: the units of a row that names none, the task of one that names units only."""
    if not any(cells.get(kind) for kind in ("lead", "responsible", "assist")):
        return {**above, "task": cells["task"]} if above else cells
    return {**cells, "task": cells["task"] or above.get("task", "")}


def _roles(cells: Mapping[Column, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who leads and who assists: of a column of responsible units the first leads, unless the cell says who."""
    lead = named_in(cells.get("lead", ""))
    assist = named_in(cells.get("assist", "")).all
    responsible = named_in(cells.get("responsible", ""))
    if not lead.all:
        lead, responsible = _first_leads(responsible), Named((), ())
    others = (*lead.assists, *responsible.all, *assist)
    return lead.leads, tuple(dict.fromkeys(name for name in others if name not in lead.leads))


def _first_leads(named: Named) -> Named:
    if named.marked and named.leads:
        return named
    return Named(named.all[:1], named.all[1:])


def _is_title(row: Sequence[str]) -> bool:
    """One text across the whole row, such as 一、稳增长方面."""
    filled = {cell for cell in row if cell}
    return len(filled) == 1 and len(row) > 1 and row[0] == row[-1] != ""


def _year(grids: Sequence[Grid], name: str) -> int | None:
    """The year that the title says: above the heading, in the name of the sheet or of the file."""
    for grid in grids:
        above = [cell for row in grid.rows[:3] for cell in row]
        for text in (*above, grid.name, grid.title):
            if found := _YEAR.search(text):
                return int(found[1])
    found = re.search(r"(?<!\d)(20\d\d)(?!\d)", name)
    return int(found[1]) if found else None


def _headings(grids: Sequence[Grid]) -> str:
    """The first row that was read, to compare with what was expected."""
    for grid in grids:
        for row in grid.rows:
            filled = list(dict.fromkeys(cell for cell in row if cell))
            if len(filled) > 1:
                return "读到的表头：" + "、".join(filled)[:120]
    return "文件里没有读到表格。"
