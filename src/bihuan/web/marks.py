"""Marks spans in a text: cuts it at every edge of a span, so that overlapping marks lose no word. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Mark:
    """A span to mark, half-open in code points; `key` says what it is."""

    start: int
    end: int
    key: str


@dataclass(frozen=True)
class Piece:
    """A stretch of text and the keys of the marks that cover it; `first` are those that begin here."""

    text: str
    keys: tuple[str, ...] = ()
    first: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paragraph:
    """A line of the text: a heading of a level (0: running text) and its pieces."""

    level: int
    pieces: tuple[Piece, ...]
    start: int = 0


def pieces(text: str, start: int, marks: Sequence[Mark]) -> tuple[Piece, ...]:
    """The text that begins at offset `start`, cut at the edges of the marks."""
    end = start + len(text)
    here = [m for m in marks if m.start < end and m.end > start and m.start < m.end]
    edges = {start, end} | {e for m in here for e in (m.start, m.end) if start < e < end}
    return tuple(
        Piece(
            text[low - start : high - start],
            tuple(m.key for m in here if m.start <= low and m.end >= high),
            tuple(m.key for m in here if max(m.start, start) == low and m.start >= start),
        )
        for low, high in pairwise(sorted(edges))
    )


def paragraphs(
    text: str, marks: Sequence[Mark], headings: Iterable[Mapping[str, object]] = ()
) -> list[Paragraph]:
    """A report's lines in order, blank ones left out; Markdown's heading and list signs are not shown."""
    levels = {h["start"]: h["level"] for h in headings}
    found, at = [], 0
    ordered = sorted(marks, key=lambda m: (m.start, m.end))
    for line in text.split("\n"):
        level, low = _level(line, levels.get(at))
        body = line[low:].rstrip("\r")
        if body.strip():
            found.append(Paragraph(level, pieces(body, at + low, ordered), at + low))
        at += len(line) + 1
    return found


def _level(line: str, known: object) -> tuple[int, int]:
    """The heading level of a line and where its words begin."""
    bare = line.lstrip()
    indent = len(line) - len(bare)
    signs = len(bare) - len(bare.lstrip("#"))
    if signs:
        words = bare.lstrip("#")
        return min(signs, 6), indent + signs + len(words) - len(words.lstrip())
    if bare.startswith(("- ", "* ")):
        return 0, indent + 2
    return (min(int(str(known)), 6) if known else 0), indent


def around(text: str, start: int, end: int) -> tuple[str, str, str]:
    """The words of a span with the rest of its paragraph before and after."""
    low = text.rfind("\n", 0, start) + 1
    high = text.find("\n", end)
    return text[low:start], text[start:end], text[end : high if high >= 0 else len(text)]
