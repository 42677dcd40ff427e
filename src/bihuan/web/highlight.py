"""Highlights in a text (原文高亮): a report's text layer as blocks of segments, each segment with the spans over it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

MARKERS = ("- ", "* ", "+ ")
TRIMMED = "#* \u3000\t"


@dataclass(frozen=True)
class Span:
    """A piece of the text that something points at: [start, end) and the key of what points."""

    start: int
    end: int
    key: str


@dataclass(frozen=True)
class Segment:
    """A run of text under the same spans; `keys` from the longest span to the shortest."""

    start: int
    text: str
    keys: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()  # keys whose first visible piece this is
    closes: tuple[str, ...] = ()  # keys whose last piece this is

    @property
    def key(self) -> str:
        """The innermost key; empty for plain text."""
        return self.keys[-1] if self.keys else ""


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph or an item of a list."""

    kind: str  # heading, paragraph, item
    level: int
    start: int
    end: int
    segments: tuple[Segment, ...]


def segments(
    text: str, spans: Iterable[Span], start: int = 0, end: int | None = None
) -> tuple[Segment, ...]:
    """Cut text[start:end] at every edge of a span. Joined, the segments give the text back exactly."""
    end = len(text) if end is None else end
    within = [s for s in spans if s.start < end and s.end > start and s.start < s.end]
    within.sort(key=lambda s: (s.start - s.end, s.start, s.key))
    edges = {start, end} | {min(max(e, start), end) for s in within for e in (s.start, s.end)}
    cuts = sorted(edges)
    found = []
    for low, high in pairwise(cuts):
        over = [s for s in within if s.start <= low and s.end >= high]
        found.append(
            Segment(
                low,
                text[low:high],
                tuple(s.key for s in over),
                tuple(s.key for s in over if max(s.start, start) == low),
                tuple(s.key for s in over if min(s.end, end) == high),
            )
        )
    return tuple(found)


def blocks(
    text: str, sections: Sequence[Mapping[str, object]], spans: Sequence[Span]
) -> tuple[Block, ...]:
    """The text line by line: headings where a section begins, items, paragraphs; blank lines fall away."""
    heads = {int(str(s["start"])): s for s in sections}
    found = []
    position = 0
    for line in text.splitlines(keepends=True):
        low, high = _bare(text, position, position + len(line))
        position += len(line)
        if low >= high:
            continue
        kind, level, low = _kind(text, low, high, heads)
        near = [s for s in spans if s.start < high and s.end > low]
        found.append(Block(kind, level, low, high, segments(text, near, low, high)))
    return tuple(found)


def around(text: str, span: Span, spans: Sequence[Span] = ()) -> tuple[Segment, ...]:
    """The paragraph or paragraphs that hold a span, cut at its edges."""
    low = text.rfind("\n", 0, span.start) + 1
    high = text.find("\n", max(span.end - 1, 0))
    low, high = _bare(text, low, len(text) if high < 0 else high)
    low += 2 if text.startswith(MARKERS, low) and span.start >= low + 2 else 0
    return segments(text, [span, *spans], low, high)


def _bare(text: str, low: int, high: int) -> tuple[int, int]:
    while low < high and text[low].isspace():
        low += 1
    while high > low and text[high - 1].isspace():
        high -= 1
    return low, high


def _kind(
    text: str, low: int, high: int, heads: Mapping[int, Mapping[str, object]]
) -> tuple[str, int, int]:
    """What a line is, its level, and where its words begin (a marker of a list or heading is no word)."""
    for start in range(low, min(high, low + 9)):
        head = heads.get(start)
        if head and _bare_title(text[start:high]) == _bare_title(str(head["title"])):
            return "heading", int(str(head["level"])), start
    if text.startswith(MARKERS, low, high):
        return "item", 0, low + 2
    return "paragraph", 0, low


def _bare_title(title: str) -> str:
    """A title as it is compared: without marks around it and blanks within."""
    return "".join(title.strip(TRIMMED).split())
