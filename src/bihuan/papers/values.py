"""What a paper is filled with: plain values, cleaned of what no office file may hold. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Value = None | str | int | Decimal | date
LONGEST = 32_000  # characters; Excel takes 32,767 in a cell
# XML 1.0 allows tab, line feed and carriage return below the space; private-use marks are ours.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ue000\ufffe\uffff]")


@dataclass(frozen=True)
class Fields:
    """The names that a template may use: of the whole paper, and of a row."""

    head: frozenset[str]
    row: frozenset[str]


@dataclass(frozen=True)
class Filling:
    """The values of the whole paper and of each of its rows."""

    head: Mapping[str, Value]
    rows: Sequence[Mapping[str, Value]]


def clean(value: Value) -> Value:
    """The same value; text without control characters, lone surrogates and foreign line ends."""
    if not isinstance(value, str):
        return value
    text = FORBIDDEN.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def as_text(value: Value) -> str:
    """A value as it reads inside a sentence: 2023年6月30日, 12.5."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    return str(value)


def groups(columns: Sequence[Sequence[str]]) -> list[list[tuple[int, int]]]:
    """For each column the runs (first, last) of equal neighbours; a run never crosses one of a column before it."""
    found = []
    edges: set[int] = set()
    for column in columns:
        edges |= {i for i in range(1, len(column)) if column[i] != column[i - 1]}
        starts = [0, *sorted(edges)]
        ends = [*(start - 1 for start in starts[1:]), len(column) - 1]
        found.append(
            [(a, b) for a, b in zip(starts, ends, strict=True) if b > a and column[a].strip()]
        )
    return found
