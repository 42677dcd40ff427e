"""Durable accepted demands a second over HTTP, beside bare commits and a bare view: `python -m benchmarks.intake --out FILE`.

Three doors: Open311, REST and the residents' page, each with its cleaning, limits, routing suggestion, search for the
caller's repeats. Every demand has words and a telephone of its own. The limits stand high by the catalog, not by code.
At the end one address sends the same words again and again, first without limits, then under the city's usual ones.
"""

import argparse
import http.cookiejar
import json
import os
import re
import shutil
import signal
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from tests.api.running import start_with_key
from tests.config.product import bihuan, free_port

from benchmarks.commits import commit_rate
from benchmarks.ground import ROOT, Ground, bare, ground
from benchmarks.http_door import measured
from benchmarks.load import Target, client, load
from benchmarks.processor import Tree

CONNECTIONS = (1, 8, 32)
WARM_SECONDS = 3
SAME = 10_000  # identical posts that no limit holds up
CATALOG = ROOT / "catalog/lvliang"
LIMITS = re.compile(
    r"(  hotline\.(?:tries_per_minute|address_per_hour):\n(?:    .*\n)*?.*value: )\d+"
)
TEXTS = (
    "滨河北路@N@号门前的路灯坏了三天，晚上很黑，老人出门不便，希望尽快修好。",
    "离石区凤山街道@N@号楼停水两天，物业没有答复，请协调供水公司处理。",
    "孝义市@N@号饭店油烟扰民，影响居民休息，多次反映没有结果，请环保部门查处。",
    "咨询异地就医备案怎么办理，老人医保卡尾号@N@在外地住院能不能直接报销。",
    "兴县工地拖欠@N@班组农民工工资三个月，老板电话联系不上，请劳动监察部门帮助。",
    "汾阳市@N@路公交车间隔太长，早高峰等了四十分钟，建议增加班次。",
)  # fmt: skip
FLOOD = json.dumps({"content": "同一句话：滨河北路路灯不亮，请尽快修好。", "kind": "help"})


def main(words: Sequence[str] | None = None) -> int:
    """Measure, say how it goes on standard error, and write the result."""
    parser = argparse.ArgumentParser(prog="benchmarks.intake")
    parser.add_argument("--seconds", type=int, default=5, help="of each loading")
    parser.add_argument("--turns", type=int, default=2, help="how often the doors take turns")
    parser.add_argument("--doors", default="open311,rest,page", help="which of the three")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args(words)
    with ground() as place:
        with product(place, _high_limits(place.var)) as (web, url, key), bare(place) as yardstick:
            doors = {name: DOORS[name](url, key) for name in given.doors.split(",")}
            runs = _loaded(place, doors, web, yardstick, given.seconds, given.turns)
            same = _flood(place, url, web, given.seconds, SAME)
        commits = {c: commit_rate(place, c, given.seconds) for c in CONNECTIONS}
        with product(place, CATALOG) as (web, url, key):
            flood = _flood(place, url, web, given.seconds, 1)
    result = {
        "client": client(), "cores": os.cpu_count(), "seconds": given.seconds,
        "commits_per_second": commits, "flood": flood, "same": same, "runs": runs,
        "summary": [_summary(runs, connections) for connections in CONNECTIONS],
    }  # fmt: skip
    text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
    if given.out:
        given.out.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


@contextmanager
def product(place: Ground, catalog: Path) -> Iterator[tuple[Tree, str, str]]:
    """The product as it is delivered: its processes, its address, and a key of the online desk."""
    extra = {"BIHUAN_CATALOG": str(catalog), "BIHUAN_API_RATE": "1000000"}
    extra |= {"BIHUAN_LOG_LEVEL": "ERROR"}
    if place.server:
        extra["BIHUAN_DATABASE_URL"] = place.server
    running, _ = start_with_key(place.var, free_port(), **extra)
    try:
        made = bihuan(place.var, "api-key", "hotline.online", "ll-hotline-online", "量", **extra)
        yield (
            Tree(running.process.pid),
            f"http://127.0.0.1:{running.port}",
            made.stdout.strip(),
        )
    finally:
        running.end(signal.SIGTERM)


def _high_limits(var: Path) -> Path:
    """The city's catalog with one address as free as a thousand."""
    high = var.parent / "catalog"
    shutil.copytree(CATALOG, high)
    file = high / "parameters.yaml"
    text, count = LIMITS.subn(r"\g<1>1000000000", file.read_text(encoding="utf-8"))
    assert count == 2, "the limits were not found"
    file.write_text(text, encoding="utf-8")
    return high


def _open311(url: str, key: str) -> Target:
    told = [
        {"api_key": key, "service_code": "help", "description": text, "phone": "@PHONE@",
         "address_string": "@N@号", "last_name": "张三", "attribute[place]": "141102"}
        for text in TEXTS
    ]  # fmt: skip
    return Target(url, ("/open311/v2/requests.json",), _lines(told))


def _rest(url: str, key: str) -> Target:
    told = [
        {"kind": "help", "content": text, "caller_phone": "@PHONE@", "address": "@N@号",
         "caller_name": "张三", "place": "141102"}
        for text in TEXTS
    ]  # fmt: skip
    return Target(url, ("/api/v1/cases/hotline.demand",), _lines(told), key)


def _page(url: str, key: str) -> Target:
    """The residents' form, sent as a browser does that has once been shown it."""
    cookie, token = _shown(url)
    told = [
        {"csrfmiddlewaretoken": token, "kind": "help", "content": text, "phone": "@PHONE@",
         "address": "@N@号", "name": "张三", "place": "141102", "identity": "open"}
        for text in TEXTS
    ]  # fmt: skip
    body = "\n".join(urllib.parse.urlencode(one, safe="@") for one in told)
    kind = "application/x-www-form-urlencoded"
    return Target(url, ("/12345/",), body, kind=kind, cookie=cookie)


DOORS = {"open311": _open311, "rest": _rest, "page": _page}


def _lines(told: Sequence[object]) -> str:
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in told)


def _shown(url: str) -> tuple[str, str]:
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    with browser.open(f"{url}/12345/") as answer:
        page = answer.read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token, "the form has no token"
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar), token[1]


def _loaded(
    place: Ground,
    doors: dict[str, Target],
    web: Tree,
    yardstick: tuple[Target, Tree],
    seconds: int,
    turns: int,
) -> list[dict[str, object]]:
    what = {"bare": yardstick} | {name: (target, web) for name, target in doors.items()}
    for target, _ in what.values():
        load(target, max(CONNECTIONS), WARM_SECONDS)  # every worker has read all it needs
    runs: list[dict[str, object]] = []
    for connections in CONNECTIONS:
        for _ in range(turns):
            for name, (target, tree) in what.items():
                before = demands(place)
                found = measured(place, target, tree, connections, seconds)
                more = {"stored": demands(place) - before}
                runs.append({"what": name, "connections": connections, **found, **more})
                sys.stderr.write(json.dumps(runs[-1]) + "\n")
    return runs


def demands(place: Ground) -> int:
    """How many demands are on disk."""
    with psycopg.connect(**place.conninfo) as link:  # type: ignore[arg-type]
        asked = "SELECT count(*) FROM cases_case WHERE matter = 'hotline.demand'"
        [(count,)] = link.execute(asked).fetchall()
    return int(count)


def _flood(place: Ground, url: str, web: Tree, seconds: int, least: int) -> dict[str, object]:
    """The same words again and again from one address, so many times or more; one demand may come of it."""
    cookie, token = _shown(url)
    told = {"csrfmiddlewaretoken": token, "identity": "open", **json.loads(FLOOD)}
    kind = "application/x-www-form-urlencoded"
    target = Target(url, ("/12345/",), urllib.parse.urlencode(told), kind=kind, cookie=cookie)
    before, sent = demands(place), 0
    while sent < least:
        found = measured(place, target, web, max(CONNECTIONS), max(seconds, 10))
        sent += int(str(found["requests"]))
    return {**found, "requests": sent, "stored": demands(place) - before}


def _summary(runs: list[dict[str, object]], connections: int) -> dict[str, object]:
    """For each door the mean of the turns."""
    found: dict[str, object] = {"connections": connections}
    for name in dict.fromkeys(str(run["what"]) for run in runs):
        mine = [r for r in runs if r["what"] == name and r["connections"] == connections]
        found[name] = {
            column: round(sum(float(str(r[column] or 0)) for r in mine) / len(mine), 2)
            for column in ("per_second", "p50_ms", "p95_ms", "p99_ms", "python_ms", "postgres_ms")
        } | {"errors": sum(int(str(r["errors"])) for r in mine)}
    return found


if __name__ == "__main__":
    sys.exit(main())
