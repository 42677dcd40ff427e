"""The uploaded Word file with its clauses highlighted and its diagnostics as comments; nothing else of it is changed."""

import io
from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Any

from docx.text.run import Run

from bihuan.compiler import Commitment, Compilation
from bihuan.compiler.readers.docx import paragraphs, pieces
from bihuan.compiler.readers.docx_package import open_docx
from bihuan.compiler.readers.docx_runs import local, w
from bihuan.web.compiled import remarks_of

INKS = {"target": "yellow", "project": "cyan", "measure": "green", "principle": "lightGray"}
AUTHOR, INITIALS = "闭环", "BH"


def marked_word(data: bytes, compilation: Compilation) -> bytes:
    """The same file with marks and comments."""
    word = open_docx(data)
    elements = list(paragraphs(word))
    for commitment in compilation.commitments:
        if commitment.tense == "plan":
            _mark(word, elements, compilation, commitment)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _mark(
    word: Any, elements: Sequence[Any], compilation: Compilation, commitment: Commitment
) -> None:
    """Highlight a clause's own characters; its diagnostics become one comment each on them."""
    runs: list[Any] = []
    for spot in compilation.document.where(commitment.start, commitment.end):
        element = elements[spot.part - 1]
        runs += _runs_between(element, spot.offset, spot.offset + spot.end - spot.start)
    for run in runs:
        _highlight(run, INKS[commitment.kind])
    if not runs:
        return
    anchors = [Run(run, word.part) for run in (runs[0], runs[-1])]
    for remark in remarks_of(commitment.diagnostics, compilation.document.text):
        said = f"{remark.message} {remark.hint}".strip()
        word.add_comment(anchors, text=said, author=AUTHOR, initials=INITIALS)


def _runs_between(paragraph: Any, start: int, end: int) -> list[Any]:
    """The runs that hold exactly the characters start..end of a paragraph, cut out of longer ones."""
    _split_at(paragraph, start)
    _split_at(paragraph, end)
    found: list[Any] = []
    position = 0
    for piece in pieces(paragraph):
        run = _run_of(piece.element)
        if start <= position < end and run is not None and run not in found:
            found.append(run)
        position += len(piece.text)
    return found


def _split_at(paragraph: Any, offset: int) -> None:
    """Cut the run that holds a character in two before it, both looking as the whole did."""
    position = 0
    for piece in pieces(paragraph):
        if position < offset < position + len(piece.text) and local(piece.element) == "t":
            _cut_run(piece.element, offset - position)
            return
        if position == offset:
            run = _run_of(piece.element)
            if run is not None and _before(run, piece.element):
                _part(run, piece.element)
            return
        position += len(piece.text)


def _cut_run(text: Any, at: int) -> None:
    run = _run_of(text)
    if run is None:
        return
    rest = deepcopy(text)
    text.text, rest.text = text.text[:at], text.text[at:]
    for half in (text, rest):
        half.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    text.addnext(rest)
    _part(run, rest)


def _part(run: Any, first: Any) -> None:
    """Move a child of a run and all that follow it into a run of their own, right behind."""
    moved = [first, *first.itersiblings()]
    fresh = run.makeelement(run.tag, dict(run.attrib))
    properties = run.find(w("rPr"))
    if properties is not None:
        fresh.append(deepcopy(properties))
    run.addnext(fresh)
    fresh.extend(moved)


def _before(run: Any, element: Any) -> Iterable[Any]:
    """The children of a run before one, its properties left out."""
    return [e for e in element.itersiblings(preceding=True) if local(e) != "rPr"]


def _run_of(element: Any) -> Any:
    return next((e for e in element.iterancestors() if e.tag == w("r")), None)


def _highlight(run: Any, ink: str) -> None:
    properties = run.get_or_add_rPr()
    for old in properties.findall(w("highlight")):
        properties.remove(old)
    properties._insert_highlight(properties._new_highlight())
    properties.find(w("highlight")).set(w("val"), ink)
