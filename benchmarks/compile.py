"""How fast a report compiles as it grows, and how accurate the compiler is on labelled reports."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from bihuan.compiler import compile_report
from bihuan.compiler.score import read_gold, score

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "catalog" / "lvliang" / "reports" / "2023.md"
SIZES = (1, 4, 16, 64, 256)
HOMES = (ROOT.parent / "shared", ROOT.parent.parent / "shared")


def speed() -> None:
    """Code points a second at growing sizes; a steady figure means linear time."""
    text = REPORT.read_text(encoding="utf-8")
    sys.stdout.write("code points      seconds   per second\n")
    for times in SIZES:
        data = (text * times).encode()
        started = time.perf_counter()
        compile_report(data, "2023.md")
        took = time.perf_counter() - started
        size = len(text) * times
        sys.stdout.write(f"{size:11d} {took:12.3f} {size / took:12.0f}\n")


def accuracy() -> None:
    """One line a labelled report beside the checkout."""
    golds = [gold for home in HOMES for gold in sorted(home.glob("data/extract/*.gold.jsonl"))]
    if not golds:
        sys.stdout.write("no labelled reports beside this checkout (../shared)\n")
    for gold in golds:
        name = gold.name.removesuffix(".gold.jsonl")
        rows = read_gold(gold.read_text(encoding="utf-8"))
        compiled = compile_report(gold.with_name(f"{name}.md").read_bytes(), f"{name}.md")
        result = score(compiled, rows)
        sys.stdout.write(
            f"{name}: precision {result.precision:.3f} recall {result.recall:.3f} "
            f"F1 {result.f1:.3f} deadlines {result.deadlines_right}/{result.deadlines}\n"
        )


if __name__ == "__main__":
    speed()
    accuracy()
