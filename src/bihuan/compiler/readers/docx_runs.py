"""The visible characters of one Word paragraph: insertions, not deletions; results, not fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

NAMESPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
# Where no visible text of this paragraph stands; text boxes have paragraphs of their own.
CLOSED = {
    "del", "moveFrom", "pPr", "rPr", "Fallback", "txbxContent", "instrText", "delText", "rt",
    "sdtPr", "delInstrText", "fldData",
}  # fmt: skip
SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


@dataclass(frozen=True)
class Piece:
    """Characters and the element that holds them (a w:t, or the sign's own element)."""

    element: Any
    text: str


@dataclass(frozen=True)
class Pieces:
    """All visible pieces of a paragraph, and how many runs were hidden."""

    found: tuple[Piece, ...]
    hidden: int

    @property
    def text(self) -> str:
        """The joined characters: what a spot's `offset` counts in."""
        return "".join(piece.text for piece in self.found)

    def __iter__(self) -> Iterator[Piece]:
        return iter(self.found)


def w(name: str) -> str:
    """The qualified name of a WordprocessingML element or attribute."""
    return NAMESPACE + name


def local(element: Any) -> str:
    """The name without its namespace; empty for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def is_on(properties: Any, name: str) -> bool | None:
    """A toggle of run or paragraph properties: on, off, or not said."""
    found = properties.find(w(name)) if properties is not None else None
    if found is None:
        return None
    return found.get(w("val")) not in ("0", "false", "off")


def pieces(paragraph: Any, hides: Callable[[Any, Any], bool] | None = None) -> Pieces:
    """The visible pieces of `paragraph` in order.

    `hides` says of a paragraph and a run whether styles hide the run; by default only the run's own
    properties are asked.
    """
    found: list[Piece] = []
    fields: list[bool] = []  # of each open field: whether its result has begun
    hidden: list[Any] = []

    def is_closed(element: Any) -> bool:
        name = local(element)
        if name == "r" and (hides or _vanishes)(paragraph, element):
            hidden.extend(child for child in element if local(child) == "t")
            return True
        return name in CLOSED

    for element in descend(paragraph, is_closed):
        name = local(element)
        if name == "fldChar":
            _step_field(fields, element.get(w("fldCharType")))
        elif all(fields) and (text := _text(element, name)):
            found.append(Piece(element, text))
    return Pieces(tuple(found), len(hidden))


def descend(root: Any, is_closed: Callable[[Any], bool]) -> Iterator[Any]:
    """The elements below `root` in document order, without the closed ones and what they hold."""
    stack = [iter(root)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
        elif local(element) and not is_closed(element):
            yield element
            stack.append(iter(element))


def _text(element: Any, name: str) -> str:
    if name == "t":
        return element.text or "" if element.tag in (w("t"), MATH) else ""
    if name == "br" and element.get(w("type")) in ("page", "column"):
        return "\n"
    return SIGNS.get(name, "") if element.tag.startswith(NAMESPACE) else ""


def _step_field(fields: list[bool], step: str | None) -> None:
    if step == "begin":
        fields.append(False)
    elif step == "separate" and fields:
        fields[-1] = True
    elif step == "end" and fields:
        fields.pop()


def _vanishes(_: Any, run: Any) -> bool:
    return bool(is_on(run.find(w("rPr")), "vanish"))
