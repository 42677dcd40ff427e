"""The values that pass between the stages; all frozen, spans half-open in code points."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Tense = Literal["plan", "review"]
Kind = Literal["target", "project", "measure", "principle"]
Strength = Literal["must", "strive", "steer"]
Bound = Literal["ge", "gt", "le", "lt", "eq", "approx"]
Basis = Literal["level", "growth", "share", "coverage", "multiple", "rank", "change"]
Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Anchor:
    """Where a stretch of the text layer came from: from `start` on, `label` (page, paragraph)."""

    start: int
    label: str


@dataclass(frozen=True)
class Document:
    """A report's text layer; for Markdown and plain text it is the file itself, decoded."""

    name: str
    format: str
    text: str
    digest: str
    anchors: tuple[Anchor, ...] = ()

    def locate(self, offset: int) -> str:
        """The source place (page, paragraph or line) of a code point of the text layer."""
        if not self.anchors:
            return f"line {self.text.count(chr(10), 0, offset) + 1}"
        at = bisect_right([anchor.start for anchor in self.anchors], offset)
        return self.anchors[max(0, at - 1)].label


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


@dataclass(frozen=True)
class Diagnostic:
    """What keeps a passage from being executed as written, and a hint what to add."""

    code: str
    severity: Severity
    start: int
    end: int
    message_zh: str
    message_en: str
    hint_zh: str


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
