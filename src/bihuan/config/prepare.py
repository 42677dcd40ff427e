"""Brings the database and the static files to what the code needs before the first page."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from bihuan.config.environment import BadSetting
from bihuan.config.installation import say
from bihuan.config.rights import set_up_role
from bihuan.kernel.cases.install import install_city


def prepare() -> None:
    """Do all that a start needs, and nothing that is already done."""
    migrate()
    set_up_role()
    install_city(timezone.now() + timedelta(seconds=settings.BIHUAN_CLOCK_SHIFT))
    collect_static()
    if settings.BIHUAN_DEMO_YEAR:
        demonstrate_year()
    elif settings.BIHUAN_DEMO:
        demonstrate()
    open_online_desk()


def open_online_desk() -> None:
    """Have the service person ready in whose post residents and other systems act, where the city takes demands."""
    from bihuan.hotline.online import ONLINE, REPORTS, has_online_desk, online_desk

    for seat in (ONLINE, REPORTS):
        if has_online_desk(seat):
            online_desk(timezone.now() + timedelta(seconds=settings.BIHUAN_CLOCK_SHIFT), seat)


def demonstrate_year() -> None:
    """Make the simulated year at the first start, and say who can sign in."""
    from bihuan.config import demo, demo_year
    from bihuan.config.accounts import make_accounts
    from bihuan.config.demo_articles import holders, make_articles
    from bihuan.config.demo_clock import keep_demo_date
    from bihuan.simulation.command import show_day

    var = Path(settings.VAR)
    accounts, report = var / "demo-accounts.txt", demo.report_to_show()
    if not accounts.exists() and report is not None:
        if demo_year.is_simulated():
            raise BadSetting(f"The simulated year in {var} was not finished. Remove {var}.")
        say(f"simulating a year from {report.name}: invented people, invented progress")
        end = demo_year.make_year(report, show_day)
        with transaction.atomic():
            made = make_accounts(accounts, end, demo_year.shown_unit())
            make_articles(holders(end), end - timedelta(days=1))
        settings.BIHUAN_CLOCK_SHIFT = keep_demo_date(var / "demo.json", end, timezone.now())
        say(f"demonstration accounts, one for each role ({accounts}):\n{made}")
    elif accounts.exists():
        say(f"demonstration accounts: {accounts}")


def demonstrate() -> None:
    """Make the demonstration at the first start, and say who can sign in."""
    from bihuan.config import demo
    from bihuan.config.accounts import make_accounts
    from bihuan.config.demo_clock import keep_demo_date
    from bihuan.kernel.cases.models import Case

    accounts, report = Path(settings.VAR) / "demo-accounts.txt", demo.report_to_show()
    if not Case.objects.exists() and report is not None:
        say(f"making the demonstration: {report.name} with invented people and progress")
        end = demo.demo_end(report)
        with transaction.atomic():
            made_from = demo.make_demo(report, _show)
            make_accounts(accounts, end, demo.unit_to_show(made_from))
        demo_file = Path(settings.VAR) / "demo.json"
        settings.BIHUAN_CLOCK_SHIFT = keep_demo_date(demo_file, end, timezone.now())
    if accounts.exists():
        listed = accounts.read_text(encoding="utf-8")
        say(f"demonstration accounts, one for each role ({accounts}):\n{listed}")


def _show(done: int, total: int) -> None:
    sys.stderr.write(f"\r  {done}/{total} promises")
    sys.stderr.write("\n" if done == total else "")
    sys.stderr.flush()


def migrate() -> None:
    """Apply the migrations that are missing."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        say(f"applying {len(missing)} database migrations")
        call_command("migrate", interactive=False, verbosity=0)


def collect_static() -> None:
    """Gather and compress the static files, when one is newer than the last gathering."""
    manifest = Path(str(settings.STATIC_ROOT)) / "staticfiles.json"
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
