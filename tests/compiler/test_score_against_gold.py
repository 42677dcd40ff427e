"""Accuracy floors on the hand-labelled reports beside the checkout, and agreement of scorers."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bihuan.compiler import Compilation, compile_report, to_jsonl
from bihuan.compiler.gold import load_gold
from bihuan.compiler.score import score
from bihuan.compiler.scorecard import figures

ROOT = Path(__file__).resolve().parents[2]
HOMES = (ROOT.parent / "shared", ROOT.parent.parent / "shared")
SHARED = next((home for home in HOMES if home.is_dir()), HOMES[0])
FLOORS = {"lvliang-2023-summary": (1.0, 1.0), "shanxi-2026": (0.98, 1.0)}

pytestmark = pytest.mark.shared


@pytest.fixture(params=FLOORS)
def labelled(request: pytest.FixtureRequest) -> tuple[str, Path, Path]:
    name: str = request.param
    text = SHARED / "data" / "extract" / f"{name}.md"
    gold = SHARED / "data" / "extract" / f"{name}.gold.jsonl"
    if not (text.is_file() and gold.is_file()):
        pytest.skip(f"needs the labelled report {gold}; it is not beside this checkout")
    return name, text, gold


def test_targets_and_deadlines_stay_above_the_floor(labelled: tuple[str, Path, Path]) -> None:
    name, text, gold = labelled
    result = score(compile_report(text.read_bytes(), text.name), load_gold(gold))
    floor, due = FLOORS[name]
    assert result.all.f1 >= floor, (result.missed, result.near, result.false)
    assert result.deadlines.value >= due


def test_our_scorer_agrees_with_the_shared_one(
    labelled: tuple[str, Path, Path], tmp_path: Path
) -> None:
    _, text, gold = labelled
    tool = SHARED / "tools" / "score.py"
    if not tool.is_file():
        pytest.skip(f"needs the shared scorer {tool}; it is not beside this checkout")
    compiled = compile_report(text.read_bytes(), text.name)
    lines = to_jsonl(compiled).splitlines(keepends=True)[::2]
    out = tmp_path / "half.jsonl"
    for found, kept in ((compiled, "all"), (_half(compiled), "half")):
        out.write_text(to_jsonl(found) if kept == "all" else "".join(lines), encoding="utf-8")
        theirs = subprocess.run(
            [sys.executable, str(tool), str(gold), str(out)],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        *_, counts, shares = figures(score(found, load_gold(gold)))
        assert [counts, shares] == theirs.splitlines()


def _half(compiled: Compilation) -> Compilation:
    return replace(compiled, commitments=compiled.commitments[::2])
