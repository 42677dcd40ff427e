"""The values that pass between the stages; all frozen, spans half-open in code points."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol

Tense = Literal["plan", "review"]
Kind = Literal["target", "project", "measure", "principle"]
Strength = Literal["must", "strive", "steer"]
Bound = Literal["ge", "gt", "le", "lt", "eq", "approx"]
Basis = Literal["level", "growth", "share", "coverage", "multiple", "rank", "change"]
Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Spot:
    """Where a stretch of the text layer stands in the original: one line of a page, one run of a part.

    `page` counts pages from 1 (0: the format has none); `part` counts paragraphs (docx), text nodes
    (html) or lines of the page (pdf, pictures) from 1. `offset` is the code point within the part at
    which the stretch begins. `top` and `bottom` are shares of the page's height, `edges` the left
    edge of each code point as a share of its width, and last the right edge of the last one
    (`end - start + 1` numbers); empty where the format has no boxes.
    """

    start: int
    end: int
    page: int = 0
    part: int = 0
    offset: int = 0
    top: float = 0.0
    bottom: float = 0.0
    edges: tuple[float, ...] = ()

    def cut(self, start: int, end: int) -> Spot:
        """The part of this spot that lies within `start`..`end`, which must overlap it."""
        low, high = max(self.start, start), min(self.end, end)
        edges = self.edges[low - self.start : high - self.start + 1]
        return replace(
            self, start=low, end=high, offset=self.offset + low - self.start, edges=edges
        )

    @property
    def label(self) -> str:
        """What a person would look for: the page, else the paragraph."""
        return f"page {self.page}" if self.page else f"paragraph {self.part}"


@dataclass(frozen=True)
class Page:
    """The size of a page of the original, in points (pdf) or pixels (pictures)."""

    width: float
    height: float


@dataclass(frozen=True)
class Layer:
    """What a reader finds in a file: the text, where each stretch stands, the pages, and its notes."""

    text: str
    spots: tuple[Spot, ...] = ()
    pages: tuple[Page, ...] = ()
    notes: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class Document:
    """A report's text layer; for Markdown and plain text it is the file itself, decoded.

    `spots` stand in the order of the text and do not overlap; text that the reader put in by itself
    (line ends, heading marks) lies in none. Plain text has no spots: it is its own original.
    """

    name: str
    format: str
    text: str
    digest: str
    spots: tuple[Spot, ...] = ()
    pages: tuple[Page, ...] = ()
    notes: tuple[Diagnostic, ...] = ()

    def where(self, start: int, end: int) -> tuple[Spot, ...]:
        """The spots of the original that hold `start`..`end`, each cut to it."""
        at = max(0, bisect_right(self.spots, start, key=lambda spot: spot.start) - 1)
        found = []
        for spot in self.spots[at:]:
            if spot.start >= end:
                break
            if spot.end > start:
                found.append(spot.cut(start, end))
        return tuple(found)

    def locate(self, offset: int) -> str:
        """The source place (page, paragraph or line) of a code point of the text layer."""
        if not self.spots:
            return f"line {self.text.count(chr(10), 0, offset) + 1}"
        at = bisect_right(self.spots, offset, key=lambda spot: spot.start)
        return self.spots[max(0, at - 1)].label


@dataclass(frozen=True)
class Section:
    """A heading and the text under it; `tense` is None where no promise can stand."""

    path: tuple[str, ...]
    level: int
    start: int
    end: int
    tense: Tense | None
    horizon: int | None = None


@dataclass(frozen=True)
class Block:
    """A paragraph or list item of running text, without bullet, number or inline heading."""

    start: int
    end: int
    section: int


@dataclass(frozen=True)
class Outline:
    """What the layout says: title, plan year, the heading tree and the paragraphs."""

    title: str
    year: int | None
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Clause:
    """A stretch between commas; `sentence` numbers the sentence within its block."""

    start: int
    end: int
    sentence: int


@dataclass(frozen=True)
class Quantity:
    """A number with its unit as written; `prefix` and `suffix` are the bound words around it."""

    start: int
    end: int
    number: int
    value: Decimal
    value_max: Decimal | None
    unit: str
    prefix: str
    suffix: str
    surplus: str = ""
    chinese: bool = False


@dataclass(frozen=True)
class Deadline:
    """Words that name a last day, and the day."""

    start: int
    end: int
    text: str
    due: date


@dataclass(frozen=True)
class Target:
    """A number to reach, keep under or deliver; `also` names readings that are as fair."""

    measure: str
    value: Decimal
    value_max: Decimal | None
    unit: str
    bound: Bound
    basis: Basis
    direction: str | None
    start: int
    end: int
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """A place to look for: its GB/T 2260 code, name and other names."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Duty:
    """A unit (单位) to look for: code, name, other names, and the words of its duties (职责)."""

    unit: str
    name: str
    aliases: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Mention:
    """A place or unit named in a clause, with its code."""

    code: str
    name: str


@dataclass(frozen=True)
class Suggestion:
    """A responsible unit suggested, with the reason an official can check."""

    unit: str
    why: str
    words: tuple[str, ...]


class Advisor(Protocol):
    """Whoever suggests responsible units from the past: learned from a city's own tables."""

    def suggest(self, text: str, section: tuple[str, ...]) -> tuple[Suggestion, ...]:
        """The likely lead units of a clause, best first, each with a reason; empty if unsure."""


@dataclass(frozen=True)
class Diagnostic:
    """What keeps a passage from being executed as written, and a hint what to add.

    `related` are the other spans it is about: the second mention, the parts of a sum.
    """

    code: str
    severity: Severity
    start: int
    end: int
    message_zh: str
    message_en: str
    hint_zh: str
    hint_en: str = ""
    related: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Commitment:
    """A clause that promises (or reports) something that can be checked on its own."""

    id: str
    section: tuple[str, ...]
    start: int
    end: int
    text: str
    tense: Tense
    kind: Kind
    strength: Strength
    targets: tuple[Target, ...]
    deadline: date | None
    deadline_text: str
    places: tuple[Mention, ...] = ()
    units: tuple[Mention, ...] = ()
    lead: Suggestion | None = None
    assist: tuple[Suggestion, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class Compilation:
    """All that one report says, in source order."""

    document: Document
    year: int | None
    title: str
    sections: tuple[Section, ...]
    commitments: tuple[Commitment, ...]
    diagnostics: tuple[Diagnostic, ...] = field(default=())
