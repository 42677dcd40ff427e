"""Several reports in one file: finds where each begins and leaves one to be compiled.

What is left out is blanked, not cut, so that every span still points into the whole text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bihuan.compiler.model import Diagnostic, Document
from bihuan.compiler.readers.notes import note

LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")
BLANK = "\ufeff\u3000 \t\u00a0\u200b#*"
TITLE = re.compile(r"[^。！？；，、：:“”《》]{0,30}政府工作报告(?:[（(][^（）()]{1,20}[）)])?")
SALUTATION = re.compile(r"(?:各位|尊敬的).{0,8}(?:代表|委员)")
FIRST = re.compile(r"一、|第一(?:部分|章|篇)")
NEAR, FAR = 1000, 3000
MOST_REPEATED = 3
WHOLE_SHARE = 0.3
LEAST_SHARE = 0.05  # less than that of the longest is a page's furniture


@dataclass(frozen=True)
class _Mark:
    """A line that matters here: a title, or where a body begins."""

    start: int
    end: int
    is_title: bool
    salutes: bool = False


def one_report(document: Document) -> tuple[Document, tuple[Diagnostic, ...]]:
    """The document with all but its first whole report blanked, and a note for each other one."""
    text = document.text
    titles = _beginnings(list(_marks(text)), text)
    sizes = _sizes(titles, len(text))
    titles = [t for t, size in zip(titles, sizes, strict=True) if size >= LEAST_SHARE * max(sizes)]
    if len(titles) < 2:
        return document, ()
    sizes = _sizes(titles, len(text))
    chosen = next(n for n, size in enumerate(sizes) if size >= WHOLE_SHARE * max(sizes))
    start = titles[chosen].start if chosen else 0
    kept = _blanked(text, start, titles[chosen].start + sizes[chosen])
    others = [title for number, title in enumerate(titles) if number != chosen]
    notes = tuple(
        note("two-reports", title.start, title.end, text[title.start : title.end])
        for title in others
    )
    return replace(document, text=kept), notes


def _sizes(titles: list[_Mark], length: int) -> list[int]:
    """How far each report reaches: up to the next one, or the end."""
    ends = [*(title.start for title in titles[1:]), length]
    return [end - title.start for title, end in zip(titles, ends, strict=False)]


def _blanked(text: str, start: int, end: int) -> str:
    return "\n" * start + text[start:end] + "\n" * (len(text) - end)


def _marks(text: str) -> Iterator[_Mark]:
    for line in LINE.finditer(text):
        if len(line[0]) > 80:
            continue
        words = line[0].strip(BLANK)
        start = line.start() + line[0].find(words)
        end = start + len(words)
        if TITLE.fullmatch(words):
            yield _Mark(start, end, is_title=True)
        elif SALUTATION.match(words):
            yield _Mark(start, end, is_title=False, salutes=True)
        elif FIRST.match(words):
            yield _Mark(start, end, is_title=False)


def _beginnings(marks: list[_Mark], text: str) -> list[_Mark]:
    """The titles that begin a report: each is followed by the beginning of a body of its own."""
    said = Counter(text[mark.start : mark.end] for mark in marks if mark.is_title)
    found: list[_Mark] = []
    title: _Mark | None = None
    for mark in marks:
        if mark.is_title:
            repeated = said[text[mark.start : mark.end]] > MOST_REPEATED  # a running head
            title = title if repeated else mark
        elif title is not None and _begins(title, mark, text, first=not found):
            found.append(title)
            title = None
    return found


def _begins(title: _Mark, mark: _Mark, text: str, *, first: bool) -> bool:
    """Whether a body begins at `mark` under `title`; a bare title needs the salutation."""
    distance = mark.start - title.end
    if first or mark.salutes:
        return distance <= (FAR if first else NEAR)
    named = text[title.start : title.end] != "政府工作报告"
    return named and distance <= FAR
