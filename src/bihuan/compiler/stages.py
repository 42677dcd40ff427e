"""Shows what one stage made of a report, for people who ask why (`--stage`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bihuan.compiler.model import Compilation, Document, Duty, Place
from bihuan.compiler.normal import normal
from bihuan.compiler.output import to_jsonl
from bihuan.compiler.pipeline import compile_report
from bihuan.compiler.quantities import quantities
from bihuan.compiler.readers import read_document
from bihuan.compiler.sections import outline
from bihuan.compiler.sentences import clauses
from bihuan.compiler.times import deadlines

STAGES = ("reader", "sections", "clauses", "quantities", "times", "commitments", "diagnostics")


def show_stage(
    data: bytes,
    name: str,
    stage: str,
    *,
    year: int | None = None,
    places: Sequence[Place] = (),
    duties: Sequence[Duty] = (),
) -> str:
    """The result of `stage` as text; raises ValueError for a stage that is not in STAGES."""
    if stage not in STAGES:
        raise ValueError(f"unknown stage {stage!r}; known: {', '.join(STAGES)}")
    if stage in ("commitments", "diagnostics"):
        compiled = compile_report(data, name, year=year, places=places, duties=duties)
        return to_jsonl(compiled) if stage == "commitments" else _join(_diagnostics(compiled))
    shows: dict[str, Callable[[bytes, str, int | None], Iterator[str]]] = {
        "reader": _reader,
        "sections": _sections,
        "clauses": _clauses,
        "quantities": _quantities,
        "times": _times,
    }
    return _join(shows[stage](data, name, year))


def _join(lines: Iterator[str]) -> str:
    return "".join(line + "\n" for line in lines)


def _reader(data: bytes, name: str, year: int | None) -> Iterator[str]:
    document = read_document(data, name)
    yield f"{document.format} {document.digest} {len(document.text)} code points"
    yield from (f"{spot.start}-{spot.end}\t{spot.label}" for spot in document.spots)
    yield document.text


def _plain(data: bytes, name: str) -> Document:
    document = read_document(data, name)
    return replace(document, text=normal(document.text).text)


def _sections(data: bytes, name: str, year: int | None) -> Iterator[str]:
    layout = outline(_plain(data, name), year)
    yield f"{layout.title}\tyear {layout.year}"
    for s in layout.sections:
        title = s.path[-1] if s.path else ""
        yield f"{s.start}-{s.end}\t{s.tense}\t{s.horizon or ''}\t{'  ' * s.level}{title}"


def _each_clause(data: bytes, name: str, year: int | None) -> Iterator[tuple[str, int, int]]:
    document = _plain(data, name)
    for block in outline(document, year).blocks:
        for clause in clauses(document.text, block.start, block.end):
            yield document.text, clause.start, clause.end


def _clauses(data: bytes, name: str, year: int | None) -> Iterator[str]:
    for text, start, end in _each_clause(data, name, year):
        yield f"{start}-{end}\t{text[start:end]}"


def _quantities(data: bytes, name: str, year: int | None) -> Iterator[str]:
    for text, start, end in _each_clause(data, name, year):
        for q in quantities(text, start, end):
            high = f"..{q.value_max}" if q.value_max is not None else ""
            bounds = f"{q.prefix}|{q.surplus}{q.suffix}"
            yield f"{q.start}-{q.end}\t{text[q.start : q.end]}\t{q.value}{high} {q.unit}\t{bounds}"


def _times(data: bytes, name: str, year: int | None) -> Iterator[str]:
    found = outline(_plain(data, name), year).year
    if found is None:
        yield "year unknown"
        return
    for text, start, end in _each_clause(data, name, year):
        for due in deadlines(text, start, end, found):
            yield f"{due.start}-{due.end}\t{due.text}\t{due.due}"


def _diagnostics(c: Compilation) -> Iterator[str]:
    for d in (*c.diagnostics, *(d for each in c.commitments for d in each.diagnostics)):
        words = c.document.text[d.start : d.end]
        yield f"{d.severity}\t{d.code}\t{d.start}-{d.end}\t{d.message_zh}\t{words}"
