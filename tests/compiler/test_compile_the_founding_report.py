"""The founding report, compiled whole: how many commitments of each kind, and each target."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bihuan.compiler import Compilation, compile_report
from bihuan.compiler.output import target_words

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "catalog" / "lvliang" / "reports" / "2023.md"
EXPECTED = Path(__file__).with_name("founding_targets.txt")


@pytest.fixture(scope="module")
def compiled() -> Compilation:
    return compile_report(REPORT.read_bytes(), REPORT.name)


def test_title_year_and_diagnostics(compiled: Compilation) -> None:
    assert compiled.title == "2023年政府工作报告(摘要)"
    assert compiled.year == 2023
    assert compiled.diagnostics == ()


def test_commitments_of_each_tense_and_kind(compiled: Compilation) -> None:
    assert Counter((c.tense, c.kind) for c in compiled.commitments) == KINDS


def test_every_planned_target(compiled: Compilation) -> None:
    found = [
        f"{c.deadline} {target_words(target)}"
        for c in compiled.commitments
        if c.tense == "plan"
        for target in c.targets
    ]
    assert found == EXPECTED.read_text(encoding="utf-8").splitlines()


KINDS = {
    ("review", "measure"): 24,
    ("review", "target"): 37,
    ("review", "project"): 2,
    ("review", "principle"): 3,
    ("plan", "principle"): 12,
    ("plan", "measure"): 33,
    ("plan", "target"): 31,
    ("plan", "project"): 12,
}
