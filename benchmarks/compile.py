"""The compiler measured: accuracy on labelled reports, growth up to 10 MB, and other libraries beside it.

`make benchmark-compile` writes the section "The compiler" of docs/benchmarks.md. The labelled reports
and the peers' own cases lie beside the checkout (../shared); without them their tables are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.peers import NAMES, ask
from benchmarks.peers.judge import KINDS, judge
from bihuan.compiler import compile_report
from bihuan.compiler.quantities import quantities
from bihuan.compiler.scorecard import score_all

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
REPORT = ROOT / "catalog" / "lvliang" / "reports" / "2023.md"
HOMES = (ROOT.parent / "shared", ROOT.parent.parent / "shared")
KILOBYTES = (40, 160, 640, 2560, 10240)
TITLE = "## The compiler"
RUNS = 5

Row = Sequence[object]


def grow(kilobytes: int) -> dict[str, float]:
    """Compiles a report of this size in this process: code points, seconds, peak memory."""
    one = REPORT.read_bytes()
    data = one * max(1, kilobytes * 1024 // len(one))
    started = time.perf_counter()
    compiled = compile_report(data, "2023.md")
    took = time.perf_counter() - started
    points = len(compiled.document.text)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "kilobytes": len(data) // 1024,
        "points": points,
        "commitments": len(compiled.commitments),
        "seconds": took,
        "peak": peak,
    }


def growth() -> Iterator[str]:
    """Each size in a process of its own; a steady figure means linear time."""
    yield "### Growth\n"
    yield (
        "The founding report of Lüliang, one behind the other. Aim: linear, and 10 MB without a hang. "
        "Peak memory is that of the whole process, the interpreter included.\n"
    )
    rows = []
    for size in KILOBYTES:
        command = [sys.executable, "-m", "benchmarks.compile", "--grow", str(size)]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=900)
        found = json.loads(done.stdout)
        rate = found["points"] / found["seconds"]
        rows.append(
            (
                f"{found['kilobytes']:,}",
                f"{found['points']:,}",
                f"{found['commitments']:,}",
                f"{found['seconds']:.2f}",
                f"{rate:,.0f}",
                f"{found['peak']:,.0f}",
            )
        )
    heads = ("KB", "code points", "commitments", "seconds", "code points /s", "peak MB")
    yield from _table(heads, rows)


def accuracy() -> Iterator[str]:
    """One line a labelled report beside the checkout or in it, then by basis and bound."""
    homes = [ROOT / "benchmarks" / "gold", *(home / "data" / "extract" for home in HOMES)]
    for home in homes:
        if any(home.glob("*.gold.jsonl")):
            yield f"### Accuracy on {home.name}\n"
            yield (
                f"`bihuan compile --score {_near(home)}`. The rules were developed on these labels: the figures "
                "say that nothing was lost, not what another report will get.\n"
            )
            yield f"```\n{score_all(home)}```\n"


def speed() -> Iterator[str]:
    """Code points a second on the same lines of text, in one run."""
    text = REPORT.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip()]
    points = sum(map(len, lines))
    found = sum(len(quantities(line, 0, len(line))) for line in lines)
    ours = _best(lambda: [quantities(line, 0, len(line)) for line in lines])
    data = text.encode()
    whole = _best(lambda: compile_report(data, "2023.md"))
    rows: list[Row] = [
        ("Bihuan, quantity stage", found, f"{points / ours:,.0f}"),
        ("Bihuan, whole compiler", "", f"{len(text) / whole:,.0f}"),
    ]
    for name, said in ask({"task": "speed", "paragraphs": lines}).items():
        rows.append((NAMES[name], said["found"], f"{points / said['seconds']:,.0f}"))
    yield "### Speed beside other libraries\n"
    yield (
        f"The {points:,} code points of the founding report, line by line; ours the best of {RUNS} runs, the others "
        "one run after a warm-up. Recognizers-Text runs its four number-with-unit models, jionlp its money "
        "extractor, the only quantity with a unit that it has. What is found differs: ours finds every number with a "
        "unit or measure word, theirs only the units they list.\n"
    )
    yield from _table(("what", "quantities found", "code points /s"), rows)


def cases() -> Iterator[str]:
    """The share of Recognizers-Text's own cases that each system gets right."""
    home = next(
        (home / "data/peer_tests/recognizers-text/Specs" for home in HOMES if home.is_dir()), None
    )
    if home is None or not home.is_dir():
        return
    yield "### Recognizers-Text's own Chinese cases\n"
    yield (
        "`Specs/NumberWithUnit/Chinese/{"
        + ",".join(KINDS)
        + "}Model.json`, all cases, also those marked as not "
        "supported in one language. A case is right when every number with a unit that it expects is found over "
        "the same words with the same value and unit, and nothing else of that kind; 1千克 and 1000克 "
        "are the same answer, whoever gives it. Bare units without a number are not asked for. Recognizers-Text is the "
        "Python package, not the .NET one that the cases were first written for.\n"
    )
    judged = list(judge(home))
    rows: list[Row] = [
        (v.kind, v.system, f"{v.cases_right}/{v.cases}", f"{v.numbers_right}/{v.numbers}")
        for v in judged
    ]
    for system in dict.fromkeys(v.system for v in judged):
        own = [v for v in judged if v.system == system]
        if len(own) == len(KINDS):
            cases_right, all_cases = sum(v.cases_right for v in own), sum(v.cases for v in own)
            numbers = f"{sum(v.numbers_right for v in own)}/{sum(v.numbers for v in own)}"
            rows.append(("all", system, f"**{cases_right}/{all_cases}**", numbers))
    yield from _table(("kind", "system", "cases right", "numbers right"), rows)


def _best(work: Callable[[], Any]) -> float:
    took = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        took.append(time.perf_counter() - started)
    return min(took)


def _table(heads: Row, rows: Sequence[Row]) -> Iterator[str]:
    lines = [heads, ["---"] * len(heads), *rows]
    yield "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def _near(path: Path) -> str:
    return (
        os.path.relpath(path, ROOT) if path.is_relative_to(ROOT) else f"../shared/data/{path.name}"
    )


def write(parts: Sequence[Callable[[], Iterator[str]]]) -> None:
    """Replaces the section of the page, and nothing else of it."""
    day = datetime.now(UTC).date().isoformat()
    head = (
        f"{TITLE}\n\nMade by `make benchmark-compile` on {day}: {os.cpu_count()} cores, "
        f"Python {platform.python_version()}. One run.\n"
    )
    section = "\n".join([head, *(words for part in parts for words in part())])
    page = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else "# Measurements\n"
    before, found, after = page.partition(TITLE)
    rest = after[after.find("\n## ") + 1 :] if "\n## " in after else ""
    PAGE.write_text(
        f"{before.rstrip()}\n\n{section}" + (f"\n{rest}" if found and rest else ""), "utf-8"
    )


def main(words: Sequence[str] | None = None) -> int:
    """All of it into the page, or with --grow one size to standard output."""
    parser = argparse.ArgumentParser(prog="benchmarks.compile")
    parser.add_argument("--grow", type=int, metavar="KB")
    given = parser.parse_args(words)
    if given.grow is not None:
        sys.stdout.write(json.dumps(grow(given.grow)) + "\n")
        return 0
    write((accuracy, growth, speed, cases))
    sys.stderr.write(f"{PAGE}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
