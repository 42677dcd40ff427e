"""Reads a city's own past demands (id, title, text, label) from CSV; every mistake is told with its row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bihuan.kernel.errors import N_, Refusal

TITLE, TEXT, LABEL, NUMBER = "title", "text", "label", "id"
ENCODINGS: Final = ("utf-8-sig", "gb18030")
LONGEST_CELL: Final = 1_000_000
TOLD: Final = 20  # mistakes that are told one by one


@dataclass(frozen=True)
class PastDemand:
    """One row; `label` is empty where nobody has sorted it yet."""

    number: str
    title: str
    text: str
    label: str


def read_history(data: bytes, name: str, *, labelled: bool) -> tuple[PastDemand, ...]:
    """The rows of a table in UTF-8 or GB18030; a Refusal that tells every row that cannot be used."""
    rows = csv.reader(io.StringIO(_decoded(data, name).replace("\0", ""), newline=""), strict=True)
    usual = csv.field_size_limit(LONGEST_CELL)
    try:
        head = [cell.strip().lower() for cell in next(rows, [])]
        _check_head(head, name, labelled=labelled)
        problems: list[str] = []
        found = tuple(_demands(rows, head, problems, labelled=labelled))
    except csv.Error as error:
        raise Refusal(
            "bad_table",
            N_("“%(name)s”第 %(row)s 行不是完整的 CSV：%(error)s。"),
            remedy=N_("请检查该行的引号和分隔符，另存为 CSV 后重试。"),
            params={"name": name, "row": rows.line_num, "error": str(error)},
        ) from error
    finally:
        csv.field_size_limit(usual)
    if problems:
        _refuse_rows(problems, name)
    if not found:
        raise Refusal(
            "empty_table",
            N_("“%(name)s”里只有表头，没有数据。"),
            remedy=N_("请导出历史诉求后重试。"),
            params={"name": name},
        )
    return found


def _decoded(data: bytes, name: str) -> str:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            row = data.count(b"\n", 0, error.start) + 1
    raise Refusal(
        "bad_encoding",
        N_("“%(name)s”第 %(row)s 行既不是 UTF-8，也不是 GB18030 编码。"),
        remedy=N_("请用表格软件打开，另存为“CSV UTF-8”后重试。"),
        params={"name": name, "row": row},
    )


def _check_head(head: list[str], name: str, *, labelled: bool) -> None:
    wanted = (TEXT, LABEL) if labelled else (TEXT,)
    missing = [column for column in wanted if column not in head]
    repeated = sorted({column for column in head if column and head.count(column) > 1})
    if missing or repeated:
        raise Refusal(
            "bad_head",
            N_("“%(name)s”第 1 行（表头）缺少列：%(missing)s；重复的列：%(repeated)s。"),
            remedy=N_("表头应为 id,title,text,label；预测时可以没有 label。"),
            params={
                "name": name,
                "missing": "、".join(missing) or "—",
                "repeated": "、".join(repeated) or "—",
            },
        )


def _demands(
    rows: Iterator[list[str]], head: list[str], problems: list[str], *, labelled: bool
) -> Iterator[PastDemand]:
    """Row numbers are those a table program shows: the head is row 1, an empty line counts too."""
    for row, cells in enumerate(rows, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(head):
            problems.append(f"第 {row} 行有 {len(cells)} 列，表头有 {len(head)} 列")
            continue
        values = dict(zip(head, (cell.strip() for cell in cells), strict=True))
        if wrong := _wrong(values, labelled=labelled):
            problems.append(f"第 {row} 行{wrong}")
            continue
        yield PastDemand(
            values.get(NUMBER, ""), values.get(TITLE, ""), values[TEXT], values.get(LABEL, "")
        )


def _wrong(values: Mapping[str, str], *, labelled: bool) -> str:
    """What is missing in a row that is learned from; a row that is only asked about may be empty."""
    if not labelled:
        return ""
    if not values[LABEL]:
        return "没有 label"
    if not values[TEXT] and not values.get(TITLE):
        return "没有 title 和 text"
    return ""


def _refuse_rows(problems: list[str], name: str) -> None:
    more = f"；另有 {len(problems) - TOLD} 行" if len(problems) > TOLD else ""
    raise Refusal(
        "bad_rows",
        N_("“%(name)s”有 %(count)s 行不能使用：%(rows)s。未作任何处理。"),
        remedy=N_("请改正这些行，或从表中删去后重试。"),
        params={"name": name, "count": len(problems), "rows": "；".join(problems[:TOLD]) + more},
    )
