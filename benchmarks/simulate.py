"""Measures events a second of the simulation, with its oracles and without. Writes JSON; needs the embedded database."""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import django

from bihuan.config.serve import database_in_use

ROOT = Path(__file__).resolve().parents[1]
CITIES = {
    "test city": ROOT / "tests" / "simulation" / "city",
    "Lüliang": ROOT / "catalog" / "lvliang",
}


def main() -> None:
    """Two cities, each with oracles on and off, one seed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    django.setup()
    with database_in_use():
        measured = [
            _measure(name, given.seed, given.days, oracles)
            for name in CITIES
            for oracles in (True, False)
        ]
    text = json.dumps(measured, ensure_ascii=False, indent=1)
    sys.stdout.write(f"{text}\n")
    if given.out:
        given.out.write_text(f"{text}\n", encoding="utf-8")


def _measure(name: str, seed: int, days: int, oracles: bool) -> dict[str, object]:
    from bihuan.simulation.command import setting_for
    from bihuan.simulation.rates import Rates
    from bihuan.simulation.run import simulate

    setting = setting_for(CITIES[name], seed=seed, days=days, quick=True)
    began, cpu = time.perf_counter(), time.process_time()
    result = simulate(setting, Rates(), oracles=oracles)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    return {
        "city": name, "oracles": oracles, "days": days, "events": result.tally.events,
        "seconds": round(seconds, 2), "events_per_second": round(result.tally.events / seconds),
        "python_ms_an_event": round(1000 * cpu / result.tally.events, 2),
    }  # fmt: skip


if __name__ == "__main__":
    main()
