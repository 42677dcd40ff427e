"""How long lists take among 100,000 and 1,000,000 cases: first page and page 500, whole pages and the database's part of them.

    .venv/bin/python benchmarks/lists.py --cases 1000000 --out var/lists.json

Fills throw-away databases of --cases and of a tenth of it in an embedded cluster under var/benchmark (kept for the next
run), then asks for the pages through Django's client, without a network. Beside the time on the wall the processor time
of the database is given, since a shared machine makes the wall's time long.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parents[1]
os.environ.setdefault("BIHUAN_VAR", str(HOME / "var" / "benchmark"))
os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.config.settings_test"
sys.path.insert(0, str(HOME))

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.many_cases import NOW, RARE, fill, is_filled  # noqa: E402
from bihuan.config.cluster import Cluster  # noqa: E402
from bihuan.kernel.cases.finding import find  # noqa: E402
from bihuan.kernel.cases.install import install_city  # noqa: E402
from bihuan.kernel.cases.lanes import ALWAYS, Key  # noqa: E402
from bihuan.kernel.cases.notices import notices_of  # noqa: E402
from bihuan.kernel.cases.posts import appoint  # noqa: E402
from bihuan.kernel.cases.queries import sight_of  # noqa: E402
from bihuan.kernel.cases.waiting import waiting_of  # noqa: E402
from bihuan.kernel.ledger.models import Event  # noqa: E402
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR, actings_of  # noqa: E402
from bihuan.kernel.orgs.models import Person, Post  # noqa: E402
from bihuan.web.keyset import SIZE, place_token  # noqa: E402
from bihuan.web.searching import KEPT, wanted  # noqa: E402

DEEP = 500  # the page measured besides the first
TURNS = 4
Times = dict[
    str, list[tuple[float, float, float]]
]  # wall, queries, processor time of the database, by page
TICKS = os.sysconf("SC_CLK_TCK")
WORK, CASES = "/", "/cases/"
PAGES: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "my work, handler": ("ll-edu-liaison", WORK, {}),
    "my work, planner": ("ll-planner", WORK, {}),
    "my work, mayor": ("ll-mayor", WORK, {}),
    "list, city": ("ll-planner", CASES, {}),
    "list, own unit": ("ll-edu-liaison", CASES, {}),
    "list, county and below": ("ll-xiaoyi-head", CASES, {}),
    "list, whole tree": ("ll-viewer", CASES, {}),
    "state in progress, city": ("ll-planner", CASES, {"state": "in_progress"}),
    "state in progress, own unit": ("ll-edu-liaison", CASES, {"state": "in_progress"}),
    "state ended, city": ("ll-planner", CASES, {"state": "signed_off"}),
    "open, city": ("ll-planner", CASES, {"open": "1"}),
    "overdue, city": ("ll-planner", CASES, {"overdue": "1"}),
    "search rare word": ("ll-planner", CASES, {"q": RARE}),
    "search medium word": ("ll-planner", CASES, {"q": "汾河湿地"}),
    "search very frequent word": ("ll-planner", CASES, {"q": "建设"}),
    "search two words": ("ll-planner", CASES, {"q": "改造 口袋公园"}),
    "search no hit": ("ll-planner", CASES, {"q": "磁悬浮列车"}),
    "search own unit, rare word": ("ll-edu-liaison", CASES, {"q": RARE}),
    "search own unit, medium word": ("ll-edu-liaison", CASES, {"q": "汾河湿地"}),
    "search own unit, frequent word": ("ll-edu-liaison", CASES, {"q": "建设"}),
    "notices": ("ll-edu-liaison", "/notices/", {}),
    "ledger": ("ll-planner", "/ledger/", {}),
}


def main() -> None:
    """Measure both sizes and write what was found."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=1_000_000)
    asked.add_argument("--repeats", type=int, default=60)
    asked.add_argument("--out", type=Path, required=True)
    given = asked.parse_args()
    sizes = (given.cases // 10, given.cases)
    times: dict[int, Times] = {size: {} for size in sizes}
    for _ in range(TURNS):  # in turn, so that a busy minute hits both
        for size in sizes:
            measure(size, given.repeats // TURNS, times[size])
    found = {str(size): {n: _summed(t) for n, t in times[size].items()} for size in sizes}
    result = {"cases": sizes, "load": os.getloadavg(), "lists": _beside(found, sizes)}
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    _show(result["lists"], sizes)


def measure(size: int, repeats: int, times: Times) -> None:
    """Add times of every page in one database, by page."""
    _open_database(size)
    settings.ALLOWED_HOSTS = ["testserver"]
    Path(str(settings.STATIC_ROOT)).mkdir(parents=True, exist_ok=True)
    settings.BIHUAN_CLOCK_SHIFT = int((NOW - timezone.now()).total_seconds())
    clients = {post: _client(post) for post in {post for post, _, _ in PAGES.values()}}
    asks: dict[str, Callable[[], HttpResponse]] = {}
    for name, (post, path, query) in PAGES.items():
        asks[f"{name}, page 1"] = _ask(clients[post], path, query)
        if place := _place(post, path, query):
            asks[f"{name}, page {DEEP}"] = _ask(clients[post], path, {**query, "after": place})
    for turn in range(repeats + 2):
        for name, ask in asks.items():
            took = _timed(ask)
            if turn >= 2:  # the first two warm the caches
                times.setdefault(name, []).append(took)


def _open_database(size: int) -> None:
    name = f"cases_{size}"
    connection.close()
    connection.settings_dict["NAME"] = name
    Cluster(Path(settings.BIHUAN_CLUSTER_HOME), durable=False).start(name)
    call_command("migrate", verbosity=0)
    install_city()
    if not is_filled(size):
        sys.stderr.write(f"filling {name}\n")
        fill(size)
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")  # one visitor, one processor


def _client(post: str) -> Client:
    username = f"b.{post}"
    person = Person.objects.filter(username=username).first()
    if person is None:
        person = Person.objects.create_person(username, f"测试{post}", "", is_synthetic=True)
    at = NOW.replace(month=1, day=4)
    appoint(person, Post.objects.get(pk=post), SYSTEM_ACTOR, now=at)
    client = Client()
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return client


def _ask(client: Client, path: str, data: Mapping[str, str]) -> Callable[[], HttpResponse]:
    return lambda: client.get(path, dict(data))


def _place(post: str, path: str, query: Mapping[str, str]) -> str:
    """Where page 500 begins; nothing for a list that is shorter."""
    person = Person.objects.get(username=f"b.{post}")
    actings = actings_of(person.pk, NOW)
    rows = (DEEP - 1) * SIZE
    if path == CASES:
        asked = dict.fromkeys(KEPT, "") | query
        keys = find(wanted(asked, NOW), sight_of(actings), None, rows).keys
    elif path == WORK:
        keys = tuple(waiting_of(actings).page(ALWAYS, None, rows))
    else:
        units = [acting.unit for acting in actings]
        found = notices_of(units) if path == "/notices/" else Event.objects.order_by("-pk")
        keys = tuple(Key(None, pk) for pk in found.values_list("pk", flat=True)[:rows])
    return place_token(keys[-1]) if len(keys) == rows else ""


def _timed(ask: Callable[[], HttpResponse]) -> tuple[float, float, float]:
    """Milliseconds: on the wall, within queries on the wall, and of the database's processor time so far."""
    queries: list[float] = []

    def listen(execute: Any, *call: Any) -> object:
        began = time.perf_counter()
        try:
            return execute(*call)
        finally:
            queries.append(time.perf_counter() - began)

    before = _processor_time()
    began = time.perf_counter()
    with connection.execute_wrapper(listen):
        answer = ask()
    wall = time.perf_counter() - began
    assert answer.status_code == 200, answer
    return wall * 1000, sum(queries) * 1000, _processor_time() - before


def _processor_time() -> float:
    """Milliseconds of processor time of this connection's server process, in steps of the kernel's clock."""
    link = connection.connection
    if link is None:
        return 0.0
    stat = Path(f"/proc/{link.info.backend_pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(stat[11]) + int(stat[12])) * 1000 / TICKS


def _summed(taken: list[tuple[float, float, float]]) -> dict[str, float]:
    walls = sorted(wall for wall, _, _ in taken)
    queries = sorted(query for _, query, _ in taken)
    last = min(len(walls) - 1, int(len(walls) * 0.99))
    return {
        "p50_ms": round(statistics.median(walls), 1),
        "p99_ms": round(walls[last], 1),
        "query_p50_ms": round(statistics.median(queries), 1),
        "query_p99_ms": round(queries[last], 1),
        "database_cpu_ms": round(statistics.mean(cpu for _, _, cpu in taken), 1),
    }


def _beside(
    found: Mapping[str, Mapping[str, Mapping[str, float]]], sizes: tuple[int, int]
) -> dict[str, dict[str, object]]:
    small, large = (found[str(size)] for size in sizes)
    rows: dict[str, dict[str, object]] = {}
    for name, times in large.items():
        rows[name] = {str(sizes[1]): times}
        if name in small:
            rows[name] |= {
                str(sizes[0]): small[name],
                "ratio_p50": round(times["p50_ms"] / small[name]["p50_ms"], 2),
                "ratio_p99": round(times["p99_ms"] / small[name]["p99_ms"], 2),
            }
    return rows


def _show(rows: Mapping[str, Mapping[str, Any]], sizes: tuple[int, int]) -> None:
    sys.stdout.write(
        f"{'ms, among ' + format(sizes[1], ',') + ' cases':44} p50    p99  query   cpu  ratio\n"
    )
    for name, row in rows.items():
        times = row[str(sizes[1])]
        sys.stdout.write(
            f"{name:42} {times['p50_ms']:6} {times['p99_ms']:6} {times['query_p50_ms']:6} "
            f"{times['database_cpu_ms']:5}  {row.get('ratio_p50', '')}\n"
        )


if __name__ == "__main__":
    main()
