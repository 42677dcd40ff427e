"""DOCX: the text as Word shows it once all changes are accepted, one paragraph a line.

`paragraphs` numbers the paragraphs of a document in document order from 1, `pieces` gives the
visible characters of one. A spot's `part` is that number and its `offset` the code point within the
joined pieces. What Word adds by itself (automatic numbers) is the reader's own and lies in no spot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bihuan.compiler.model import Layer
from bihuan.compiler.readers.docx_numbers import Numbering
from bihuan.compiler.readers.docx_package import open_docx
from bihuan.compiler.readers.docx_runs import Pieces, descend, local, pieces, w
from bihuan.compiler.readers.docx_styles import Styles
from bihuan.compiler.readers.headings import is_heading, is_numbered, mixes_headings
from bihuan.compiler.readers.layering import LayerBuilder
from bihuan.compiler.readers.notes import note

__all__ = ["paragraphs", "pieces", "read_docx"]

LONGEST_CELL = 40
CHANGES = {"ins", "del", "moveTo"}
CLOSED = {"del", "moveFrom", "sdtPr", "sectPr", "Fallback"}
BOX = w("txbxContent")


def read_docx(data: bytes) -> Layer:
    """The text layer, with the paragraph and the place in it of each stretch."""
    return _Reading(open_docx(data)).layer()


def paragraphs(document: Any) -> Iterator[Any]:
    """The w:p elements of the body in document order, those in tables and text boxes included.

    A paragraph that holds a text box stands before the paragraphs of the box. Copies that Word
    keeps for older versions (mc:Fallback) are left out, as is what the body does not hold:
    headers, footnotes, comments.
    """
    for element in descend(document.element.body, lambda found: local(found) == "Fallback"):
        if element.tag == w("p"):
            yield element


@dataclass
class _Line:
    """A line under way: its level as a heading, its automatic number, and its pieces.

    A piece is a text with its part and offset; part 0 is the reader's own.
    """

    level: int
    mark: str
    pieces: list[tuple[str, int, int]]

    @property
    def text(self) -> str:
        return self.mark + "".join(text for text, _, _ in self.pieces)


class _Reading:
    """One pass over the body, collecting lines."""

    def __init__(self, document: Any) -> None:
        self._styles = Styles(document)
        self._numbering = Numbering(document, self._styles)
        self._body = document.element.body
        self._numbers = {element: number for number, element in enumerate(paragraphs(document), 1)}
        self._lines: list[_Line] = []
        self._counts: Counter[str] = Counter()
        self._open = False  # whether the line under way goes on (its paragraph mark is deleted)

    def layer(self) -> Layer:
        """Reads the body and adds the notes on what was found."""
        self._blocks(self._body)
        self._counts["changes"] = sum(1 for e in self._body.iter() if local(e) in CHANGES)
        notes = [
            note(code, count=self._counts[key])
            for key, code in (
                ("changes", "tracked-changes"),
                ("hidden", "hidden-text"),
                ("tables", "tables-read"),
            )
            if self._counts[key]
        ]
        builder = LayerBuilder()
        plain = mixes_headings((line.level, line.text) for line in self._lines)
        for line in self._lines:
            _write(builder, line, plain)
        return builder.layer(notes=notes)

    def _blocks(self, container: Any) -> None:
        """Everything at the level of paragraphs, whatever wraps it."""
        for element in container:
            name = local(element)
            if name == "p":
                self._paragraph(element)
            elif name == "tbl":
                self._table(element)
            elif name and name not in CLOSED and not _is_contents(element):
                self._blocks(element)

    def _paragraph(self, element: Any) -> None:
        style = self._styles.of(element)
        mark = self._numbering.next_mark(element)
        if style.is_contents:
            return
        found = self._pieces(element)
        number = self._numbers[element]
        for start, text in _split(found.text):
            if not self._open:
                self._lines.append(_Line(style.level, mark, []))
            self._lines[-1].pieces.append((text, number, start))
            mark, self._open = "", False
        self._open = bool(self._lines) and _mark_deleted(element) and not _ends(found.text)
        for box in _boxes(element):
            self._open = False
            self._blocks(box)

    def _pieces(self, element: Any) -> Pieces:
        found = pieces(element, self._styles.hides)
        self._counts["hidden"] += found.hidden
        return found

    def _table(self, table: Any) -> None:
        by_row = False
        for row in _children(table, "tr"):
            if row.find(f"{w('trPr')}/{w('del')}") is None:
                by_row = self._row(row) or by_row
        self._counts["tables"] += by_row

    def _row(self, row: Any) -> bool:
        """One line for a row of short cells; else a line a paragraph. Says which."""
        cells = list(_children(row, "tc"))
        filled = [[p for p in _children(cell, "p") if _shown(p)] for cell in cells]
        nested = row.find(f".//{w('tbl')}") is not None or row.find(f".//{BOX}") is not None
        short = all(
            len(cell) <= 1 and all(_shown(p) <= LONGEST_CELL for p in cell) for cell in filled
        )
        if nested or not short or sum(map(len, filled)) < 2:
            for cell in cells:
                self._blocks(cell)
            return False
        line = _Line(0, "", [])
        for element in (p for cell in filled for p in cell):
            own = ("\t" if line.pieces else "") + self._numbering.next_mark(element)
            text = self._pieces(element).text.replace("\n", " ")
            blank = len(text) - len(text.lstrip())
            line.pieces += [(own, 0, 0), (text.strip(), self._numbers[element], blank)]
        self._lines.append(line)
        return True


def _write(builder: LayerBuilder, line: _Line, plain: bool) -> None:
    heading = line.level and is_heading(line.text) and not (plain and is_numbered(line.text))
    builder.break_line()
    builder.own(("#" * min(line.level, 6) + " " if heading else "") + line.mark)
    for text, part, offset in line.pieces:
        if part:
            builder.keep(text, part=part, offset=offset)
        else:
            builder.own(text)


def _shown(paragraph: Any) -> int:
    """How many characters a paragraph shows."""
    return len(pieces(paragraph).text.strip())


def _children(container: Any, name: str) -> Iterator[Any]:
    """The rows, cells or paragraphs of a container, also those in content controls or insertions."""
    for element in container:
        found = local(element)
        if found == name:
            yield element
        elif found in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            yield from _children(element, name)


def _split(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a paragraph (soft breaks) that hold anything, with where each begins."""
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, line
        start += len(line) + 1


def _mark_deleted(element: Any) -> bool:
    """Whether the paragraph's own mark is deleted, so that the next one joins it."""
    return element.find(f"{w('pPr')}/{w('rPr')}/{w('del')}") is not None


def _ends(text: str) -> bool:
    """Whether a paragraph ends with a soft break, so that nothing can join its last line."""
    return text.endswith("\n")


def _is_contents(element: Any) -> bool:
    """Whether a content control holds the table of contents."""
    gallery = element.find(f"{w('sdtPr')}/{w('docPartObj')}/{w('docPartGallery')}")
    return gallery is not None and gallery.get(w("val")) == "Table of Contents"


def _boxes(element: Any) -> list[Any]:
    """The contents of the text boxes that hang on a paragraph, outermost only."""
    found: list[Any] = []
    stack = list(reversed(element))
    while stack:
        child = stack.pop()
        name = local(child)
        if name == "txbxContent":
            found.append(child)
        elif name not in ("", "Fallback", "del", "moveFrom", "p", "tbl"):
            stack.extend(reversed(child))
    return found
