"""The original of a report with its clauses marked (原件): which view a format has, where each mark stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bihuan.compiler import Document
from bihuan.web.highlight import Block, Span, blocks

VIEWS = {"pdf": "pages", "picture": "pages", "docx": "word", "html": "frame"}
FULL = 1000  # the width of a page in the units of its boxes


@dataclass(frozen=True)
class Marked:
    """A clause to mark: its key, its place in the text, its kind, its gravest remark, and what a reader of screens hears."""

    key: str
    start: int
    end: int
    kind: str
    worst: str
    said: str


@dataclass(frozen=True)
class Box:
    """A rectangle over the words of a clause on a page, in thousandths of the page's width."""

    mark: Marked
    x: float
    y: float
    width: float
    height: float
    is_first: bool


@dataclass(frozen=True)
class PageShown:
    """A page with its boxes; `height` in thousandths of its width."""

    number: int
    height: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Original:
    """What the page shows as the original; `base` is the address that files and pictures hang on."""

    view: str
    base: str
    document: Document
    marks: tuple[Marked, ...]
    chosen: str
    query: str = ""  # the filters in force, to keep in links
    sections: Sequence[Mapping[str, object]] = ()

    @property
    def pages(self) -> tuple[PageShown, ...]:
        """The pages, in order, with the boxes over the clauses."""
        return pages_of(self.document, self.marks)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The text line by line, cut at the marks."""
        spans = [Span(mark.start, mark.end, mark.key) for mark in self.marks]
        return blocks(self.document.text, self.sections, spans)

    @property
    def by_key(self) -> Mapping[str, Marked]:
        """The marks by their keys."""
        return {mark.key: mark for mark in self.marks}

    @property
    def frame(self) -> str:
        """The address of the framed original, at the chosen clause."""
        kept = f"{self.query}&" if self.query else ""
        return f"{self.base}frame/?{kept}{urlencode({'c': self.chosen})}#o-{self.chosen}"

    @property
    def is_word(self) -> bool:
        """Whether a Word file with the marks in it can be had."""
        return self.document.format == "docx"


def view_of(document: Document) -> str:
    """How the original of a format is shown: as pages, as Word, in a frame, or as its text."""
    if document.pages and Path(document.name).suffix.lower() != ".html":
        return "pages"
    return VIEWS.get(document.format, "text")


def pages_of(document: Document, marks: Iterable[Marked]) -> tuple[PageShown, ...]:
    """The pages of a document with the boxes over its marks; a mark over several lines has several boxes."""
    boxes: dict[int, list[Box]] = {}
    for mark in marks:
        first = True
        for spot in document.where(mark.start, mark.end):
            if not spot.edges or not 0 < spot.page <= len(document.pages):
                continue
            page = document.pages[spot.page - 1]
            tall = FULL * page.height / page.width
            left, right = min(spot.edges), max(spot.edges)
            box = Box(
                mark,
                round(left * FULL, 1),
                round(spot.top * tall, 1),
                round((right - left) * FULL, 1),
                round((spot.bottom - spot.top) * tall, 1),
                first,
            )
            boxes.setdefault(spot.page, []).append(box)
            first = False
    return tuple(
        PageShown(
            number, round(FULL * page.height / max(page.width, 1)), tuple(boxes.get(number, ()))
        )
        for number, page in enumerate(document.pages, 1)
    )


def spans_by_part(document: Document, marks: Iterable[Marked]) -> dict[int, list[Span]]:
    """For each paragraph or text node, the stretches of it that are marked, as offsets within it."""
    found: dict[int, list[Span]] = {}
    for mark in marks:
        for spot in document.where(mark.start, mark.end):
            span = Span(spot.offset, spot.offset + spot.end - spot.start, mark.key)
            found.setdefault(spot.part, []).append(span)
    return found


def link_to(key: str, query: str) -> str:
    """The address that chooses a clause, with the filters kept, at its card."""
    kept = f"{query}&" if query else ""
    return f"?{kept}{urlencode({'c': key})}#k-{key}"
