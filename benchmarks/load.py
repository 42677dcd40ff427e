"""One client for every server: wrk with a script where it is installed, else threads that do the same, slower."""

import http.client
import itertools
import json
import os
import secrets
import shutil
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

SCRIPT = Path(__file__).with_name("load.lua")
PATIENCE = 30


@dataclass(frozen=True)
class Target:
    """What is loaded: a server, the paths that take turns, the body of each request.

    Lines of the body take turns too; `@N@` in one is another number in every request, `@PHONE@` another telephone.
    """

    url: str
    paths: tuple[str, ...]
    body: str
    token: str = ""
    kind: str = "application/json"
    cookie: str = ""


@dataclass(frozen=True)
class Result:
    """What came of one loading. `errors` are answers from 400 on and broken connections."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    errors: int
    timeouts: int = 0
    p95_ms: float = 0


def load(target: Target, connections: int, seconds: float) -> Result:
    """Keep so many requests in flight for so long."""
    wrk = shutil.which("wrk")
    return (
        _by_wrk(wrk, target, connections, seconds)
        if wrk
        else _by_threads(target, connections, seconds)
    )


def client() -> str:
    """Which client loads, for the result: figures of two clients cannot be compared."""
    return "wrk" if shutil.which("wrk") else "threads"


def _by_wrk(wrk: str, target: Target, connections: int, seconds: float) -> Result:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as paths:
        paths.write("\n".join(target.paths) + "\n")
        paths.flush()
        given = {
            "LOAD_RUN": secrets.token_hex(6),
            "LOAD_BODY": target.body,
            "LOAD_SEED": str(secrets.randbelow(10**6)),
            "LOAD_KIND": target.kind,
            "LOAD_COOKIE": target.cookie,
            "LOAD_PATHS": paths.name,
        }
        if target.token:
            given["LOAD_TOKEN"] = target.token
        argv = [wrk, "-t1", f"-c{connections}", f"-d{round(seconds)}s", f"--timeout={PATIENCE}s"]
        done = subprocess.run(
            [*argv, "-s", str(SCRIPT), target.url], env={**os.environ, **given},
            capture_output=True, text=True, check=True, timeout=seconds + 2 * PATIENCE,
        )  # fmt: skip
    line = next(line for line in done.stdout.splitlines() if line.startswith("JSON "))
    return Result(**json.loads(line.removeprefix("JSON ")))


def _by_threads(target: Target, connections: int, seconds: float) -> Result:
    turns, lock, run = itertools.count(), threading.Lock(), secrets.token_hex(6)
    bodies, seed = target.body.split("\n"), secrets.randbelow(10**6)
    spent: list[float] = []
    wrong: list[int] = []
    end = time.monotonic() + seconds

    def work() -> None:
        address = urlsplit(target.url)
        link = http.client.HTTPConnection(str(address.hostname), address.port, timeout=PATIENCE)
        while time.monotonic() < end:
            with lock:
                turn = next(turns)
            headers = {"Content-Type": target.kind, "Idempotency-Key": f"{run}-{turn}"}
            if target.cookie:
                headers["Cookie"] = target.cookie
            body = bodies[turn % len(bodies)].replace("@N@", f"{seed}-{turn}")
            body = body.replace("@PHONE@", f"13{(seed * 1000 + turn) % 10**9:09d}")
            if target.token:
                headers["Authorization"] = f"Bearer {target.token}"
            began = time.perf_counter()
            link.request("POST", target.paths[turn % len(target.paths)], body.encode(), headers)
            answer = link.getresponse()
            answer.read()
            spent.append(time.perf_counter() - began)
            if answer.status >= 400:
                wrong.append(answer.status)
        link.close()

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    p50, p95, p99 = (percentile(spent, share) for share in (50, 95, 99))
    return Result(len(spent), seconds, p50, p99, len(wrong), p95_ms=p95)


def percentile(spent: list[float], share: int) -> float:
    """The duration in milliseconds that so many percent do not exceed."""
    ordered = sorted(spent)
    return 1000 * ordered[min(len(ordered) * share // 100, len(ordered) - 1)] if ordered else 0.0
