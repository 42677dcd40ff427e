"""Opening and acting over HTTP beside a bare Django view with four inserts: `python -m benchmarks.http_door --out FILE`.

Both servers stand on the same durable PostgreSQL and are loaded in turn (A B A B) by the same client.
"""

import argparse
import json
import os
import sys
import urllib.request
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.commits import commit_rate
from benchmarks.ground import BODY, Ground, bare, ground, product
from benchmarks.load import Result, Target, client, load
from benchmarks.processor import Tree

CONNECTIONS = (1, 8, 32)
CASES_TO_ACT_ON = 2000
WARM_SECONDS = 3


def main(words: Sequence[str] | None = None) -> int:
    """Measure, say how it goes on standard error, and write the result."""
    parser = argparse.ArgumentParser(prog="benchmarks.http_door")
    parser.add_argument("--seconds", type=int, default=5, help="of each loading")
    parser.add_argument("--turns", type=int, default=2, help="how often A and B take turns")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args(words)
    with ground() as place, product(place) as (opening, web), bare(place) as (record, plain):
        acting = _acts(opening)
        for target in (record, opening, acting):
            load(target, max(CONNECTIONS), WARM_SECONDS)  # every worker has read all it needs
        runs: list[dict[str, object]] = []
        for connections in CONNECTIONS:
            for _ in range(given.turns):
                for name, target, tree in (
                    ("bare", record, plain),
                    ("open", opening, web),
                    ("act", acting, web),
                ):
                    found = measured(place, target, tree, connections, given.seconds)
                    runs.append({"what": name, "connections": connections, **found})
                    _say(runs[-1])
        commits = {c: commit_rate(place, c, given.seconds) for c in CONNECTIONS}
    result = {
        "client": client(),
        "cores": os.cpu_count(),
        "seconds": given.seconds,
        "commits_per_second": commits,
        "runs": runs,
        "summary": [_summary(runs, connections) for connections in CONNECTIONS],
    }
    text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
    if given.out:
        given.out.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


def measured(
    place: Ground, target: Target, tree: Tree, connections: int, seconds: int
) -> dict[str, object]:
    """One loading, with the processor time of the server and of the database for each request."""
    load(target, connections, 1)  # warm: pools filled, statements prepared
    database = place.postgres()
    before = tree.milliseconds(), database.milliseconds() if database else 0.0
    found: Result = load(target, connections, seconds)
    python = (tree.milliseconds() - before[0]) / max(found.requests, 1)
    postgres = (database.milliseconds() - before[1]) / max(found.requests, 1) if database else None
    return asdict(found) | {
        "per_second": round(found.requests / found.seconds, 1),
        "python_ms": round(python, 3),
        "postgres_ms": round(postgres, 3) if postgres is not None else None,
    }


def _acts(opening: Target) -> Target:
    """The same small action on many cases in turn, so that no single case's lock or history is measured."""
    rows = json.dumps([json.loads(BODY)] * CASES_TO_ACT_ON).encode()
    headers = {"Authorization": f"Bearer {opening.token}", "Idempotency-Key": "cases-to-act-on"}
    headers["Content-Type"] = "application/json"
    asked = urllib.request.Request(f"{opening.url}/api/v1/batch/plan.commitment", rows, headers)
    with urllib.request.urlopen(asked) as answer:
        numbers = [case["number"] for case in json.load(answer)["cases"]]
    paths = tuple(f"/api/v1/cases/{number}/actions/edit" for number in numbers)
    body = json.dumps({"deadline": "2027-06-30"})
    return Target(opening.url, paths, body, opening.token)


def _summary(runs: list[dict[str, object]], connections: int) -> dict[str, object]:
    """The mean of the turns, and opening a case as a share of the bare view."""
    rates = {name: _mean(runs, name, connections, "per_second") for name in ("bare", "open", "act")}
    cpu = {
        f"{name}_cpu_ms": round(
            _mean(runs, name, connections, "python_ms")
            + _mean(runs, name, connections, "postgres_ms"),
            3,
        )
        for name in rates
    }
    p99 = {f"{name}_p99_ms": round(_mean(runs, name, connections, "p99_ms"), 2) for name in rates}
    shares = {f"{name}_of_bare": round(rates[name] / rates["bare"], 3) for name in ("open", "act")}
    whole = {f"{name}_per_second": round(rate, 1) for name, rate in rates.items()}
    return {"connections": connections, **whole, **shares, **cpu, **p99}


def _mean(runs: list[dict[str, object]], name: str, connections: int, column: str) -> float:
    values = [
        float(str(run[column] or 0))
        for run in runs
        if run["what"] == name and run["connections"] == connections
    ]
    return sum(values) / len(values)


def _say(run: dict[str, object]) -> None:
    sys.stderr.write(json.dumps(run) + "\n")


if __name__ == "__main__":
    sys.exit(main())
