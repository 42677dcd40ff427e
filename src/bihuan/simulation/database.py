"""A fresh database for each run: a copy of one that was migrated and holds the catalog. Everything else is elsewhere."""

import hashlib
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from bihuan.kernel.cases.city import city, forget
from bihuan.kernel.cases.install import install_city

PREFIX = "bihuan_sim_"


@contextmanager
def fresh_database(catalog: Path, name: str, *, keep: bool = False) -> Iterator[Path]:
    """Serve the catalog from a database and a file store of its own for the length of the block; yields the store.

    `name` ends the database's name; one of that name is replaced. It is dropped afterwards unless kept.
    """
    with _serving(catalog), tempfile.TemporaryDirectory(prefix="bihuan-sim-") as temporary:
        template = _template()
        database = name if keep else f"{PREFIX}{name}"
        files = Path(str(settings.BIHUAN_FILES)) if keep else Path(temporary)
        with _administration() as link:
            _drop(link, database)
            _create(link, database, template)
        before = settings.BIHUAN_FILES
        try:
            settings.BIHUAN_FILES = files
            with connected_to(database):
                yield files
        finally:
            settings.BIHUAN_FILES = before
            if not keep:
                with _administration() as link:
                    _drop(link, database)


@contextmanager
def connected_to(database: str) -> Iterator[None]:
    """Let Django's connection, in every thread, lead to this database."""
    before = connection.settings_dict["NAME"]
    let_go()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        let_go()
        connection.settings_dict["NAME"] = before


def link_to(database: str) -> psycopg.Connection[Any]:
    """A plain connection of its own that commits each statement."""
    known = connection.settings_dict
    options = {
        k: v for k, v in known["OPTIONS"].items() if k not in ("pool", "server_side_binding")
    }
    return psycopg.connect(
        host=known["HOST"] or None, port=known["PORT"] or None, user=known["USER"] or None,
        password=known["PASSWORD"] or None, dbname=database, autocommit=True, **options,
    )  # fmt: skip


@contextmanager
def _serving(catalog: Path) -> Iterator[None]:
    before = settings.BIHUAN_CATALOG
    settings.BIHUAN_CATALOG = catalog
    forget()
    try:
        yield
    finally:
        settings.BIHUAN_CATALOG = before
        forget()


@contextmanager
def _administration() -> Iterator[psycopg.Connection[Any]]:
    """A connection to the server's own database, held by one process at a time: copies must not be disturbed."""
    with link_to("postgres") as link:
        link.execute("SELECT pg_advisory_lock(hashtextextended('bihuan simulation', 0))")
        yield link


def _template() -> str:
    """The name of the migrated copy with the catalog in it; made at first need."""
    name = f"{PREFIX}template_{_digest()}"
    with _administration() as link:
        if link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return name
        unfinished = f"{name}_new"
        _drop(link, unfinished)
        link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unfinished)))
        with connected_to(unfinished):
            call_command("migrate", interactive=False, verbosity=0)
            install_city()
        renaming = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        link.execute(renaming.format(sql.Identifier(unfinished), sql.Identifier(name)))
    return name


def _digest() -> str:
    """What the template depends on: every migration and the catalog."""
    whole = hashlib.sha256(city().digest.encode())
    loader = MigrationLoader(None)
    for key in sorted(loader.disk_migrations):
        file = sys.modules[type(loader.disk_migrations[key]).__module__].__file__
        whole.update(str(key).encode() + (Path(file).read_bytes() if file else b""))
    return whole.hexdigest()[:12]


def _create(link: psycopg.Connection[Any], database: str, template: str) -> None:
    making = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    link.execute(making.format(sql.Identifier(database), sql.Identifier(template)))
    lazy = sql.SQL("ALTER DATABASE {} SET synchronous_commit TO off")  # the server is never killed
    link.execute(lazy.format(sql.Identifier(database)))


def _drop(link: psycopg.Connection[Any], database: str) -> None:
    link.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
    )


def let_go() -> None:
    """Close Django's connection and its pool: before a fork, so that no process shares a line with another."""
    connection.close()
    if connection.settings_dict["OPTIONS"].get("pool"):
        connection.close_pool()  # type: ignore[attr-defined]
