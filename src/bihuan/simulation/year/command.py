"""`bihuan simulate --demands N`: lives a year of the hotline, shows how far it is, and prints the account as JSON."""

import argparse
import json
import os
import sys
from dataclasses import asdict
from datetime import datetime, time
from typing import Any

from bihuan.simulation.operations import Setting
from bihuan.simulation.year.run import Account, live_year
from bihuan.simulation.year.setting import FAULTS, YearSetting


def run_year(given: argparse.Namespace, base: Setting) -> int:
    """Exit code 1 where an invariant does not hold."""
    midnight = datetime.combine(base.start.date(), time(), base.start.tzinfo)
    setting = YearSetting(
        base.seed, given.demands, base.days, base.catalog, midnight, jobs=given.jobs,
        watch=given.watch, rates=FAULTS.changed(given.fault),
    )  # fmt: skip
    name = given.keep or f"year_{setting.seed}_{os.getpid()}"
    progress = _show if sys.stderr.isatty() else _tell
    account = live_year(setting, name, keep=bool(given.keep), progress=progress)
    text = json.dumps(document_of(account), ensure_ascii=False, indent=1)
    sys.stdout.write(f"{text}\n")
    if given.json:
        given.json.write_text(f"{text}\n", encoding="utf-8")
    if account.broken:
        sys.stdout.write(f"✗ {account.broken}\n")
    return 1 if account.broken else 0


def document_of(account: Account) -> dict[str, Any]:
    """The account as it is written."""
    setting = account.setting
    return {
        "seed": setting.seed, "demands": setting.demands, "days": setting.days, "processes": setting.jobs,
        "watched": f"1 in {setting.watch}", "rates": asdict(setting.rates), "broken": str(account.broken or ""),
        "head": account.head, "seconds": account.seconds, "figures": account.figures,
        "counted": account.counted, "checked": account.checked,
    }  # fmt: skip


def _show(day: int, days: int, what: str) -> None:
    sys.stderr.write(f"\r  day {day}/{days}, {what}\033[K")
    sys.stderr.flush()


def _tell(day: int, days: int, what: str) -> None:
    """Where nobody watches the terminal: a line every ten days."""
    if day % 10 == 0 or day == days:
        sys.stderr.write(f"day {day}/{days}, {what}\n")
        sys.stderr.flush()
