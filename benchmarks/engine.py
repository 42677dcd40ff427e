"""The engine without HTTP: opening, acting and the batch door: `python -m benchmarks.engine --out FILE`.

One or two processes hold the clients as threads, each with a connection of its own, on a durable PostgreSQL.
"""

import argparse
import itertools
import json
import multiprocessing
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.api.running import COMMITMENT, POST
from tests.config.product import bihuan, environment

from benchmarks.commits import commit_rate
from benchmarks.ground import Ground, ground
from benchmarks.load import percentile
from bihuan.config.serve import THREADS

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue

    from bihuan.kernel.orgs.acting import Acting

CLIENTS = (1, 8, 32)
MOST_PROCESSES = 2
BATCH_ROWS = 5000
CASES_EACH = 50  # cases that one client acts on in turn
Deed = Callable[[], object]


@dataclass(frozen=True)
class Result:
    """What came of one measurement; processor time is per event."""

    what: str
    clients: int
    events: int
    per_second: float
    p50_ms: float
    p99_ms: float
    python_ms: float
    postgres_ms: float | None


def main(words: Sequence[str] | None = None) -> int:
    """Measure each deed at each number of clients, then batches; write the result."""
    parser = argparse.ArgumentParser(prog="benchmarks.engine")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args(words)
    with ground() as place:
        extra = {"BIHUAN_DATABASE_URL": place.server} if place.server else {}
        os.environ.clear()
        os.environ.update(environment(place.var, **extra))
        for words_ in (("setup-db",), ("appoint", "planner", "计划员", POST)):
            done = bihuan(place.var, *words_, **extra)
            if done.returncode:
                raise SystemExit(done.stderr)
        runs = []
        for what, clients in itertools.product(("open", "act"), CLIENTS):
            runs.append(_measured(place, what, clients, given.seconds))
            sys.stderr.write(f"{runs[-1]}\n")
        runs.append(_measured(place, "batch", 1, given.seconds))
        sys.stderr.write(f"{runs[-1]}\n")
        commits = {clients: commit_rate(place, clients, given.seconds) for clients in CLIENTS}
    result = {
        "cores": os.cpu_count(),
        "seconds": given.seconds,
        "batch_rows": BATCH_ROWS,
        "commits_per_second": commits,
        "runs": [asdict(run) for run in runs],
    }
    text = json.dumps(result, indent=1) + "\n"
    if given.out:
        given.out.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


def _measured(place: Ground, what: str, clients: int, seconds: int) -> Result:
    """Spread the clients over the processes, start all at one signal, add up."""
    context = multiprocessing.get_context("spawn")
    many = min(clients, MOST_PROCESSES)
    answers: SimpleQueue[tuple[int, list[float], float, float]] = context.SimpleQueue()
    ready, database = context.Barrier(many + 1), place.postgres()
    shares = [clients // many + (n < clients % many) for n in range(many)]
    workers = [
        context.Process(target=_work, args=(what, share, seconds, ready, answers))
        for share in shares
    ]
    for worker in workers:
        worker.start()
    ready.wait()
    before = database.milliseconds() if database else 0.0
    found = [answers.get() for _ in workers]
    postgres = database.milliseconds() - before if database else None
    for worker in workers:
        worker.join()
    events = sum(count for count, *_ in found)
    spent = [duration for _, durations, *_ in found for duration in durations]
    each, took = max(events, 1), max(took for *_, took in found)
    return Result(
        what, clients, events, round(events / took, 1),
        round(percentile(spent, 50), 2), round(percentile(spent, 99), 2),
        round(sum(used for _, _, used, _ in found) / each, 3),
        round(postgres / each, 3) if postgres is not None else None,
    )  # fmt: skip


def _work(
    what: str,
    clients: int,
    seconds: int,
    ready: "multiprocessing.synchronize.Barrier",
    answers: "SimpleQueue[tuple[int, list[float], float, float]]",
) -> None:
    """One process: so many threads do the deed until the time is up."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.config.settings"
    os.environ["BIHUAN_POOL"] = str(max(clients, THREADS) + 1)
    import django

    django.setup()
    from bihuan.api.clock import now
    from bihuan.kernel.orgs.acting import actings_of
    from bihuan.kernel.orgs.models import Person

    actor = actings_of(Person.objects.get(username="planner").pk, now())[0]
    deeds = [_deed(what, actor) for _ in range(clients)]
    for deed in deeds:
        deed()
    spent: list[list[float]] = [[] for _ in deeds]
    begin = threading.Event()

    def repeat(deed: Deed, durations: list[float]) -> None:
        begin.wait()
        while time.monotonic() < end:
            began = time.perf_counter()
            deed()
            durations.append(time.perf_counter() - began)

    threads = [
        threading.Thread(target=repeat, args=pair) for pair in zip(deeds, spent, strict=True)
    ]
    for thread in threads:
        thread.start()
    ready.wait()
    used, began = time.process_time(), time.monotonic()
    end = began + seconds
    begin.set()
    for thread in threads:
        thread.join()
    durations = [duration for each in spent for duration in each]
    events = len(durations) * (BATCH_ROWS if what == "batch" else 1)
    used, took = (time.process_time() - used) * 1000, time.monotonic() - began
    answers.put((events, durations, used, took))


def _deed(what: str, actor: "Acting") -> Deed:
    """What one client does again and again."""
    from bihuan.api.clock import now
    from bihuan.kernel.cases.batch import open_batch
    from bihuan.kernel.cases.engine import act, open_case

    run, turns = secrets.token_hex(6), itertools.count()
    rows = [COMMITMENT] * BATCH_ROWS

    def key() -> str:
        return f"bench:{run}:{next(turns)}"

    if what == "open":
        return lambda: open_case("plan.commitment", COMMITMENT, actor, now=now(), key=key())
    if what == "batch":
        return lambda: open_batch("plan.commitment", rows, actor, now=now(), key=key())
    numbers = itertools.cycle(open_batch("plan.commitment", rows[:CASES_EACH], actor, now=now()))
    form = {"deadline": "2027-06-30"}
    return lambda: act(next(numbers), "edit", actor, form, now=now(), key=key())


if __name__ == "__main__":
    sys.exit(main())
