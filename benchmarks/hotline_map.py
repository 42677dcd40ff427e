"""The map of demands nearby (附近诉求) among a million: its queries, its answers, and what its trigger costs a move.

    .venv/bin/python -m benchmarks.hotline_map --demands 1000000 --out var/hotline-map.json

Fills the throw-away database of benchmarks/hotline_lists.py without likenesses, shows what the migration's own rule shows,
and asks from one process. The trigger's cost is an update that moves `seq`, with the trigger and without, each rolled back.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from benchmarks import hotline_lists as lists  # sets the settings up first

from django.conf import settings  # isort: skip
from django.core.management import call_command  # isort: skip
from django.db import connection, transaction  # isort: skip
from django.test import Client  # isort: skip
from django.utils import timezone  # isort: skip

from benchmarks.hotline_many import fill, is_filled
from bihuan.config.cluster import Cluster
from bihuan.hotline.nearby import BLOCK, Wish, box_of, rows, spots
from bihuan.kernel.cases.install import install_city

TIMES, MOVES = 100, 300
TOWNS = ((37.52, 111.14), (37.27, 111.79), (37.14, 111.77), (37.42, 110.87), (38.46, 111.13))
SHOW = (
    "INSERT INTO hotline_shown SELECT id, floor((data ->> 'lat')::numeric * 500), floor((data ->> 'lon')::numeric * 500),"
    " coalesce(substring(data ->> 'category' from '^([0-9]{2})[0-9]{4}'), ''), coalesce(ended_at, '9999-01-01')"
    " FROM cases_case WHERE matter = 'hotline.demand' AND coalesce(hotline_may_show(data, state), false)"
    " ON CONFLICT DO NOTHING"
)
MOVE = "UPDATE cases_case SET seq = seq + 1 WHERE id = ANY(%s) AND matter = 'hotline.demand'"


def main() -> None:
    """Measure and write what was found."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--demands", type=int, default=1_000_000)
    asked.add_argument("--out", type=Path, required=True)
    given = asked.parse_args()
    Cluster(Path(str(settings.BIHUAN_CLUSTER_HOME)), durable=True).start("bihuan")
    found: dict[str, object] = {"demands": given.demands, "shown": prepare(given.demands)}
    found["queries"] = {name: _times(ask) for name, ask in _queries(timezone.now()).items()}
    found["pages"] = {name: _times(ask) for name, ask in _pages().items()}
    found["move"] = {"with the trigger": _moved(disabled=False), "without": _moved(disabled=True)}
    found["load"] = os.getloadavg()
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(given.out.read_text(encoding="utf-8"))


def prepare(demands: int) -> int:
    """A database with so many demands; how many of them the map may show."""
    call_command("migrate", verbosity=0)
    if not is_filled(demands):
        install_city()
        fill(demands, timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(SHOW)
        cursor.execute("VACUUM ANALYZE hotline_shown")
        cursor.execute("SELECT count(*) FROM hotline_shown")
        (shown,) = cursor.fetchone()
    return int(shown)


def _queries(now: datetime) -> dict[str, Callable[[int], object]]:
    city = box_of(36.7, 110.4, 38.7, 112.4, BLOCK * 4)

    def town(turn: int, side: float, step: int) -> object:
        lat, lon = TOWNS[turn % len(TOWNS)]
        return box_of(lat - side, lon - side, lat + side, lon + side, step)

    def fine(turn: int) -> object:
        return spots(town(turn, 0.02, 1), 1, Wish(), now=now)  # type: ignore[arg-type]

    def blocks(turn: int) -> object:
        return spots(town(turn, 0.2, BLOCK), BLOCK, Wish(), now=now)  # type: ignore[arg-type]

    def listed(turn: int) -> object:
        return list(rows(town(turn, 0.02, 1), Wish(), now=now).order_by("-case_id")[:26])  # type: ignore[arg-type]

    return {
        "a quarter's cells": fine,
        "a county's blocks": blocks,
        "the whole city, counted": lambda _: spots(city, BLOCK * 4, Wish(), now=now),
        "a quarter's list of 25": listed,
        "the whole city's list of 25": lambda _: list(
            rows(None, Wish(), now=now).order_by("-case_id")[:26]
        ),
    }


def _pages() -> dict[str, Callable[[int], object]]:
    client = Client()

    def page(address: str) -> Callable[[int], object]:
        def ask(turn: int) -> object:
            lat, lon = TOWNS[turn % len(TOWNS)]
            answer = client.get(address.format(lat=lat, lon=lon), HTTP_HOST="127.0.0.1")
            assert answer.status_code == 200, answer.status_code
            return answer

        return ask

    return {
        "points.json of a quarter": page("/12345/map/points.json?z=14&lat={lat}&lon={lon}"),
        "points.json of the city": page("/12345/map/points.json"),
    }


def _times(ask: Callable[[int], object]) -> dict[str, float]:
    for turn in range(5):
        ask(turn)  # what is read once and kept
    spent = []
    for turn in range(TIMES):
        began = time.perf_counter()
        ask(turn)
        spent.append(1000 * (time.perf_counter() - began))
    return lists.shares(spent, "")


def _moved(*, disabled: bool) -> dict[str, float]:
    """Milliseconds of one row's update by its key, in a transaction that is taken back."""
    draw = random.Random(7)
    spent = []
    with connection.cursor() as cursor, transaction.atomic():
        if disabled:
            cursor.execute("ALTER TABLE cases_case DISABLE TRIGGER demand_shown")
        for _ in range(MOVES):
            pk = draw.randint(1, 1_000_000)
            began = time.perf_counter()
            cursor.execute(MOVE, [[pk]])
            spent.append(1000 * (time.perf_counter() - began))
        transaction.set_rollback(True)
    return lists.shares(spent, "")


if __name__ == "__main__":
    main()
