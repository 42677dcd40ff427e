"""`bihuan simulate`: makes a run, repeats one, or makes many, and says what came of it. The database is the caller's."""

import argparse
import json
import sys
import time
from pathlib import Path

from django.conf import settings

from bihuan.kernel.cases.city import forget
from bihuan.kernel.catalog.load import load_city
from bihuan.simulation.many import line_of, report, run_many, work
from bihuan.simulation.operations import Setting, read, written
from bihuan.simulation.planning import report_of
from bihuan.simulation.rates import Rates
from bihuan.simulation.run import Result, replay, simulate, start_of
from bihuan.simulation.shrink import shrink
from bihuan.simulation.telling import told
from bihuan.simulation.year.command import run_year

BAR = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    add = parser.add_argument
    add("--seed", type=int, default=1, help="the dice; the same seed gives the same run")
    add("--days", type=int, default=365)
    add("--start", type=int, metavar="YEAR", help="that of the catalog's report, else 2023")
    add("--catalog", type=Path, action="append", help="the city; several take turns with --seeds")
    add("--quick", action="store_true", help="few units, and an excerpt of the report")
    add("--keep", default="", metavar="DB", help="keep the database under this name")
    add("--json", type=Path, metavar="FILE", help="write the history; of a failure, the shortest")
    add("--fault", action="append", default=[], metavar="NAME=SHARE", help="such as crash=0.2")
    add("--no-oracles", action="store_true", help="do not check (for measuring)")
    add("--no-shrink", action="store_true", help="show the whole history of a failure")
    add("--replay", type=Path, metavar="FILE", help="repeat a history")
    add("--seeds", type=int, default=0, metavar="N", help="run so many seeds and sum them up")
    add("--jobs", type=int, default=2, help="processes for --seeds and --demands")
    add(
        "--demands",
        type=int,
        default=0,
        metavar="N",
        help="a year of the hotline with so many demands",
    )
    add(
        "--watch",
        type=int,
        default=100,
        metavar="N",
        help="of these, watch one in N at every event",
    )
    add("--worker", type=int, default=-1, help=argparse.SUPPRESS)
    add("--step", type=int, default=1, help=argparse.SUPPRESS)


def run(given: argparse.Namespace, words: list[str]) -> int:
    """Exit code 1 where an invariant does not hold."""
    if given.worker >= 0:
        return _worker(given)
    if given.demands:
        return run_year(given, setting_of(given))
    if given.seeds:
        return _many(given, words)
    began = time.monotonic()
    if given.replay:
        result = replay(*read(given.replay))
    else:
        result = simulate(
            setting_of(given), Rates().changed(given.fault), oracles=not given.no_oracles,
            keep=given.keep, progress=show_day if sys.stderr.isatty() else None,
        )  # fmt: skip
    sys.stdout.write(json.dumps(line_of(result, time.monotonic() - began), ensure_ascii=False))
    sys.stdout.write("\n")
    if result.broken is not None:
        return _fail(result, given)
    if given.json and not given.replay:
        given.json.write_text(written(result.setting, result.operations, {}), encoding="utf-8")
    return 0


def setting_of(given: argparse.Namespace, turn: int = 0) -> Setting:
    """The setting that the words describe; of several catalogs, the one whose turn it is."""
    catalogs = given.catalog or [Path(settings.BIHUAN_CATALOG)]
    catalog = catalogs[turn % len(catalogs)].absolute()
    known = report_of(catalog)
    year = given.start or (int(known.stem) if known else 2023)
    seed = given.seed + turn
    return setting_for(catalog, seed=seed, days=given.days, year=year, quick=given.quick)


def setting_for(
    catalog: Path, *, seed: int, days: int, year: int = 2023, quick: bool = False
) -> Setting:
    """A run of a catalog from the first working day of a year."""
    forget()
    start = start_of(load_city(catalog), year)
    return Setting(seed, days, str(catalog), start, quick)


def _many(given: argparse.Namespace, words: list[str]) -> int:
    summary, seconds = run_many(words, given.seed, given.seeds, given.jobs)
    text = json.dumps(report(summary, seconds, words), ensure_ascii=False, indent=1)
    sys.stdout.write(f"{text}\n")
    if given.json:
        given.json.write_text(f"{text}\n", encoding="utf-8")
    return 1 if summary.failures else 0


def _worker(given: argparse.Namespace) -> int:
    """Some of the seeds of `--seeds`, a line each; the catalog goes by the seed, so that any seed repeats alone."""
    catalogs = given.catalog or [Path(settings.BIHUAN_CATALOG)]
    alone = argparse.Namespace(**{**vars(given), "seed": 0})
    seeds = [given.seed + given.step * n for n in range(given.worker)]
    made = {n: setting_of(alone, n) for n in range(len(catalogs))}
    runs = [
        Setting(seed, given.days, made[seed % len(catalogs)].catalog, made[seed % len(catalogs)].start, given.quick)
        for seed in seeds
    ]  # fmt: skip
    for line in work(runs, Rates().changed(given.fault)):
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return 0


def _fail(result: Result, given: argparse.Namespace) -> int:
    if not given.no_shrink and not given.replay:
        seed = result.setting.seed
        sys.stderr.write(f"seed {seed} fails: {result.broken}\nlooking for the shortest history\n")
        result = shrink(result)
    broken = result.broken
    assert broken is not None
    sys.stdout.write("\n".join(told(result)) + f"\n✗ {broken}\n")
    if given.json:
        what = {"invariant": broken.invariant, "case": broken.label, "what": broken.what}
        given.json.write_text(written(result.setting, result.operations, what), encoding="utf-8")
    return 1


def show_day(day: int, days: int) -> None:
    done = BAR * day // max(1, days)
    sys.stderr.write(f"\r  [{'█' * done}{'·' * (BAR - done)}] day {day}/{days}")
    sys.stderr.write("\n" if day == days else "")
    sys.stderr.flush()
