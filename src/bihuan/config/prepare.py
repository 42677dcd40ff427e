"""Brings the database and the static files to what the code needs before the first page."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from bihuan.config.installation import say


def prepare() -> None:
    """Do all that a start needs, and nothing that is already done."""
    migrate()
    collect_static()


def migrate() -> None:
    """Apply the migrations that are missing."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        say(f"applying {len(missing)} database migrations")
        call_command("migrate", interactive=False, verbosity=0)


def collect_static() -> None:
    """Gather and compress the static files, when one is newer than the last gathering."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    sources = [Path(directory) for directory in settings.STATICFILES_DIRS]
    if not manifest.exists() or _newest(sources) > manifest.stat().st_mtime:
        say("gathering static files")
        for directory in sources:
            directory.mkdir(parents=True, exist_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)


def _newest(directories: list[Path]) -> float:
    """The latest change below the directories, as a time of the file system."""
    found = (path.stat().st_mtime for root in directories for path in root.rglob("*"))
    return max(found, default=0.0)
