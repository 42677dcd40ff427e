"""The ground that benchmarks stand on: one durable PostgreSQL, the product on it, the yardstick beside it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.api.running import COMMITMENT, start_with_key
from tests.config.product import Product, free_port

from benchmarks.load import Target
from benchmarks.processor import Tree
from bihuan.config import environment as reading
from bihuan.config.cluster import PORT, USER, Cluster, socket_directory
from bihuan.config.serve import THREADS

WORKERS = 2
ROOT = Path(__file__).resolve().parents[1]
BODY = json.dumps(COMMITMENT, ensure_ascii=False)


@dataclass(frozen=True)
class Ground:
    """Where the data lie. `server` is set where BIHUAN_DATABASE_URL names a PostgreSQL of its own."""

    var: Path
    server: str

    @property
    def database(self) -> dict[str, object]:
        """Django's description of the database, with the product's own pool size."""
        named = reading.database("BIHUAN_DATABASE_URL") or {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": USER,
            "USER": USER,
            "HOST": str(socket_directory(self.var / "postgres")),
            "PORT": str(PORT),
        }
        return named | {"OPTIONS": {"pool": {"min_size": 1, "max_size": THREADS * 2}}}

    @property
    def conninfo(self) -> dict[str, str]:
        """The same for psycopg and pgbench: host, port, user, dbname, password."""
        named = self.database
        found = {"host": "HOST", "port": "PORT", "user": "USER", "dbname": "NAME"}
        link = {name: str(named[key]) for name, key in found.items()}
        return link | ({"password": str(named["PASSWORD"])} if named.get("PASSWORD") else {})

    def postgres(self) -> Tree | None:
        """The database's processes; unknown where it is not ours."""
        if self.server:
            return None
        mark = self.var / "postgres/data/postmaster.pid"
        return Tree(int(mark.read_text().split()[0]))


@contextmanager
def ground() -> Iterator[Ground]:
    """An empty durable database for the length of the block."""
    server = os.environ.get("BIHUAN_DATABASE_URL", "")
    top = Path(tempfile.mkdtemp(prefix="bihuan-bench-"))
    top.chmod(0o755)
    cluster = Cluster(top / "var/postgres", durable=True)
    try:
        if server:
            yield Ground(top / "var", server)
        else:
            with cluster.in_use():
                yield Ground(top / "var", "")
    finally:
        shutil.rmtree(socket_directory(cluster.home), ignore_errors=True)
        shutil.rmtree(top, ignore_errors=True)


@contextmanager
def product(place: Ground) -> Iterator[tuple[Target, Tree]]:
    """The product as it is delivered, and its address for opening a case."""
    extra = {"BIHUAN_DATABASE_URL": place.server} if place.server else {}
    limits = {"BIHUAN_API_RATE": "1000000", "BIHUAN_LOG_LEVEL": "ERROR"}
    running, token = start_with_key(place.var, free_port(), **extra, **limits)
    try:
        url = f"http://127.0.0.1:{running.port}"
        target = Target(url, ("/api/v1/cases/plan.commitment",), BODY, token)
        yield target, Tree(running.process.pid)
    finally:
        running.end(signal.SIGTERM)


@contextmanager
def bare(place: Ground) -> Iterator[tuple[Target, Tree]]:
    """The yardstick behind the same web server, with the same workers and threads."""
    given = {
        **os.environ,
        "BARE_DATABASE": json.dumps(place.database),
        "DJANGO_SETTINGS_MODULE": "benchmarks.bare.settings",
        "PYTHONPATH": str(ROOT),
    }
    manage = [sys.executable, "-m", "django", "migrate", "--run-syncdb", "--verbosity=0"]
    subprocess.run(manage, env=given, cwd=ROOT, check=True)
    port = free_port()
    argv = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--port", str(port)]
    argv += [
        "--workers",
        str(WORKERS),
        "--blocking-threads",
        str(THREADS),
        "--log-level",
        "warning",
    ]
    web = subprocess.Popen([*argv, "benchmarks.bare.wsgi:application"], env=given, cwd=ROOT)
    try:
        target = Target(f"http://127.0.0.1:{port}", ("/record",), BODY)
        _wait(target)
        yield target, Tree(web.pid)
    finally:
        web.terminate()
        web.wait(30)


def _wait(target: Target) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            asked = urllib.request.Request(target.url + target.paths[0], target.body.encode())
            urllib.request.urlopen(asked, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit("the yardstick does not answer")


__all__ = ["BODY", "Ground", "Product", "bare", "ground", "product"]
