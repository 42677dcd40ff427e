"""Many seeds, in several processes: what `make nightly` runs. Counts what happened; a failure is named by its seed."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bihuan.simulation.operations import Setting
from bihuan.simulation.rates import Rates
from bihuan.simulation.run import Result, simulate

BAR = 40


@dataclass
class Summary:
    """What many runs came to."""

    seeds: int = 0
    operations: int = 0
    events: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    failures: list[dict[str, Any]] = field(default_factory=list)

    def add(self, line: dict[str, Any]) -> None:
        """Take in one run."""
        self.seeds += 1
        self.operations += line["operations"]
        self.events += line["events"]
        self.faults.update(line["faults"])
        self.refusals.update(line["refusals"])
        if line["broken"]:
            self.failures.append({k: line[k] for k in ("seed", "days", "catalog", "broken")})


def line_of(result: Result, seconds: float) -> dict[str, Any]:
    """One run as it is counted and printed."""
    tally, setting = result.tally, result.setting
    return {
        "seed": setting.seed, "days": setting.days, "catalog": Path(setting.catalog).name,
        "operations": tally.operations, "events": tally.events,
        "faults": dict(sorted(tally.faults.items())),
        "refusals": dict(sorted(tally.refusals.items())),
        "head": result.head, "broken": str(result.broken or ""),
        "seconds": round(seconds, 1), "events_per_second": round(tally.events / seconds),
    }  # fmt: skip


def work(settings: Sequence[Setting], rates: Rates) -> Iterator[dict[str, Any]]:
    """Run them one after another, in this process."""
    for setting in settings:
        began = time.monotonic()
        yield line_of(simulate(setting, rates), time.monotonic() - began)


def run_many(words: Sequence[str], first: int, count: int, jobs: int) -> tuple[Summary, float]:
    """Run the seeds in so many processes, each of them every so-manieth; `words` are the rest of the command."""
    began, summary = time.monotonic(), Summary()
    workers = [_start(words, first + job, count - job, jobs) for job in range(jobs)]
    try:
        for line in _lines(workers):
            summary.add(line)
            _show(summary, count)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    return summary, time.monotonic() - began


def report(summary: Summary, seconds: float, words: Sequence[str]) -> dict[str, Any]:
    """The summary as it is kept in docs/."""
    return {
        "command": f"bihuan simulate {' '.join(words)}", "seeds": summary.seeds,
        "operations": summary.operations, "events": summary.events,
        "faults": dict(sorted(summary.faults.items())),
        "refusals": dict(sorted(summary.refusals.items())), "failures": summary.failures,
        "seconds": round(seconds), "events_per_second": round(summary.events / seconds),
    }  # fmt: skip


def _start(words: Sequence[str], first: int, count: int, step: int) -> subprocess.Popen[str]:
    share = ["--seed", str(first), "--step", str(step), "--worker", str(max(0, -(-count // step)))]
    command = [sys.executable, "-m", "bihuan.config", "simulate", *words, *share]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ))


def _lines(workers: Sequence[subprocess.Popen[str]]) -> Iterator[dict[str, Any]]:
    """The lines of all workers as they come; RuntimeError where a worker died."""
    import selectors

    with selectors.DefaultSelector() as selector:
        for worker in workers:
            assert worker.stdout is not None
            selector.register(worker.stdout, selectors.EVENT_READ, worker)
        while selector.get_map():
            for key, _ in selector.select():
                line = key.fileobj.readline()  # type: ignore[union-attr]
                if line:
                    yield json.loads(line)
                    continue
                selector.unregister(key.fileobj)
                if key.data.wait():
                    raise RuntimeError(f"a worker ended with code {key.data.returncode}")


def _show(summary: Summary, count: int) -> None:
    if not sys.stderr.isatty():
        return
    done = BAR * summary.seeds // count
    failed = f", {len(summary.failures)} failed" if summary.failures else ""
    sys.stderr.write(f"\r  [{'█' * done}{'·' * (BAR - done)}] seed {summary.seeds}/{count}{failed}")
    sys.stderr.write("\n" if summary.seeds == count else "")
    sys.stderr.flush()
