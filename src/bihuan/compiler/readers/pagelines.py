"""Stretches of text on a page and the rows they make, in reading order; columns told apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")
MIDDLE = (0.35, 0.65)
STEPS = 61
MAX_CROSSING = 0.2
LEAST_LINES = 6
LEAST_CHARS = 9
CELL_GAP = 1.5
MOST_CELLS = 200
DEEPEST_SLOPE = 0.12


@dataclass(frozen=True)
class Stretch:
    """Characters that stand side by side; all lengths in the units of the page, y downwards.

    `edges` has one number more than `text` has code points, or none where the letters do not stand
    from left to right. `scores` (of an OCR) has one number a code point, or none.
    """

    text: str
    left: float
    right: float
    top: float
    bottom: float
    edges: tuple[float, ...] = ()
    scores: tuple[float, ...] = ()

    @property
    def height(self) -> float:
        """How tall the line is."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """The height at which the line runs."""
        return (self.top + self.bottom) / 2

    def scaled(self, factor: float) -> Stretch:
        """The same in other units."""
        return Stretch(
            self.text,
            self.left * factor,
            self.right * factor,
            self.top * factor,
            self.bottom * factor,
            tuple(edge * factor for edge in self.edges),
            self.scores,
        )


@dataclass
class Row:
    """What stands on one line of one column, from left to right."""

    cells: list[Stretch]
    column: int = 0
    number: int = 0
    gaps: list[str] = field(default_factory=list)

    def settle(self, em: float) -> None:
        """Sorts the cells and decides what stands between them: nothing, a blank or a tab."""
        self.cells.sort(key=lambda cell: cell.left)
        self.gaps = [""]
        for before, after in zip(self.cells, self.cells[1:], strict=False):
            wide = after.left - before.right > CELL_GAP * em
            latin = before.text[-1].isascii() and after.text[0].isascii()
            self.gaps.append("\t" if wide else " " if latin else "")

    @property
    def text(self) -> str:
        """The characters of the row."""
        return "".join(gap + cell.text for gap, cell in zip(self.gaps, self.cells, strict=True))

    @property
    def left(self) -> float:
        """Where the row begins."""
        return self.cells[0].left

    @property
    def right(self) -> float:
        """Where the row ends."""
        return self.cells[-1].right

    @property
    def top(self) -> float:
        """The upper edge."""
        return min(cell.top for cell in self.cells)

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return max(cell.bottom for cell in self.cells)

    @property
    def height(self) -> float:
        """The height of its tallest cell."""
        return max(cell.height for cell in self.cells)

    @property
    def is_tabular(self) -> bool:
        """Whether it is a row of cells rather than a line of prose."""
        return "\t" in self.gaps


def em_of(stretches: Sequence[Stretch]) -> float:
    """The width of a Chinese character in these lines."""
    widths = [
        (line.right - line.left) / len(line.text)
        for line in stretches
        if len(WIDE.findall(line.text)) * 2 > len(line.text) > 3
    ]
    if widths:
        return max(median(widths), 1e-6)
    return max(median([line.height for line in stretches] or [1.0]), 1e-6)


def reading_order(stretches: Sequence[Stretch], width: float, slope: float = 0.0) -> list[Row]:
    """The rows of a page, top to bottom, the left column before the right one."""
    lines = [line for line in stretches if line.text.strip()]
    em = em_of(lines)
    gutter = _gutter(lines, width)
    rows = _rows(lines, slope, em, 0) if gutter is None else _by_columns(lines, gutter, slope, em)
    for number, row in enumerate(rows, 1):
        row.number = number
    return rows


def _gutter(lines: Sequence[Stretch], width: float) -> float | None:
    """Where two columns of prose part, if there are two; short cells make a table, not columns."""
    prose = [line for line in lines if len(line.text) >= LEAST_CHARS]
    if len(prose) < 2 * LEAST_LINES:
        return None
    best: tuple[int, float, float] | None = None
    for step in range(STEPS):
        at = width * (MIDDLE[0] + (MIDDLE[1] - MIDDLE[0]) * step / (STEPS - 1))
        crossing = sum(1 for line in lines if line.left < at < line.right)
        ranked = (crossing, abs(at - width / 2), at)
        best = min(best, ranked) if best is not None else ranked
    assert best is not None
    crossing, _, at = best
    left = sum(1 for line in prose if line.right <= at)
    right = sum(1 for line in prose if line.left >= at)
    if crossing > MAX_CROSSING * len(lines) or min(left, right) < LEAST_LINES:
        return None
    return at


def _by_columns(lines: Sequence[Stretch], gutter: float, slope: float, em: float) -> list[Row]:
    """Bands between the lines that cross the gutter, each read left column first."""
    rows: list[Row] = []
    sides: tuple[list[Stretch], list[Stretch]] = ([], [])

    def close() -> None:
        for column, side in enumerate(sides, 1):
            rows.extend(_rows(side, slope, em, column))
            side.clear()

    for line in sorted(lines, key=lambda line: _level(line, slope)):
        if line.left < gutter < line.right:
            close()
            rows.extend(_rows([line], slope, em, 0))
        else:
            sides[line.left >= gutter].append(line)
    close()
    return rows


def _rows(lines: Sequence[Stretch], slope: float, em: float, column: int) -> list[Row]:
    rows: list[Row] = []
    for line in sorted(lines, key=lambda line: _level(line, slope)):
        if not (rows and _beside(rows[-1], line, slope, em)):
            rows.append(Row([], column))
        rows[-1].cells.append(line)
    for row in rows:
        row.settle(em)
    return rows


def _level(line: Stretch, slope: float) -> float:
    """The height of a line's middle, the page's tilt taken out."""
    return line.middle - slope * (line.left + line.right) / 2


def _beside(row: Row, line: Stretch, slope: float, em: float) -> bool:
    if len(row.cells) >= MOST_CELLS:
        return False
    last = row.cells[-1]
    apart = abs(_level(line, slope) - _level(last, slope))
    if apart > 0.5 * min(max(line.height, 0.5 * em), max(last.height, 0.5 * em)):
        return False
    return all(
        line.left >= c.right - 0.5 * em or line.right <= c.left + 0.5 * em for c in row.cells
    )
