"""A Word file drawn as HTML from its own paragraphs, with the clauses marked on its own characters. Reads only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from bihuan.compiler import Document
from bihuan.compiler.readers.docx import paragraphs, pieces
from bihuan.compiler.readers.docx_numbers import Numbering
from bihuan.compiler.readers.docx_package import open_docx
from bihuan.compiler.readers.docx_runs import is_on, local, w
from bihuan.compiler.readers.docx_styles import Styles
from bihuan.web.highlight import Segment, Span, segments
from bihuan.web.original import Marked, link_to, spans_by_part

ALIGNED = {"center": "center", "right": "right", "end": "right", "both": "", "left": ""}
LOOKS = (("b", "b"), ("i", "i"), ("u", "u"), ("strike", "s"))
CLOSED = {"sdtPr", "sectPr", "Fallback", "del", "moveFrom"}


def drawn(
    data: bytes, document: Document, marks: Sequence[Marked], query: str, chosen: str
) -> SafeString:
    """The body of a Word file as HTML; every character of the file is escaped."""
    word = open_docx(data)
    page = _Drawing(word, spans_by_part(document, marks), marks, query, chosen)
    return mark_safe("".join(page.blocks(word.element.body)))


@dataclass(frozen=True)
class _Look:
    """How a run looks, as the elements around it, from the outside in."""

    elements: tuple[str, ...]

    def around(self, text: str) -> str:
        """Escaped text within the elements."""
        shown = escape(text).replace("\n", "<br>")
        for name in reversed(self.elements):
            shown = f"<{name}>{shown}</{name}>"
        return shown


class _Drawing:
    """One pass over the body."""

    def __init__(
        self,
        word: Any,
        spans: Mapping[int, Sequence[Span]],
        marks: Sequence[Marked],
        query: str,
        chosen: str,
    ) -> None:
        self._styles = Styles(word)
        self._numbering = Numbering(word, self._styles)
        self._numbers = {element: n for n, element in enumerate(paragraphs(word), 1)}
        self._spans, self._query, self._chosen = spans, query, chosen
        self._marks = {mark.key: mark for mark in marks}
        self._seen: set[str] = set()

    def blocks(self, container: Any) -> Iterator[str]:
        """Everything at the level of paragraphs, whatever wraps it."""
        for element in container:
            name = local(element)
            if name == "p" and element in self._numbers:
                yield self._paragraph(element)
                for box in _boxes(element):
                    yield f'<div class="box-text">{"".join(self.blocks(box))}</div>'
            elif name == "tbl":
                yield f"<table>{''.join(self._rows(element))}</table>"
            elif name and name not in CLOSED:
                yield from self.blocks(element)

    def _rows(self, table: Any) -> Iterator[str]:
        for row in table.iterchildren(w("tr")):
            cells = (f"<td>{''.join(self.blocks(c))}</td>" for c in row.iterchildren(w("tc")))
            yield f"<tr>{''.join(cells)}</tr>"

    def _paragraph(self, element: Any) -> str:
        level = self._styles.of(element).level
        own = self._numbering.next_mark(element)
        kind = f"head level-{level}" if level else "paragraph"
        properties = element.find(w("pPr"))
        kind += _aligned(properties) + _indented(properties)
        role = f' role="heading" aria-level="{min(level + 1, 6)}"' if level else ""
        number = f'<span class="own">{escape(own)}</span>' if own.strip() else ""
        return f'<div class="{kind}"{role}>{number}{"".join(self._runs(element))}</div>'

    def _runs(self, element: Any) -> Iterator[str]:
        """The visible characters, cut where a mark or a look begins or ends; deleted ones struck through."""
        found = pieces(element, self._styles.hides)
        spans = self._spans.get(self._numbers[element], ())
        looks, position = [], 0
        for piece in found:
            position += len(piece.text)
            looks.append((position, _look(piece.element)))
        open_key = ""
        for segment in segments(found.text, spans):
            inner = "".join(_cut(segment, looks))
            if segment.key != open_key and open_key:
                yield "</a></mark>"
            if segment.key and segment.key != open_key:
                yield self._opening(segment.key)
            open_key = segment.key
            yield inner
        if open_key:
            yield "</a></mark>"
        yield from (f'<del class="deleted">{escape(text)}</del>' for text in _deleted(element))

    def _opening(self, key: str) -> str:
        mark = self._marks[key]
        anchor = "" if key in self._seen else f' id="o-{escape(key)}"'
        self._seen.add(key)
        here = " here" if key == self._chosen else ""
        kind = f"c c-{mark.kind} w-{mark.worst or 'none'}{here}"
        return (
            f'<mark class="{kind}" data-c="{escape(key)}"{anchor}>'
            f'<a href="{escape(link_to(key, self._query))}" title="{escape(mark.said)}">'
        )


def _cut(segment: Segment, looks: Sequence[tuple[int, _Look]]) -> Iterator[str]:
    """The text of a segment, in the looks of the runs that it runs over."""
    low, end = segment.start, segment.start + len(segment.text)
    for until, look in looks:
        if until <= low:
            continue
        high = min(until, end)
        yield look.around(segment.text[low - segment.start : high - segment.start])
        low = high
        if low >= end:
            return


def _look(element: Any) -> _Look:
    """The look of the run that holds a piece, and whether it was inserted by a tracked change."""
    found: list[str] = []
    for holder in element.iterancestors():
        name = local(holder)
        if name == "r":
            properties = holder.find(w("rPr"))
            found += [tag for key, tag in LOOKS if _is_set(properties, key)]
        elif name in ("ins", "moveTo"):
            found.insert(0, "ins")
        elif name == "p":
            break
    return _Look(tuple(found))


def _is_set(properties: Any, name: str) -> bool:
    if properties is None or not is_on(properties, name):
        return False
    return bool(properties.find(w(name)).get(w("val")) != "none")


def _deleted(element: Any) -> Iterator[str]:
    """What tracked changes took out of a paragraph; it is no text of the report."""
    for gone in element.iter(w("del")):
        text = "".join(part.text or "" for part in gone.iter(w("delText")))
        if text:
            yield text


def _aligned(properties: Any) -> str:
    found = properties.find(w("jc")) if properties is not None else None
    place = ALIGNED.get(found.get(w("val")), "") if found is not None else ""
    return f" {place}" if place else ""


def _indented(properties: Any) -> str:
    found = properties.find(w("ind")) if properties is not None else None
    if found is None:
        return ""
    first = found.get(w("firstLineChars")) or found.get(w("firstLine")) or "0"
    return " indented" if first.isdecimal() and int(first) > 0 else ""


def _boxes(element: Any) -> Iterator[Any]:
    """The contents of the text boxes that hang on a paragraph, without the copies kept for older versions."""
    for box in element.iter(w("txbxContent")):
        if not any(local(holder) == "Fallback" for holder in box.iterancestors()):
            yield box
