"""Reports of other places and years keep their accuracy: labels in benchmarks/gold, texts beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.compiler import compile_report
from bihuan.compiler.errors import CompileError
from bihuan.compiler.gold import find_text, golds_in, load_gold
from bihuan.compiler.score import score

GOLD = Path(__file__).resolve().parents[2] / "benchmarks" / "gold"
FLOOR, FEWEST = 0.95, 10

pytestmark = pytest.mark.shared


@pytest.mark.parametrize("path", golds_in(GOLD), ids=lambda path: path.name.split(".")[0])
def test_every_labelled_report_stays_above_the_floor(path: Path) -> None:
    gold = load_gold(path)
    try:
        text = find_text(path, gold)
    except CompileError as error:
        pytest.skip(f"needs the report's text beside this checkout: {error.message_en}")
    result = score(compile_report(text.read_bytes(), text.name), gold)
    if result.all.gold >= FEWEST:
        assert result.all.f1 >= FLOOR, (result.missed, result.near, result.false)
    if result.deadlines.all >= FEWEST:
        assert result.deadlines.value >= FLOOR
