"""`bihuan simulate`: makes a run, or replays one, and says what came of it. The database is the caller's."""

import argparse
import json
import sys
import time
from pathlib import Path

from django.conf import settings

from bihuan.kernel.cases.city import forget
from bihuan.kernel.catalog.load import load_city
from bihuan.simulation.operations import Setting, read, written
from bihuan.simulation.planning import report_of
from bihuan.simulation.rates import Rates
from bihuan.simulation.run import Result, replay, simulate, start_of
from bihuan.simulation.shrink import shrink
from bihuan.simulation.telling import told

BAR = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "--seed", type=int, default=1, help="the dice; the same seed gives the same run"
    )
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument(
        "--start", help="first year; that of the catalog's report, else 2023", type=int
    )
    parser.add_argument(
        "--catalog", type=Path, help="the city; that of the installation if not given"
    )
    parser.add_argument(
        "--quick", action="store_true", help="few units, and an excerpt of the report"
    )
    parser.add_argument(
        "--keep", default="", metavar="DB", help="keep the database under this name"
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write the history, or its shortest failing part"
    )
    parser.add_argument(
        "--fault", action="append", default=[], metavar="NAME=SHARE", help="such as crash=0.2"
    )
    parser.add_argument("--no-oracles", action="store_true", help="do not check (for measuring)")
    parser.add_argument(
        "--no-shrink", action="store_true", help="show the whole history of a failure"
    )
    parser.add_argument("--replay", type=Path, metavar="FILE", help="repeat a history")


def run(given: argparse.Namespace) -> int:
    """Exit code 1 where an invariant does not hold."""
    began = time.monotonic()
    if given.replay:
        setting, operations = read(given.replay)
        result = replay(setting, operations)
    else:
        result = simulate(
            setting_of(given), Rates().changed(given.fault), oracles=not given.no_oracles,
            keep=given.keep, progress=_show if sys.stderr.isatty() else None,
        )  # fmt: skip
    say_result(result, time.monotonic() - began)
    if result.broken is not None:
        return _fail(result, given)
    if given.json and not given.replay:
        given.json.write_text(written(result.setting, result.operations, {}), encoding="utf-8")
    return 0


def setting_of(given: argparse.Namespace) -> Setting:
    """The setting that the words describe."""
    catalog = Path(given.catalog or settings.BIHUAN_CATALOG).absolute()
    report = report_of(catalog)
    year = given.start or (int(report.stem) if report else 2023)
    return setting_for(catalog, seed=given.seed, days=given.days, year=year, quick=given.quick)


def setting_for(
    catalog: Path, *, seed: int, days: int, year: int = 2023, quick: bool = False
) -> Setting:
    """A run of a catalog from the first working day of a year."""
    forget()
    start = start_of(load_city(catalog), year)
    return Setting(seed, days, str(catalog), start, quick)


def say_result(result: Result, seconds: float) -> None:
    """One line, and the counts as JSON."""
    tally = result.tally
    lines = {
        "seed": result.setting.seed, "days": result.setting.days, "operations": tally.operations,
        "events": tally.events, "faults": dict(sorted(tally.faults.items())),
        "refusals": dict(sorted(tally.refusals.items())), "head": result.head,
        "seconds": round(seconds, 1), "events_per_second": round(tally.events / seconds),
    }  # fmt: skip
    sys.stdout.write(json.dumps(lines, ensure_ascii=False) + "\n")


def _fail(result: Result, given: argparse.Namespace) -> int:
    if not given.no_shrink and not given.replay:
        sys.stderr.write(
            f"seed {result.setting.seed} fails: {result.broken}\nlooking for the shortest history\n"
        )
        result = shrink(result)
    broken = result.broken
    assert broken is not None
    sys.stdout.write("\n".join(told(result)) + f"\n✗ {broken}\n")
    if given.json:
        what = {"invariant": broken.invariant, "case": broken.label, "what": broken.what}
        given.json.write_text(written(result.setting, result.operations, what), encoding="utf-8")
    return 1


def _show(day: int, days: int) -> None:
    done = BAR * day // max(1, days)
    sys.stderr.write(f"\r  [{'█' * done}{'·' * (BAR - done)}] day {day}/{days}")
    sys.stderr.write("\n" if day == days else "")
    sys.stderr.flush()
