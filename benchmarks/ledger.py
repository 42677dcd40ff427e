"""How fast the ledger's chains are checked, beside the digest alone over the same bytes, in one run.

    .venv/bin/python -m benchmarks.ledger --events 1000000 --out var/ledger.json

In a throw-away cluster that does not sync to disk; the events are a valid chain of ten a case, their rows mixed as
in life. One figure each for: the digest alone (one process, texts in memory), the check in this process on
Django's connection, in one and in two processes of their own; sealing; one proof.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.ledger_events import make_events, own_database

SAMPLE = 200_000


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    with own_database():
        make_events(given.events)
        result = measure(given.events)
    text = json.dumps(result, ensure_ascii=False, indent=2)
    sys.stdout.write(f"{text}\n")
    if given.out:
        given.out.write_text(f"{text}\n", encoding="utf-8")


def measure(events: int) -> dict[str, Any]:
    """Events a second of each way, and the ratio to the digest alone."""
    from bihuan.kernel.ledger.proofs import prove
    from bihuan.kernel.ledger.seals import seal

    digest, size = digest_alone()
    checks = {
        name: events / timed(lambda workers=workers: check(events, workers))  # type: ignore[misc]
        for name, workers in (("django_connection", 0), ("one_process", 1), ("two_processes", 2))
    }
    now = datetime(2024, 12, 1, tzinfo=UTC)
    first = timed(lambda: seal(at=now, algorithm="sm3"))
    again = timed(lambda: seal(at=now, algorithm="sm3"))
    proof = timed(lambda: prove("BM2024-0000017"))
    return {
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version()},
        "events": events,
        "bytes_an_event": round(size),
        "events_a_second": {
            "sm3_alone_one_process": round(digest),
            **{name: round(speed) for name, speed in checks.items()},
        },
        "of_sm3_alone": {name: round(speed / digest, 2) for name, speed in checks.items()},
        "seconds": {
            "first_seal": round(first, 2),
            "next_seal": round(again, 2),
            "proof": round(proof, 2),
        },
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def timed(deed: Callable[[], object]) -> float:
    """Seconds that a deed takes."""
    started = time.perf_counter()
    deed()
    return time.perf_counter() - started


def digest_alone() -> tuple[float, float]:
    """(Events a second, bytes an event) of SM3 over a sample of the hashed texts, already in memory."""
    from django.db import connection

    from bihuan.kernel.ledger.chain import digest
    from bihuan.kernel.ledger.texts import text_sql

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {text_sql('sm3')} FROM ledger_event ORDER BY id LIMIT {SAMPLE}")
        texts = [text.encode() for (text,) in cursor.fetchall()]
    took = timed(lambda: [digest("sm3", text) for text in texts])
    return len(texts) / took, sum(map(len, texts)) / len(texts)


def check(events: int, workers: int) -> None:
    """The chain part of the check; stops the benchmark where it does not see all, or sees a fault."""
    from bihuan.kernel.ledger.verify import chain_part

    last = None
    for last in chain_part("sm3", workers)("", 0):
        if last.faults:
            raise SystemExit(f"the benchmark's own chain has a fault: {last.faults[0]}")
    if last is None or last.done != events:
        raise SystemExit(f"not all events were seen: {last}")


if __name__ == "__main__":
    main()
