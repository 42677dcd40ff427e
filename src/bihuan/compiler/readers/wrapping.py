"""Rows of pages to paragraphs: a wrapped line is joined to the next by indent and fullness."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from bihuan.compiler.model import Diagnostic, Layer, Page
from bihuan.compiler.readers.headings import is_numbered
from bihuan.compiler.readers.layering import LayerBuilder
from bihuan.compiler.readers.notes import note
from bihuan.compiler.readers.pagelines import Row, Stretch, em_of

TERMINAL = "。！？!?；;：:"
QUOTES = "”’》）)』」"
BULLET = re.compile(r"[-*+•·●○◆◇■□▪►—─]")
UNBROKEN = re.compile(r"[0-9A-Za-z.%,]+")
SLACK = 1.6
INDENT = 1.0
FEWEST_ROWS = 4
SAME_SIZE = 1.3
WIDE_STEP = 1.8
SPACED_STEP = 1.15
UNSURE = 0.7
UNSURE_DIGIT = 0.85
MOST_UNSURE = 200
HOLE_EDGE = 4


@dataclass(frozen=True)
class _Frame:
    """The edges between which a column's lines run."""

    left: float
    right: float


@dataclass(frozen=True)
class _Placed:
    """A row with its page (from 1) and the frame of its column."""

    row: Row
    page: int
    frame: _Frame


def join_rows(
    pages: Sequence[Sequence[Row]], sizes: Sequence[Page], notes: Sequence[Diagnostic] = ()
) -> Layer:
    """The layer: one paragraph a line, one spot a stretch, and a note where an OCR was unsure."""
    rows = [row for page in pages for row in page]
    em = em_of([cell for row in rows for cell in row.cells])
    placed = list(_placed(pages, em))
    joiner = _Joiner(placed, em)
    builder, unsure = LayerBuilder(), []
    holes: list[tuple[int, int]] = []
    for number, here in enumerate(placed):
        before = placed[number - 1] if number else None
        if before is None or not joiner.goes_on(before, here):
            builder.break_line()
        elif _latin(before.row.text[-1]) and _latin(here.row.text[0]):
            builder.own(" ")
        start = builder.length
        _write(builder, here, sizes[here.page - 1])
        unsure += [(start + a, start + b) for a, b in _unsure(here.row)]
        around = placed[max(0, number - 1) : number] + placed[number + 1 : number + 2]
        if _has_hole(here, [other.row for other in around], em):
            at = start + here.row.text.index("\t")
            holes.append((max(start, at - HOLE_EDGE), min(builder.length, at + 1 + HOLE_EDGE)))
    layer = builder.layer(sizes)
    doubts = [note("low-confidence", a, b, layer.text[a:b]) for a, b in unsure[:MOST_UNSURE]]
    gaps = [note("unread-gap", a, b, layer.text[a:b]) for a, b in holes[:MOST_UNSURE]]
    return builder.layer(sizes, (*notes, *doubts, *gaps))


def _has_hole(here: _Placed, around: Sequence[Row], em: float) -> bool:
    """Whether a recognised line among lines of prose has a gap, as if words in it were not seen."""
    recognised = all(cell.scores for cell in here.row.cells)
    full = here.row.right >= here.frame.right - SLACK * em
    return (
        here.row.is_tabular
        and recognised
        and full
        and not any(row.is_tabular for row in around)
        and bool(around)
    )


def _placed(pages: Sequence[Sequence[Row]], em: float) -> Iterator[_Placed]:
    prose = [row for page in pages for row in page if not row.is_tabular]
    widest = _edges(prose) if prose else _Frame(0.0, 0.0)
    for number, rows in enumerate(pages, 1):
        frames = {
            column: _column_frame([row for row in rows if row.column == column], widest, em)
            for column in {row.column for row in rows}
        }
        for row in rows:
            yield _Placed(row, number, frames[row.column])


def _column_frame(rows: Sequence[Row], whole: _Frame, em: float) -> _Frame:
    """The frame of a column on its page; a page of few or short lines borrows the document's."""
    prose = [row for row in rows if not row.is_tabular] or list(rows)
    own = _edges(prose)
    if rows[0].column:
        return own
    if len(prose) < FEWEST_ROWS or own.right - own.left < 0.9 * (whole.right - whole.left):
        shift = own.left - whole.left if abs(own.left - whole.left) < INDENT * em else 0.0
        return _Frame(whole.left + shift, max(whole.right + shift, own.right))
    return own


def _edges(rows: Sequence[Row]) -> _Frame:
    lefts, rights = sorted(row.left for row in rows), sorted(row.right for row in rows)
    return _Frame(lefts[len(lefts) // 10], rights[min(len(rights) - 1, len(rights) * 9 // 10)])


class _Joiner:
    """Knows how this document is set: how far lines step, and whether paragraphs are indented or
    stand apart."""

    def __init__(self, placed: Sequence[_Placed], em: float) -> None:
        self._em = em
        steps = [
            after.row.top - before.row.top
            for before, after in itertools.pairwise(placed)
            if before.page == after.page and after.row.top > before.row.top
        ]
        self._step = median(steps) if steps else em
        prose = [here for here in placed if len(here.row.text) > 12]
        indented = sum(1 for here in prose if self._indent(here) >= INDENT)
        self._indents = indented >= max(1, 0.08 * len(prose))
        wide = sum(1 for step in steps if SPACED_STEP * self._step < step < 3 * self._step)
        self._spaced = not self._indents and wide >= max(2, 0.08 * len(steps))

    def _indent(self, here: _Placed) -> float:
        return (here.row.left - here.frame.left) / self._em

    def goes_on(self, before: _Placed, here: _Placed) -> bool:
        """Whether `here` goes on with the sentence or paragraph of `before`."""
        if before.row.is_tabular or here.row.is_tabular or not self._is_full(before, here):
            return False
        ratio = before.row.height / max(here.row.height, 1e-6)
        if not 1 / SAME_SIZE <= ratio <= SAME_SIZE or self._steps_far(before, here):
            return False
        closed = before.row.text.rstrip().rstrip(QUOTES)[-1:] in TERMINAL
        if closed and (is_numbered(here.row.text) or BULLET.match(here.row.text)):
            return False
        if self._indent(here) >= INDENT:
            aligned = abs(self._indent(here) - self._indent(before)) < INDENT / 2
            fresh = self._indents or is_numbered(here.row.text)
            return aligned and not closed and not fresh
        return self._indents or not closed or (self._spaced and _same_column(before, here))

    def _is_full(self, before: _Placed, here: _Placed) -> bool:
        """Whether the line reaches the edge, save for what could not be broken (a number)."""
        word = UNBROKEN.match(here.row.text)
        slack = SLACK + (0.6 * len(word[0]) if word else 0.0)
        return before.row.right >= before.frame.right - slack * self._em

    def _steps_far(self, before: _Placed, here: _Placed) -> bool:
        step = here.row.top - before.row.top
        limit = SPACED_STEP if self._spaced else WIDE_STEP
        return _same_column(before, here) and step > limit * self._step


def _same_column(before: _Placed, here: _Placed) -> bool:
    return before.page == here.page and before.row.column == here.row.column


def _write(builder: LayerBuilder, here: _Placed, size: Page) -> None:
    offset = 0
    for gap, cell in zip(here.row.gaps, here.row.cells, strict=True):
        builder.own(gap)
        offset += len(gap)
        builder.keep(
            cell.text,
            page=here.page,
            part=here.row.number,
            offset=offset,
            box=(_share(cell.top, size.height), _share(cell.bottom, size.height)),
            edges=[_share(x, size.width) for x in cell.edges],
        )
        offset += len(cell.text)


def _share(length: float, whole: float) -> float:
    return round(min(1.0, max(0.0, length / whole)), 5) if whole else 0.0


def _unsure(row: Row) -> Iterator[tuple[int, int]]:
    """The spans of a row, in its own code points, that an OCR is unsure of; neighbours as one."""
    offset, begun = 0, -1
    for gap, cell in zip(row.gaps, row.cells, strict=True):
        offset += len(gap)
        for at, doubtful in enumerate([*_doubts(cell), False]):
            if doubtful and begun < 0:
                begun = offset + at
            elif not doubtful and begun >= 0:
                yield begun, offset + at
                begun = -1
        offset += len(cell.text)


def _doubts(cell: Stretch) -> list[bool]:
    return [
        char.isalnum() and score < (UNSURE_DIGIT if char.isdigit() else UNSURE)
        for char, score in zip(cell.text, cell.scores, strict=False)
    ]


def _latin(char: str) -> bool:
    return char.isascii() and char.isalpha()
