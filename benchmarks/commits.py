"""The bare durable commit rate of a PostgreSQL: one row, one commit, as fast as pgbench can ask for it."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

import psycopg

from benchmarks.ground import Ground
from bihuan.config.installation import programs

TABLE = (
    "CREATE TABLE IF NOT EXISTS bench_commit (id bigserial PRIMARY KEY, at timestamptz, body text)"
)
INSERT = "INSERT INTO bench_commit (at, body) VALUES (now(), repeat('x', 400));\n"


def commit_rate(place: Ground, connections: int, seconds: int) -> float:
    """Commits a second of a single-row insert over so many connections."""
    link = place.conninfo
    with psycopg.connect(**link, autocommit=True) as made:  # type: ignore[arg-type]
        made.execute(TABLE)
    with tempfile.TemporaryDirectory() as directory:
        script = Path(directory) / "insert.sql"
        script.write_text(INSERT)
        argv = [str(programs() / "pgbench"), "-n", "-M", "prepared", "-f", str(script)]
        argv += ["-c", str(connections), "-j", str(min(connections, 2)), "-T", str(seconds)]
        argv += ["-h", link["host"], "-p", link["port"], "-U", link["user"], link["dbname"]]
        environment = {**os.environ, "PGPASSWORD": link.get("password", "")}
        done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None:
        raise SystemExit(f"pgbench said no rate: {done.stdout} {done.stderr}")
    return float(found[1])
