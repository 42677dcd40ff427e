"""The stages in order: read, outline, split, find, build, assign, diagnose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bihuan.compiler import diagnostics
from bihuan.compiler.commitments import Ids, block_commitments
from bihuan.compiler.duties import DutyBook
from bihuan.compiler.model import Advisor, Commitment, Compilation, Duty, Place
from bihuan.compiler.places import Gazetteer
from bihuan.compiler.readers import read_document
from bihuan.compiler.sections import outline


def compile_report(
    data: bytes,
    name: str,
    *,
    year: int | None = None,
    places: Sequence[Place] = (),
    duties: Sequence[Duty] = (),
    advisor: Advisor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Compilation:
    """Compiles the report in `data`; `progress` hears (code points done, all of them).

    `advisor` suggests units from the past; without one, names and duty words alone decide.
    Raises CompileError for what cannot be read as a report, and nothing else.
    """
    document = read_document(data, name)
    layout = outline(document, year)
    gazetteer, book, ids = Gazetteer(places), DutyBook(duties), Ids()
    found: list[Commitment] = []
    for block in layout.blocks:
        section = layout.sections[block.section]
        for bare in block_commitments(document.text, block, section, layout.year, ids):
            found.append(_assigned(bare, gazetteer, book, advisor, bool(duties)))
        if progress is not None:
            progress(block.end, len(document.text))
    if progress is not None:
        progress(len(document.text), len(document.text))
    return Compilation(
        document,
        layout.year,
        layout.title,
        layout.sections,
        tuple(found),
        diagnostics.of_report(layout, found),
    )


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
