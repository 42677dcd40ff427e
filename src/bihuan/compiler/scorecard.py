"""A score in words: the figures by basis and bound, then each miss, near hit and false alarm."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import get_args

from bihuan.compiler.errors import CompileError
from bihuan.compiler.gold import Row, find_text, golds_in, load_gold
from bihuan.compiler.model import Basis, Bound, Target
from bihuan.compiler.output import number
from bihuan.compiler.pipeline import compile_report
from bihuan.compiler.score import FOLD_BOUND, Figures, Score, Share, score

AROUND = 20
HEAD = f"{'':24} gold  pred  hits  precision  recall     F1"


def score_one(path: Path, report: Path | None = None, year: int | None = None) -> str:
    """Compiles the text that the gold file at `path` labels, and tells everything."""
    gold = load_gold(path)
    found = report or find_text(path, gold)
    compiled = compile_report(found.read_bytes(), found.name, year=year)
    result = score(compiled, gold)
    text = compiled.document.text
    return "\n".join([*mistakes(result, text), *figures(result)]) + "\n"


def score_all(folder: Path) -> str:
    """A line for each gold file of the folder, then the micro average by basis and bound."""
    total, lines = Score(), [f"{HEAD}   deadlines  tense"]
    for path in golds_in(folder):
        name = path.name.split(".")[0]
        try:
            gold = load_gold(path)
            text = find_text(path, gold)
        except CompileError as error:
            lines.append(f"{name}: {error.code}: {error.message_zh}{error.remedy}")
            continue
        result = score(compile_report(text.read_bytes(), text.name), gold)
        lines.append(_whole(name, result))
        total += result
    return "\n".join([*lines, _whole("micro average", total), "", *tables(total)]) + "\n"


def figures(result: Score) -> Iterator[str]:
    """All the figures, the last two lines as the shared scorer prints them."""
    yield HEAD
    yield from tables(result)
    if result.tense.all:
        yield f"tense {_share(result.tense)}"
    every = result.all
    yield (
        f"gold {every.gold} pred {every.predicted} tp {every.hits} "
        f"(value right but bound/unit/basis wrong {len(result.near)})"
    )
    yield (
        f"precision {every.precision:.3f} recall {every.recall:.3f} F1 {every.f1:.3f} "
        f"deadlines {_share(result.deadlines)}"
    )


def tables(result: Score) -> Iterator[str]:
    """A line for each basis and each bound that was labelled or said; gt counts as ge, lt as le."""
    for basis in get_args(Basis):
        yield from _part(f"basis {basis}", result.where(partial(_has, "basis", basis)))
    for bound in get_args(Bound):
        if bound not in FOLD_BOUND:
            yield from _part(f"bound {bound}", result.where(partial(_has, "bound", bound)))


def _has(name: str, value: str, row: Row) -> bool:
    return FOLD_BOUND.get(row[name], row[name]) == value


def _part(name: str, part: Figures) -> Iterator[str]:
    if part.gold or part.predicted:
        yield _line(name, part)


def mistakes(result: Score, text: str) -> Iterator[str]:
    """Each miss, near hit and false alarm, in the order of the text."""
    told = [(row["start"], f"MISS  {_row(row)}", row["start"], row["end"]) for row in result.missed]
    for row, (_, target) in result.near:
        words = f"NEAR  {_row(row)}, said {_target(target)}"
        told.append((row["start"], words, row["start"], row["end"]))
    for _, target in result.false:
        told.append((target.start, f"FALSE {_target(target)}", target.start, target.end))
    for _, words, start, end in sorted(told):
        yield f"{words}\n      {start}: {_context(text, start, end)}"


def _context(text: str, start: int, end: int) -> str:
    parts = (text[max(0, start - AROUND) : start], text[start:end], text[end : end + AROUND])
    before, own, after = (" ".join(part.split()) for part in parts)
    return f"{before}【{own}】{after}"


def _row(row: Row) -> str:
    high = f"–{row['value_max']}" if row.get("value_max") is not None else ""
    return f"{row['value']}{high} {row['unit']} {row['bound']} {row['basis']}"


def _target(target: Target) -> str:
    high = f"–{number(target.value_max)}" if target.value_max is not None else ""
    return f"{number(target.value)}{high} {target.unit} {target.bound} {target.basis}"


def _whole(name: str, result: Score) -> str:
    due, tense = (
        f"{share.value:.3f}" if share.all else "–" for share in (result.deadlines, result.tense)
    )
    return f"{_line(name, result.all)}{due:>12}{tense:>7}"


def _line(name: str, part: Figures) -> str:
    counts = f"{name:24.24}{part.gold:5}{part.predicted:6}{part.hits:6}"
    if not part.gold and not part.predicted:
        return f"{counts}{'–':>11}{'–':>8}{'–':>7}"
    return f"{counts}{part.precision:11.3f}{part.recall:8.3f}{part.f1:7.3f}"


def _share(share: Share) -> str:
    return f"{share.right}/{share.all} = {share.value:.3f}"
