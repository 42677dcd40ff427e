"""A quantity with the words around it that are its own: left and right up to its neighbours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.compiler.model import Clause, Quantity

DELIMITER = re.compile(r"以及|、|和(?![美谐平解睦])|及(?!以上)|与|；|;")
LEADING = re.compile(r"^(?:[、，,；;：: \u3000]|以及|和|及|与|并|或|其中|各是|分别为)+")
QUOTED = re.compile(r"“[^”]{0,120}”|《[^》]{0,120}》|\"[^\"]{0,120}\"")
BRACKETED = re.compile(r"[（(](?!其中|含)[^）)]{0,120}[）)]")


@dataclass(frozen=True)
class Segment:
    """`left` precedes the bound words, `right` follows them; start and end are its span."""

    quantity: Quantity
    clause: Clause
    start: int
    end: int
    left: str
    right: str
    previous: Quantity | None
    following: Quantity | None
    gap: str


def segments(text: str, clause: Clause, found: Sequence[Quantity]) -> tuple[Segment, ...]:
    """The segments of one clause; quantities in quotes or brackets are names, not numbers."""
    hidden = hidden_spans(text, clause)
    kept = [q for q in found if not any(a <= q.number < b for a, b in hidden)]
    return tuple(_segment(text, clause, kept, index) for index in range(len(kept)))


def hidden_spans(text: str, clause: Clause) -> tuple[tuple[int, int], ...]:
    """The quoted names and bracketed remarks of a clause."""
    words = text[clause.start : clause.end]
    return tuple(
        (clause.start + match.start(), clause.start + match.end())
        for pattern in (QUOTED, BRACKETED)
        for match in pattern.finditer(words)
    )


def _segment(text: str, clause: Clause, kept: list[Quantity], index: int) -> Segment:
    quantity = kept[index]
    previous = kept[index - 1] if index else None
    following = kept[index + 1] if index + 1 < len(kept) else None
    left_edge = clause.start
    if previous is not None:
        left_edge = _last_delimiter(text, previous.end, quantity.start)
    right_edge = clause.end
    if following is not None:
        right_edge = _last_delimiter(text, quantity.end, following.start)
    left = LEADING.sub("", text[left_edge : quantity.start])
    right = text[quantity.end : right_edge]
    start = quantity.start - len(left)
    end = right_edge if right and not DELIMITER.match(right) else quantity.end
    gap = text[previous.end : quantity.start] if previous is not None else ""
    return Segment(
        quantity, clause, start, max(end, quantity.end), left, right, previous, following, gap
    )


def _last_delimiter(text: str, start: int, end: int) -> int:
    """Where the right neighbour begins: the last delimiter in between, else its own edge."""
    edge = start
    for match in DELIMITER.finditer(text, start, max(start, end)):
        edge = match.start()
    if edge == start and not DELIMITER.match(text, start):
        return max(start, end) if start < end else start
    return edge
