"""Every measurement of the kernel, one after another, and the page docs/benchmarks.md from them: `make benchmark`.

Each part is a program of its own that writes JSON; what was measured before is kept in var/benchmarks, and `--only`
measures some parts anew.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "var" / "benchmarks"
PAGE = ROOT / "docs" / "benchmarks.md"
PARTS = {
    "http_door": ["--seconds", "8", "--turns", "2"],
    "engine": ["--seconds", "6"],
    "lists": ["--cases", "1000000"],
    "ledger": [],
    "simulate": [],
}
Found = dict[str, Any]


def main(words: Sequence[str] | None = None) -> int:
    """Measure, then write the page from all that is kept."""
    parser = argparse.ArgumentParser(prog="benchmarks.kernel")
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS))
    KEPT.mkdir(parents=True, exist_ok=True)
    for name in parser.parse_args(words).only:
        sys.stderr.write(f"— {name}\n")
        command = [sys.executable, "-m", f"benchmarks.{name}", *PARTS[name]]
        out = KEPT / f"{name}.json"
        done = subprocess.run([*command, "--out", str(out)], cwd=ROOT, stdout=subprocess.DEVNULL)
        if done.returncode:
            return done.returncode
    sections = [write(_kept(name)) for name, write in WRITERS.items() if _kept(name)]
    PAGE.write_text("\n".join([_head(), *sections, *_others()]), encoding="utf-8")
    sys.stderr.write(f"{PAGE}\n")
    return 0


def _kept(name: str) -> Found:
    path = KEPT / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _others() -> list[str]:
    """What `make benchmark-compile` wrote to the page."""
    _, found, section = PAGE.read_text(encoding="utf-8").partition("## The compiler\n")
    return [found + section] if found else []


def _head() -> str:
    day = datetime.now(UTC).date().isoformat()
    return (
        "# Measurements\n\n"
        f"Made by `make benchmark` on {day}: {os.cpu_count()} cores, Python {platform.python_version()}, embedded "
        "PostgreSQL, fsync on but for lists and ledger; client, web and database share the cores. One run: compare the ratios.\n"
    )


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines) + "\n"


def _http_door(found: Found) -> str:
    rows = [
        (
            one["connections"], one["bare_per_second"], one["open_per_second"],
            f"**{one['open_of_bare']:.0%}**", one["act_per_second"], one["bare_cpu_ms"],
            one["open_cpu_ms"], one["act_cpu_ms"], one["open_p99_ms"], one["act_p99_ms"],
            round(found["commits_per_second"][str(one["connections"])]),
        )
        for one in found["summary"]
    ]  # fmt: skip
    columns = (
        "clients", "bare view, four inserts /s", "open a case /s", "of bare", "act /s",
        "bare CPU ms", "open CPU ms", "act CPU ms", "open p99 ms", "act p99 ms", "bare commits /s",
    )  # fmt: skip
    return (
        f"## Over HTTP\n\nClient: {found['client']}. CPU is Python and PostgreSQL together, for one request. Aim: opening "
        "at 70 % of the bare view or more, 3 ms of CPU an event at most, p99 under 60 ms at 8 clients.\n\n"
        + _table(columns, rows)
    )


def _engine(found: Found) -> str:
    rows = [
        (
            run["what"], run["clients"], run["per_second"], run["python_ms"], run["postgres_ms"],
            run["p50_ms"], run["p99_ms"],
        )
        for run in found["runs"]
    ]  # fmt: skip
    columns = ("deed", "clients", "events /s", "Python ms", "PostgreSQL ms", "p50 ms", "p99 ms")
    return (
        f"## Without HTTP\n\nA batch has {found['batch_rows']} rows; its times are of a whole batch, its CPU of one event. Aim: "
        "5,000 events a second through the batch door.\n\n" + _table(columns, rows)
    )


def _lists(found: Found) -> str:
    small, large = (str(size) for size in found["cases"])
    rows = [
        (
            name, one[large]["p50_ms"], one[large]["p99_ms"], one[large]["database_cpu_ms"],
            one.get(small, {}).get("p50_ms", ""), one.get(small, {}).get("p99_ms", ""),
            one.get("ratio_p50", ""), one.get("ratio_p99", ""),
        )
        for name, one in found["lists"].items()
    ]  # fmt: skip
    columns = (
        "page", "p50 ms", "p99 ms", "database CPU ms", "p50 ms, small", "p99 ms, small",
        "ratio p50", "ratio p99",
    )  # fmt: skip
    return (
        f"## Lists\n\nAmong {int(large):,} cases, beside {int(small):,}; the whole page through Django's client, without "
        "HTTP. Aim: p99 under 100 ms, and no worse than 1.5 times the small one.\n\n"
        + _table(columns, rows)
    )


def _ledger(found: Found) -> str:
    rates = [(name, f"{value:,}") for name, value in found["events_a_second"].items()]
    return (
        f"## Ledger\n\n{found['events']:,} events of {found['bytes_an_event']} bytes. Aim: 100,000 events a second.\n\n"
        + _table(("what", "events /s"), rates)
    )


def _simulate(found: Sequence[Found]) -> str:
    rows = [
        (
            one["city"], "on" if one["oracles"] else "off", one["days"], one["events"],
            one["seconds"], one["events_per_second"], one["python_ms_an_event"],
        )
        for one in found
    ]  # fmt: skip
    columns = ("city", "oracles", "days", "events", "seconds", "events /s", "Python ms an event")
    return "## Simulation\n\nOne process, all faults on.\n\n" + _table(columns, rows)


WRITERS: dict[str, Callable[[Found], str]] = {
    "http_door": _http_door,
    "engine": _engine,
    "lists": _lists,
    "ledger": _ledger,
    "simulate": _simulate,
}

if __name__ == "__main__":
    sys.exit(main())
