"""The hotline among a million demands: pages over HTTP, the console's lookups, and how many planted likenesses are found.

    .venv/bin/python -m benchmarks.hotline_lists --demands 1000000 --out var/hotline.json

Fills a throw-away database under var/hotline (kept for the next run), starts the product on it with two workers, and asks
for each page with two connections for --seconds. Beside each page stands the SQL that gives the same rows, alone.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.config.product import Product, free_port

HOME = Path(__file__).resolve().parents[1]
VAR = Path(os.environ.setdefault("BIHUAN_VAR", str(HOME / "var" / "hotline")))
os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.config.settings"
VAR.mkdir(parents=True, exist_ok=True)

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.hotline_many import Pen, fill, is_filled, phone_of  # noqa: E402
from benchmarks.hotline_recall import recall  # noqa: E402
from bihuan.config.cluster import Cluster  # noqa: E402
from bihuan.hotline.similar_index import rebuild  # noqa: E402
from bihuan.kernel.cases.install import install_city  # noqa: E402
from bihuan.kernel.cases.posts import appoint  # noqa: E402
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR  # noqa: E402
from bihuan.kernel.orgs.models import Person, Post  # noqa: E402
from bihuan.kernel.privacy.sealing import lookup_of  # noqa: E402

CONNECTIONS = 2
AT_DESK = "JOIN cases_casedesk d ON d.case_id = c.id AND d.unit = 'll-hotline'"
OPEN = "('registered','dispatched','handling')"
Ask = tuple[str, str, dict[str, str] | None]  # seat, address, what is posted
PAGES: dict[str, tuple[Ask, str]] = {
    "open311 page of 100": (
        ("", "/open311/v2/requests.json", None),
        "SELECT * FROM cases_case WHERE matter = 'hotline.demand' AND opened_at >= now() - interval '90 days'"
        " ORDER BY id DESC LIMIT 100",
    ),
    "open311 page of 100, open ones": (
        ("", "/open311/v2/requests.json?status=open", None),
        "SELECT * FROM cases_case WHERE matter = 'hotline.demand' AND \"end\" = ''"
        " AND opened_at >= now() - interval '90 days' ORDER BY id DESC LIMIT 100",
    ),
    "list, 25 of the hotline": (
        ("ll-hotline-operator-1", "/cases/?matter=hotline.demand&open=1", None),
        f"SELECT c.* FROM cases_case c {AT_DESK} WHERE d.due_at IS NOT NULL ORDER BY d.due_at, c.id LIMIT 26",
    ),
    "search, one rare word": (
        ("ll-hotline-operator-1", "/cases/?q=苗家坪", None),
        "SELECT c.* FROM cases_case c WHERE search @@ '''苗家'' & ''家坪'''::tsquery LIMIT 26",
    ),
    "search, two frequent words": (
        ("ll-hotline-operator-1", "/cases/?q=路灯 不亮", None),
        "SELECT c.* FROM cases_case c WHERE search @@ '''路灯'' & ''不亮'''::tsquery LIMIT 26",
    ),
    "search, two frequent words, open": (
        ("ll-hotline-operator-1", "/cases/?q=路灯 不亮&open=1", None),
        "SELECT c.* FROM cases_case c WHERE search @@ '''路灯'' & ''不亮'' & ''#open'''::tsquery LIMIT 26",
    ),
    "front page with counts": (
        ("ll-hotline-operator-1", "/hotline/", None),
        f"SELECT state, count(*) FROM cases_case WHERE matter = 'hotline.demand' AND state IN {OPEN} GROUP BY state",
    ),
    "callback desk": (
        ("ll-hotline-callback", "/hotline/callback/", None),
        "SELECT * FROM cases_case WHERE matter = 'hotline.demand' AND state = 'callback'"
        " ORDER BY next_due_at, id LIMIT 26",
    ),
    "console, beside a text": (("ll-hotline-operator-1", "/hotline/console/beside/", {}), ""),
    "console, caller's history": (
        ("ll-hotline-operator-1", "/hotline/console/caller/", {}),
        "SELECT c.* FROM privacy_personalvalue p JOIN cases_case c ON c.number = p.stream"
        " WHERE p.lookup = '{lookup}' ORDER BY c.id DESC LIMIT 20",
    ),
}


def main() -> None:
    """Measure and write what was found."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--demands", type=int, default=1_000_000)
    asked.add_argument("--seconds", type=float, default=5)
    asked.add_argument("--planted", type=int, default=300)
    asked.add_argument("--out", type=Path, required=True)
    given = asked.parse_args()
    Cluster(Path(str(settings.BIHUAN_CLUSTER_HOME)), durable=True).start("bihuan")
    prepare(given.demands)
    found: dict[str, object] = {"demands": given.demands, "likeness": recall(given.planted)}
    found["pages"] = pages(given.seconds)
    found["load"] = os.getloadavg()
    given.out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(given.out.read_text(encoding="utf-8"))


def prepare(demands: int) -> None:
    """A database with so many demands and their likeness."""
    call_command("migrate", verbosity=0)
    install_city()
    if not is_filled(demands):
        fill(demands, timezone.now())
        rebuild()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE hotline_likeness, hotline_likenesstrait")


def pages(seconds: float) -> dict[str, dict[str, float]]:
    """Each page over HTTP: pages a second, p50 and p99, beside the SQL alone."""
    port = free_port()
    cookies = {seat: _cookie(seat) for seat in {seat for (seat, _, _), _ in PAGES.values() if seat}}
    connection.close()
    running = Product.start(VAR, port, BIHUAN_API_RATE="1000000", BIHUAN_LOG_LEVEL="ERROR")
    try:
        found = {}
        for name, (ask, sql) in PAGES.items():
            call = _caller(f"http://127.0.0.1:{port}", ask, cookies)
            for _ in range(6):
                call(0)
            found[name] = _loaded(call, seconds) | _alone(sql)
            sys.stderr.write(f"{name}: {found[name]}\n")
        return found
    finally:
        running.end(signal.SIGTERM)


def _cookie(seat: str) -> str:
    person = Person.objects.filter(username=f"b.{seat}").first()
    if person is None:
        person = Person.objects.create_person(f"b.{seat}", f"测试{seat}", "", is_synthetic=True)
        appoint(person, Post.objects.get(pk=seat), SYSTEM_ACTOR, now=timezone.now())
    client = Client()
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _caller(base: str, ask: Ask, cookies: dict[str, str]) -> Callable[[int], None]:
    seat, path, posted = ask
    link = base + urllib.parse.quote(path, safe="/?=&")
    texts = _texts()
    open_url = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
    token = "x" * 32  # a form's token is compared with the cookie that is sent beside it
    headers = {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={cookies.get(seat, '')}; {settings.CSRF_COOKIE_NAME}={token}"
    }

    def call(turn: int) -> None:
        data = None
        if posted is not None:
            said = texts[turn % len(texts)] | {"csrfmiddlewaretoken": token}
            data = urllib.parse.urlencode(said).encode()
        with open_url(urllib.request.Request(link, data, headers), timeout=30) as answer:
            assert answer.status == 200, answer.status
            answer.read()

    return call


def _texts() -> list[dict[str, str]]:
    """What an operator types: invented tellings and numbers that call often, seldom and never."""
    pen = Pen.at(5, timezone.now())
    return [
        {
            "title": said.title, "content": said.content, "address": said.address,
            "place": said.story.where.county,
            "caller_phone": phone_of(pen.draw.choice((pen.draw.randint(1, 400), pen.draw.randint(2_000, 600_000)))),
        }
        for said in (pen.telling() for _ in range(400))
    ]  # fmt: skip


def _loaded(call: Callable[[int], None], seconds: float) -> dict[str, float]:
    spent: list[float] = []
    end = time.perf_counter() + seconds

    def work(first: int) -> None:
        turn = first
        while time.perf_counter() < end:
            began = time.perf_counter()
            call(turn)
            spent.append(1000 * (time.perf_counter() - began))
            turn += CONNECTIONS

    threads = [threading.Thread(target=work, args=(first,)) for first in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"pages_s": round(len(spent) / seconds, 1)} | shares(spent, "")


def _alone(sql: str) -> dict[str, float]:
    if not sql:
        return {}
    sql = sql.replace("{lookup}", lookup_of("phone", phone_of(7)))
    spent = []
    with connection.cursor() as cursor:
        for _ in range(40):
            began = time.perf_counter()
            cursor.execute(sql)
            cursor.fetchall()
            spent.append(1000 * (time.perf_counter() - began))
    return shares(spent, "sql_")


def shares(spent: Sequence[float], prefix: str) -> dict[str, float]:
    """The median and the 99th percentile, in milliseconds."""
    ordered = sorted(spent)
    last = min(len(ordered) - 1, int(len(ordered) * 0.99))
    return {
        f"{prefix}p50_ms": round(statistics.median(ordered), 1),
        f"{prefix}p99_ms": round(ordered[last], 1),
    }


if __name__ == "__main__":
    main()
