"""The characters of a PDF page, as it is shown (cropped, rotated), gathered into stretches."""

from __future__ import annotations

import ctypes
import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bihuan.compiler.readers.pagelines import WIDE, Stretch

LINE_ENDS = "\r\n"
UNSEEN = {0, 2, 0xFFFE, 0xFFFF, 0xAD}
GRID = 1_000_000
STRAIGHT = 10.0
CELL_GAP = 1.2
BLANK_GAP = 2.5
WORD_GAP = 0.2
USEFUL = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\x20-\x7e“”‘’—…·①-⑳]")
USEFUL_SHARE = 0.5
MOST_CHARACTERS = 200_000


@dataclass(frozen=True)
class _Character:
    """One character with its box on the page as shown, y downwards, turned upright."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    turn: int


def page_stretches(page: Any) -> list[Stretch]:
    """The stretches of a page in the order of its content."""
    layer = page.get_textpage()
    try:
        characters = list(_characters(page, layer))
    finally:
        layer.close()
    width, height = page.get_size()
    found: list[Stretch] = []
    for turn in range(4):
        upright = [_turned(char, turn, width, height) for char in characters if char.turn == turn]
        for stretch in _gathered(upright):
            found.append(stretch if not turn else _laid_back(stretch, turn, width, height))
    return list(dict.fromkeys(found))


def is_readable(stretches: list[Stretch]) -> bool:
    """Whether the text layer holds words, not the signs of a font without a character map."""
    text = "".join(line.text for line in stretches)
    return len(USEFUL.findall(text)) >= USEFUL_SHARE * len(text) and bool(text)


def _characters(page: Any, layer: Any) -> Iterator[_Character]:
    import pypdfium2.raw as raw

    place = _placer(page)
    width, height = page.get_size()
    rotation = page.get_rotation()
    box = raw.FS_RECTF()
    high = 0
    for index in range(min(layer.count_chars(), MOST_CHARACTERS)):
        code = raw.FPDFText_GetUnicode(layer, index)
        if code in UNSEEN or raw.FPDFText_IsGenerated(layer, index) == 1:
            if chr(code) in LINE_ENDS:
                yield _Character("\n", 0, 0, 0, 0, 0)
            continue
        text, high = _paired(code, high)
        if not text or not raw.FPDFText_GetLooseCharBox(layer, index, box):
            continue
        x1, y1 = place(box.left, box.top)
        x2, y2 = place(box.right, box.bottom)
        turn = _turn(raw.FPDFText_GetCharAngle(layer, index), rotation)
        shown = 0 <= (x1 + x2) / 2 <= width and 0 <= (y1 + y2) / 2 <= height
        if turn is not None and shown:
            yield _Character(text, min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2), turn)


def _paired(code: int, high: int) -> tuple[str, int]:
    """The character, two halves of a surrogate pair put together; lone halves are replaced."""
    if 0xD800 <= code < 0xDC00:
        return "", code
    if 0xDC00 <= code < 0xE000:
        whole = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD
        return chr(whole), 0
    return (chr(code) if code < 0x110000 else "\ufffd"), 0


def _placer(page: Any) -> Any:
    """The map from the page's own coordinates to the shown page, y downwards."""
    import pypdfium2.raw as raw

    width, height = page.get_size()

    def device(x: float, y: float) -> tuple[float, float]:
        at_x, at_y = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, GRID, GRID, 0, x, y, at_x, at_y)
        return at_x.value * width / GRID, at_y.value * height / GRID

    unit = max(width, height, 1.0)
    x0, y0 = device(0, 0)
    (ax, ay), (bx, by) = device(unit, 0), device(0, unit)
    ax, ay, bx, by = (ax - x0) / unit, (ay - y0) / unit, (bx - x0) / unit, (by - y0) / unit
    return lambda x, y: (x0 + ax * x + bx * y, y0 + ay * x + by * y)


def _turn(angle: float, rotation: int) -> int | None:
    """Quarter turns of a character as shown; None for slanted ones, which are watermarks."""
    if angle < 0:
        return 0
    degrees = (math.degrees(angle) + rotation) % 360
    quarter = round(degrees / 90)
    return quarter % 4 if abs(degrees - 90 * quarter) <= STRAIGHT else None


def _turned(char: _Character, turn: int, width: float, height: float) -> _Character:
    """The character on a page turned so that its line runs from left to right."""
    if turn == 0 or char.text == "\n":
        return char
    box = (char.left, char.right, char.top, char.bottom)
    return _Character(char.text, *_rotate(box, turn, width, height), char.turn)


def _laid_back(line: Stretch, turn: int, width: float, height: float) -> Stretch:
    """A turned line's box on the page as shown; its characters have no edges from left to right."""
    sides = (width, height) if turn == 2 else (height, width)
    box = _rotate((line.left, line.right, line.top, line.bottom), 4 - turn, *sides)
    return Stretch(line.text, *box)


def _rotate(
    box: tuple[float, float, float, float], turn: int, width: float, height: float
) -> tuple[float, float, float, float]:
    """A box (left, right, top, bottom) once the page is turned so that text of `turn` is upright.

    PDFium counts quarter turns clockwise: text of 1 runs downwards, of 3 upwards.
    """
    left, right, top, bottom = box
    if turn == 1:
        return top, bottom, width - right, width - left
    if turn == 2:
        return width - right, width - left, height - bottom, height - top
    return height - bottom, height - top, left, right


def _gathered(characters: list[_Character]) -> Iterator[Stretch]:
    """Runs of characters on one line without a gap that parts cells."""
    run: list[_Character] = []
    blanks: list[_Character] = []
    for char in characters:
        if char.text == "\n":
            yield from _closed(run)
            run, blanks = [], []
            continue
        if char.text.isspace():
            blanks += [char] if run else []
            continue
        if run and not _follows(run[-1], char, BLANK_GAP if blanks else CELL_GAP):
            yield from _closed(run)
            run = []
        elif run and _repeats(run[-1], char):
            continue
        elif run:
            run += _between(run[-1], char, blanks)
        run.append(char)
        blanks = []
    yield from _closed(run)


def _follows(last: _Character, char: _Character, widest: float) -> bool:
    """Whether a character goes on with the run: on its line, and no further than `widest` ems."""
    height = max(last.bottom - last.top, char.bottom - char.top, 1e-6)
    apart = abs((last.top + last.bottom) - (char.top + char.bottom)) / 2
    gap = char.left - last.right
    return apart < 0.6 * height and -0.8 * height < gap < widest * height


def _repeats(last: _Character, char: _Character) -> bool:
    """Whether the character is drawn twice, as some programs do to make it bold."""
    width = max(char.right - char.left, 1e-6)
    return last.text == char.text and abs(char.left - last.left) < 0.2 * width


def _between(last: _Character, char: _Character, blanks: list[_Character]) -> list[_Character]:
    """The blanks of the file between two characters, or one where words stand apart without."""
    height = max(last.bottom - last.top, 1e-6)
    gap = char.left - last.right
    both_wide = WIDE.match(last.text) and WIDE.match(char.text)
    if not blanks and (gap < WORD_GAP * height or both_wide or not _both_latin(last, char)):
        return []
    count = max(1, len(blanks))
    step = max(0.0, gap) / count
    texts = [blank.text for blank in blanks] or [" "]
    return [
        _Character(
            text, last.right + step * n, last.right + step * (n + 1), last.top, last.bottom, 0
        )
        for n, text in enumerate(texts)
    ]


def _both_latin(last: _Character, char: _Character) -> bool:
    return last.text.isascii() and char.text.isascii()


def _closed(run: list[_Character]) -> Iterator[Stretch]:
    if not run:
        return
    edges = [run[0].left]
    for before, after in itertools.pairwise(run):
        edges.append(max(edges[-1], (before.right + after.left) / 2))
    edges.append(max(edges[-1], run[-1].right))
    heights = sorted(run, key=lambda char: char.bottom - char.top)
    typical = heights[len(heights) // 2]
    yield Stretch(
        "".join(char.text for char in run),
        edges[0],
        edges[-1],
        typical.top,
        typical.bottom,
        tuple(edges),
    )
