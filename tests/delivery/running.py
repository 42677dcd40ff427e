"""A database that other processes see too, and real workers on it. Holds no test."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from django.db import connection
from psycopg import sql

from tests.config.product import PATIENCE, environment


@contextmanager
def database_of_its_own(template: str = "template1") -> Iterator[str]:
    """A new database in which everything is committed and which other processes reach; dropped at the end.

    Yields its name; meanwhile this process works on it.
    """
    known = connection.settings_dict
    before, name = known["NAME"], f"own_{uuid.uuid4().hex[:12]}"
    connection.close()
    _run(sql.SQL("CREATE DATABASE {} TEMPLATE {}"), name, template)
    known["NAME"] = name
    try:
        yield name
    finally:
        connection.close()
        known["NAME"] = before
        _run(sql.SQL("DROP DATABASE {} WITH (FORCE)"), name)


def address_of(name: str) -> str:
    """The database as BIHUAN_DATABASE_URL."""
    known = connection.settings_dict
    return f"postgresql://{known['USER']}@/{name}?host={known['HOST']}"


def _run(query: sql.SQL, *names: str) -> None:
    known = connection.settings_dict
    with psycopg.connect(
        host=known["HOST"], user=known["USER"], dbname="postgres", autocommit=True
    ) as link:
        link.execute(query.format(*map(sql.Identifier, names)))


@dataclass
class Workers:
    """Starts `bihuan worker` as often as a test likes; whatever still runs at the end is killed."""

    var: Path
    settings: dict[str, str]
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> subprocess.Popen[bytes]:
        """One more worker."""
        argv = [sys.executable, "-m", "bihuan.config", "worker"]
        process = subprocess.Popen(argv, env=environment(self.var, **self.settings))
        self.started.append(process)
        return process

    def kill_all(self) -> None:
        """End them without notice."""
        for process in self.started:
            if process.poll() is None:
                os.kill(process.pid, 9)
            process.wait(PATIENCE)


def eventually(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; fails when it never is."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.1)
