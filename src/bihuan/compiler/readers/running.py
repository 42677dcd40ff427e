"""Running heads and feet: what stands at the edge of most pages, and page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bihuan.compiler.model import Page
from bihuan.compiler.readers.pagelines import Row

PAGE_NUMBER = re.compile(
    r"[-—–─·•~\s]*(?:第\s*)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*页)?(?:\s*[/／]?\s*共?\s*\d{1,4}\s*页?)?[-—–─·•~\s]*",
    re.I,
)
LEADERS = re.compile(r"[.…·．]{6,}\s*\d{1,4}\s*$|…{2,}\s*\d{1,4}\s*$")
COUNTED = re.compile(r"\d+|\s+")
EDGE = 0.12
LEAST_PAGES = 3
SHARE = 0.3
LEADER_TAIL = 120


def drop_running(pages: Sequence[Sequence[Row]], sizes: Sequence[Page]) -> list[list[Row]]:
    """The rows of each page without running heads, feet, page numbers and contents entries."""
    keys: Counter[str] = Counter()
    for rows, size in zip(pages, sizes, strict=True):
        keys.update({_key(row) for row in _edge_rows(rows, size)})
    least = max(LEAST_PAGES, SHARE * sum(1 for rows in pages if rows))
    repeated = {key for key, count in keys.items() if count >= least}
    kept = []
    for rows, size in zip(pages, sizes, strict=True):
        dropped = {
            id(row)
            for row in _edge_rows(rows, size)
            if _key(row) in repeated or PAGE_NUMBER.fullmatch(row.text)
        }
        kept.append(
            [
                row
                for row in rows
                if id(row) not in dropped and not LEADERS.search(row.text[-LEADER_TAIL:])
            ]
        )
    return kept


def _edge_rows(rows: Sequence[Row], size: Page) -> list[Row]:
    """The rows in the upper and lower margin, two at most on either side."""
    upper = [row for row in rows if row.bottom <= EDGE * size.height][:2]
    lower = [row for row in rows if row.top >= (1 - EDGE) * size.height][-2:]
    return upper + lower


def _key(row: Row) -> str:
    return COUNTED.sub("", row.text)
