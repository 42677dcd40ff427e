"""The stages in order: read, outline, split, find, build, assign, diagnose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from bihuan.compiler import diagnostics
from bihuan.compiler.commitments import Ids, block_commitments
from bihuan.compiler.duties import DutyBook
from bihuan.compiler.model import (
    Advisor,
    Commitment,
    Compilation,
    Diagnostic,
    Duty,
    Place,
    Section,
    Target,
)
from bihuan.compiler.normal import Plain, normal
from bihuan.compiler.places import Gazetteer
from bihuan.compiler.readers import read_document
from bihuan.compiler.sections import outline
from bihuan.compiler.several import one_report


def compile_report(
    data: bytes,
    name: str,
    *,
    year: int | None = None,
    places: Sequence[Place] = (),
    duties: Sequence[Duty] = (),
    advisor: Advisor | None = None,
    progress: Callable[[int, int], None] | None = None,
    reading: Callable[[int, int], None] | None = None,
) -> Compilation:
    """Compiles the report in `data`; `progress` hears (code points done, all of them).

    `advisor` suggests units from the past; without one, names and duty words alone decide.
    `reading` hears before that (pages read, all of them), where the file has pages.

    Raises CompileError for what cannot be read as a report, and nothing else.
    """
    document = read_document(data, name, progress=reading)
    only, others = one_report(document)
    plain = normal(only.text)
    layout = outline(replace(only, text=plain.text), year)
    gazetteer, book, ids = Gazetteer(places), DutyBook(duties), Ids()
    found: list[Commitment] = []
    for block in layout.blocks:
        section = layout.sections[block.section]
        for bare in block_commitments(plain.text, block, section, layout.year, ids):
            found.append(_assigned(bare, gazetteer, book, advisor, bool(duties)))
        if progress is not None:
            progress(plain.back(block.end), len(document.text))
    if progress is not None:
        progress(len(document.text), len(document.text))
    whole = diagnostics.compared(plain.text, layout.year, found)
    return Compilation(
        document,
        layout.year,
        layout.title,
        tuple(_spanned(section, plain) for section in layout.sections),
        tuple(_in_original(c, document.text, plain) for c in whole),
        (*document.notes, *others, *diagnostics.of_report(layout, found)),
    )


S = TypeVar("S", Commitment, Diagnostic, Section, Target)


def _spanned(found: S, plain: Plain) -> S:
    """The same with its span in the original."""
    return replace(found, start=plain.back(found.start), end=plain.end(found.end))


def _in_original(c: Commitment, text: str, plain: Plain) -> Commitment:
    """The commitment with all its spans, and its words, as the original has them."""
    moved = _spanned(c, plain)
    return replace(
        moved,
        text=text[moved.start : moved.end],
        targets=tuple(_spanned(target, plain) for target in c.targets),
        diagnostics=tuple(_told(diagnostic, plain) for diagnostic in c.diagnostics),
    )


def _told(d: Diagnostic, plain: Plain) -> Diagnostic:
    """The diagnostic with all its spans in the original."""
    related = tuple((plain.back(start), plain.end(end)) for start, end in d.related)
    return replace(_spanned(d, plain), related=related)


def _assigned(
    c: Commitment,
    gazetteer: Gazetteer,
    book: DutyBook,
    advisor: Advisor | None,
    knows_units: bool,
) -> Commitment:
    """The commitment with its places, units and diagnostics."""
    advised = advisor.suggest(c.text, c.section) if advisor is not None else ()
    owners = book.responsible(c.text, c.section, advised)
    named = replace(
        c,
        places=gazetteer.named(c.text),
        units=owners.units,
        lead=owners.lead,
        assist=owners.assist,
    )
    return replace(named, diagnostics=diagnostics.of_commitment(named, knows_units))
