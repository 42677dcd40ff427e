"""What one line of a report looks like: heading, item or running text; by form, never by place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

CN = "〇零一二三四五六七八九十百"
LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")
BLANK = "\ufeff\u3000 \t\u00a0\u200b"
TERMINAL = "。！？!?；;：:，,、…"

# Heading styles with their rank: a smaller rank stands higher in the tree.
STYLES: tuple[tuple[int, re.Pattern[str]], ...] = (
    (10, re.compile(rf"第[{CN}]+(?:部分|章|篇|节)[ \u3000、：:]*")),
    (20, re.compile(rf"[{CN}]{{1,3}}[、．][ \u3000]*")),
    (30, re.compile(rf"[（(][{CN}]{{1,3}}[）)][、 \u3000]*")),
    (40, re.compile(r"\d{1,2}[.．、](?!\d)[ \u3000]*")),
    (50, re.compile(r"[（(]\d{1,2}[）)][、 \u3000]*|[①-⑳][ \u3000]*")),
    (55, re.compile(r"(?:[—─]+|--)[ \u3000]*")),
)
MARKDOWN = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t#]*$")
BOLD = re.compile(r"(?:\*\*|__)(.+?)(?:\*\*|__)$")
BULLET = re.compile(r"(?:[-*+•·●○◆◇■□▪►]|\uf06c)[ \t\u3000]+|[•●◆■▪]")
BARE_RANK = 60
TOPIC_RANK = 65
PROMISE = re.compile(
    r"[0-9０-９]+(?:\.\d+)?[万亿千百余多]*(?:个|家|所|%|％|人|名|户|公里|亩|元|项|条|座|吨|件|套)|全覆盖"
)

LineKind = Literal["heading", "item", "text"]


@dataclass(frozen=True)
class Line:
    """One non-blank line: `start` is where its content begins, after bullet or number."""

    kind: LineKind
    rank: int
    start: int
    end: int
    indented: bool
    left: int

    def words(self, text: str) -> str:
        """The content as written."""
        return text[self.start : self.end]


def read_lines(text: str) -> Iterator[Line]:
    """The non-blank lines of `text` in order, each with its kind."""
    for match in LINE.finditer(text):
        raw = match.group()
        body = raw.strip(BLANK)
        if not body or body.isdecimal():
            continue
        start = match.start() + len(raw) - len(raw.lstrip(BLANK))
        yield _line(body, start, indented=start > match.start())


def _line(body: str, start: int, indented: bool) -> Line:
    end = start + len(body)
    if mark := MARKDOWN.match(body):
        inner = start + mark.start(2)
        return Line("heading", len(mark[1]), inner, inner + len(mark[2]), indented, start)
    if (bold := BOLD.match(body)) and len(body) <= 64:
        return Line("heading", 58, start + bold.start(1), start + bold.end(1), indented, start)
    if bullet := BULLET.match(body):
        return Line("item", BARE_RANK, start + bullet.end(), end, indented, start)
    for rank, style in STYLES:
        if mark := style.match(body):
            return _numbered(body, start, mark.end(), rank, indented)
    kind: LineKind = "heading" if is_bare_heading(body) else "text"
    return Line(kind, BARE_RANK, start, end, indented, start)


def _numbered(body: str, start: int, skip: int, rank: int, indented: bool) -> Line:
    rest = body[skip:]
    closed = rest[-1:] in TERMINAL or len(rest) > 60 or "。" in rest
    kind: LineKind = "item" if closed or PROMISE.search(rest) or not rest else "heading"
    return Line(kind, rank, start + skip, start + len(body), indented, start)


def is_bare_heading(body: str) -> bool:
    """A short line that ends without punctuation and promises no number."""
    return (
        len(body) <= 60
        and body[-1] not in TERMINAL + '）)”"'
        and not re.search(r"[，,。；;]", body)
        and not PROMISE.search(body)
    )
