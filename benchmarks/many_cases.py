"""Fills a database with invented cases of Lüliang, by COPY: rows of lists, desks, clocks and notices, one event a case.

The shape is a city's: 3 % of the cases are open, the others ended over five years; titles share a small vocabulary in which a
few words are everywhere, some rare. The engine is not asked: this measures reading. Same count, same rows.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.backends.utils import CursorWrapper

from bihuan.kernel.cases.city import city, matter_now
from bihuan.kernel.cases.desks import desks_of
from bihuan.kernel.cases.permissions import party_codes
from bihuan.kernel.cases.project import marks_of
from bihuan.kernel.cases.tokens import document_of
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.fields import Json

NOW = datetime(2023, 9, 20, 2, 0, tzinfo=UTC)  # a Wednesday, 10 o'clock in the city
OPEN_SHARE = 0.03
UNCLOCKED_SHARE = 0.02  # of the open ones: their clocks pause
MATTERS = {"plan.task": 60, "plan.part": 25, "plan.commitment": 15}
VERBS = {"建设": 30, "改造": 15, "新建": 12, "推进": 10, "完成": 9, "整治": 6, "修复": 4, "培育": 4}
THINGS = {
    "农村公路": 300, "老旧小区": 250, "污水管网": 200, "高标准农田": 180, "普惠性幼儿园": 100,
    "养老服务中心": 80, "规上工业企业": 70, "淤地坝": 50, "智能化煤矿": 40, "口袋公园": 30,
    "充换电站": 20, "红枣加工园": 10, "汾河湿地": 5, "低空物流基地": 1,
}  # fmt: skip
RARE = "古建筑彩塑"  # in one title of twenty thousand
PLACES = ("城区", "东川河沿线", "北部乡镇", "黄河一号旅游公路", "东部新区", "沿汾各村", "老城片区")
TABLES = (
    "cases_case",
    "cases_casedesk",
    "cases_caseparty",
    "cases_caseclock",
    "cases_notice",
    "ledger_event",
)
COLUMNS = {
    "cases_case": "id, number, matter, version, title, state, return_to, owner_id, data, seq, head, opened_at, moved_at, "
    "ended_at, \"end\", next_due_at, search",
    "cases_casedesk": "case_id, unit, waits, due_at",
    "cases_caseparty": "case_id, field, unit_id",
    "cases_caseclock": "case_id, key, run, started_at, due_at, status, is_open",
    "cases_notice": "case_id, seq, unit_id, action, at, read_at",
    "ledger_event": "stream, seq, at, action, person_name, post, unit, matter, version, definition, body, prev, hash",
}  # fmt: skip
CHUNK = 20_000
Row = tuple[object, ...]


@dataclass(frozen=True)
class _Kind:
    """A matter with what is drawn for its cases."""

    matter: Matter
    open_states: tuple[str, ...]
    end_states: tuple[str, ...]

    @classmethod
    def of(cls, key: str) -> _Kind:
        matter, _ = matter_now(key)
        ends = tuple(name for name, state in matter.states.items() if state.end)
        return cls(matter, tuple(name for name in matter.states if name not in ends), ends)


def fill(count: int) -> None:
    """Add `count` cases to an empty database with the city installed, then let PostgreSQL look at them."""
    with without_indexes(TABLES):
        pour(count, random.Random(count))
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('cases_case', 'id'), %s)", [count])
        cursor.execute("VACUUM ANALYZE")


def pour(count: int, draw: random.Random, open_share: float = OPEN_SHARE, above: int = 0) -> None:
    """Copy so many drawn cases into the tables, with ids above one."""
    kinds = {key: _Kind.of(key) for key in MATTERS}
    with connection.cursor() as cursor:
        for start in range(above + 1, above + count + 1, CHUNK):
            ids = range(start, min(start + CHUNK, above + count + 1))
            copy_rows(cursor, _rows(ids, draw, kinds, open_share), COLUMNS)


def copy_rows(
    cursor: CursorWrapper, rows: Mapping[str, Sequence[Row]], columns: Mapping[str, str]
) -> None:
    """Copy rows into each table by these columns."""
    for table, found in rows.items():
        with cursor.copy(f"COPY {table} ({columns[table]}) FROM STDIN") as stream:
            for row in found:
                stream.write_row(row)


@contextmanager
def without_indexes(tables: Sequence[str]) -> Iterator[None]:
    """Drop what only speeds up reading, and make it again afterwards: ten times as fast as keeping it up to date."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            [list(tables)],
        )
        known = cursor.fetchall()
        for name, _ in known:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _, definition in known:
            cursor.execute(definition)


def _rows(
    ids: Sequence[int], draw: random.Random, kinds: dict[str, _Kind], open_share: float
) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {table: [] for table in TABLES}
    keys, weights = list(MATTERS), list(MATTERS.values())
    for pk in ids:
        kind = kinds[draw.choices(keys, weights)[0]]
        for table, rows in _one(pk, kind, draw, draw.random() < open_share).items():
            found[table] += rows
    return found


def _one(pk: int, kind: _Kind, draw: random.Random, is_open: bool) -> dict[str, list[Row]]:
    """The rows of one case in every table."""
    matter = kind.matter
    number = f"{matter.prefix}{2019 + pk % 5}-{pk:07d}"
    data = _data(matter, draw)
    state = draw.choice(kind.open_states) if is_open else kind.end_states[draw.random() > 0.93]
    opened = NOW - timedelta(minutes=draw.randint(60, 120_000 if is_open else 2_600_000))
    due = _due(draw) if is_open and draw.random() > UNCLOCKED_SHARE else None
    ended = None if is_open else opened + timedelta(minutes=draw.randint(60, 100_000))
    title = str(data["title"])
    units = party_codes(data, matter.states[state].owner)
    parties = [(name, code) for name in matter.unit_fields for code in party_codes(data, name)]
    end = matter.states[state].end
    search = document_of([number, title], marks_of(matter, state, data))
    body = json.dumps({"from": "", "to": state, "edits": data, "given": {}}, ensure_ascii=False)
    head = f"{pk:064x}"
    case = (
        pk, number, matter.key, matter.version, title, state, "", next(iter(units), None),
        json.dumps(data, ensure_ascii=False), 1, head, opened, ended or opened, ended, end, due, search,
    )  # fmt: skip
    return {
        "cases_case": [case],
        "cases_casedesk": [
            (pk, unit, list(roles), due) for unit, roles in desks_of(matter, state, data).items()
        ],
        "cases_caseparty": [(pk, *party) for party in dict.fromkeys(parties)],
        "cases_caseclock": [
            (pk, next(iter(matter.clocks)), 1, opened, due or ended, "running", is_open)
        ],
        "cases_notice": [
            (pk, 1, str(data[matter.handler[0]]), "open", opened, None if is_open else opened)
        ],
        "ledger_event": [
            (number, 1, opened, "open", f"测试{pk % 300}", "ll-planner", "ll-office", matter.key,
             matter.version, "", body, "", head)
        ],
    }  # fmt: skip


def _data(matter: Matter, draw: random.Random) -> dict[str, Json]:
    units = _units()
    lead, *others = draw.sample(units, 3)
    rare = RARE if draw.random() < 1 / 20_000 else ""
    thing = draw.choices(list(THINGS), list(THINGS.values()))[0]
    verb = draw.choices(list(VERBS), list(VERBS.values()))[0]
    number = draw.randint(2, 900)
    title = f"{draw.choice(PLACES)}{verb}{rare}{thing}{number}处，{_names()[lead]}牵头按季调度"
    data: dict[str, Json] = {"title": title, "goal": title, "text": title, "deadline": "2023-12-31"}
    data |= {"office": "ll-office", "inspection": "ll-inspection", "lead": lead, "unit": others[0]}
    data |= {"assist": list(others[: draw.randint(0, 2)]), "kind": "target", "section": "重点工作"}
    kept = {*matter.fields}
    return {name: value for name, value in data.items() if name in kept}


def _due(draw: random.Random) -> datetime:
    """Around now: a fifth is late, the rest comes within ten weeks; deadlines are whole half hours."""
    return NOW.replace(minute=30) + timedelta(minutes=30 * draw.randint(-800, 3200))


_KNOWN: dict[str, str] = {}


def _names() -> dict[str, str]:
    if not _KNOWN:
        _KNOWN.update(
            {u.code: u.name for u in city().units.values() if u.code not in ("ll-gov", "ll-office")}
        )
    return _KNOWN


def _units() -> list[str]:
    return list(_names())


def is_filled(count: int) -> bool:
    """Whether the database already holds so many invented cases."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_case")
        found = cursor.fetchone()
    return bool(found and found[0] == count)
