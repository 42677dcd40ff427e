"""Fills a database with invented demands (群众诉求) of Lüliang by COPY: texts, desks, clocks, one event and a sealed number each.

The shape is a hotline's: 3 % are open, the others ended over three years; most call once or twice, some hundreds of times;
one in sixteen was joined to another. The engine is not asked: this measures reading. Same count and instant, same rows.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from benchmarks.hotline_texts import Telling, Where, again, places_of, story, tell
from benchmarks.many_cases import CHUNK, Row, copy_rows, without_indexes
from benchmarks.many_cases import COLUMNS as OF_CASES
from bihuan.kernel.cases.city import city, matter_now
from bihuan.kernel.cases.desks import desks_of
from bihuan.kernel.cases.permissions import party_codes
from bihuan.kernel.cases.tokens import document_of
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.matters.personal import SEALED
from bihuan.kernel.privacy.sealing import lookup_of

DEMAND, DESK = "hotline.demand", "ll-hotline"
OPEN_SHARE, RETOLD = 0.03, 0.12  # open ones; tellings of something that was told shortly before
CALLERS, OFTEN = 500_000, 2_000  # telephones; those that call again and again
COLUMNS = {
    **OF_CASES,
    "privacy_personalvalue": "id, stream, field, kind, key, nonce, ciphertext, tag, mask, lookup, sealed_at",
}
OPEN = {
    "registered": 6,
    "dispatched": 12,
    "handling": 50,
    "joining": 4,
    "return_pending": 2,
    "replied": 8,
    "callback": 18,
}
ENDED = {
    "closed": 72,
    "answered": 14,
    "linked": 6,
    "declined": 3,
    "unreachable": 3,
    "excluded": 1,
    "finalised": 1,
}
KINDS = {"help": 50, "complaint": 25, "consult": 18, "suggestion": 5, "praise": 2}
CALLS = {"phone": 78, "mobile": 10, "web": 8, "api": 2, "letter": 2}


@dataclass
class Pen:
    """What the rows are drawn from."""

    draw: random.Random
    matter: Matter
    places: list[list[Where]]
    units: list[str]
    now: datetime
    told: list[Telling]

    @classmethod
    def at(cls, seed: int, now: datetime) -> Pen:
        """A pen over the installed city."""
        counties = [(r.code, r.name) for r in city().regions.values() if r.parent]
        units = [u.code for u in city().units.values() if u.code not in ("ll-gov", DESK)]
        return cls(random.Random(seed), matter_now(DEMAND)[0], places_of(counties), units, now, [])

    def pick(self, weighted: dict[str, int]) -> str:
        """One of these by weight."""
        return self.draw.choices(list(weighted), list(weighted.values()))[0]

    def telling(self) -> Telling:
        """Something new, or one of the last things in other words."""
        if self.told and self.draw.random() < RETOLD:
            return again(self.draw, self.draw.choice(self.told))
        self.told = [*self.told[-199:], tell(self.draw, story(self.draw, self.places))]
        return self.told[-1]


def fill(count: int, now: datetime) -> None:
    """Add `count` demands to a database with the city installed, then let PostgreSQL look at them."""
    pen = Pen.at(count, now)
    with without_indexes(list(COLUMNS)), connection.cursor() as cursor:
        cursor.execute(
            "SET session_replication_role = replica"
        )  # no triggers: what they feed is rebuilt
        for start in range(1, count + 1, CHUNK):
            found: dict[str, list[Row]] = {table: [] for table in COLUMNS}
            for pk in range(start, min(start + CHUNK, count + 1)):
                for table, rows in one(pk, count, pen).items():
                    found[table] += rows
            copy_rows(cursor, found, COLUMNS)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("SELECT setval(pg_get_serial_sequence('cases_case', 'id'), %s)", [count])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def one(pk: int, count: int, pen: Pen) -> dict[str, list[Row]]:
    """The rows of one demand in every table; those with higher numbers are newer."""
    draw, matter = pen.draw, pen.matter
    age = timedelta(days=3 * 365 * (count - pk) / count, minutes=draw.randint(5, 500))
    is_open = draw.random() < (OPEN_SHARE * 8 if age.days < 120 else OPEN_SHARE / 30)
    state = pen.pick(OPEN if is_open else ENDED)
    opened = pen.now - age
    ended = None if is_open else opened + timedelta(minutes=draw.randint(30, 4_000))
    due = pen.now + timedelta(minutes=draw.randint(-2_000, 8_000)) if is_open else None
    number = f"{matter.prefix}{opened.year}-{pk:07d}"
    said = pen.telling()
    data = _data(pk, said, state, pen)
    parties = [(name, code) for name in matter.unit_fields for code in party_codes(data, name)]
    end = matter.states[state].end
    marks = [*(f"@{code}" for code in sorted({c for _, c in parties})), *([] if end else ["#open"])]
    search = document_of([number, said.title, said.content, said.address], marks)
    body = json.dumps({"from": "", "to": state, "edits": data, "given": {}}, ensure_ascii=False)
    head, owner = f"{pk:064x}", next(iter(party_codes(data, matter.states[state].owner or "desk")))
    case = (
        pk, number, DEMAND, matter.version, said.title, state, "", owner, json.dumps(data, ensure_ascii=False), 1,
        head, opened, ended or opened, ended, end, due, search,
    )  # fmt: skip
    unread = (
        [(pk, 1, str(data["lead"]), "open", opened, None)] if is_open and "lead" in data else []
    )
    return {
        "cases_case": [case],
        "cases_casedesk": [
            (pk, unit, list(roles), due) for unit, roles in desks_of(matter, state, data).items()
        ],
        "cases_caseparty": [(pk, *party) for party in dict.fromkeys(parties)],
        "cases_caseclock": [(pk, "general", 1, opened, due or ended, "running", is_open)],
        "cases_notice": unread,
        "ledger_event": [
            (number, 1, opened, "open", f"测试{pk % 300}", "ll-hotline-operator-1", DESK, DEMAND,
             matter.version, "", body, "", head)
        ],
        "privacy_personalvalue": [_number(pk, number, opened, draw)],
    }  # fmt: skip


def _data(pk: int, said: Telling, state: str, pen: Pen) -> dict[str, Json]:
    draw, where = pen.draw, said.story.where
    data: dict[str, Json] = {
        "title": said.title, "kind": pen.pick(KINDS), "content": said.content, "channel": pen.pick(CALLS),
        "pace": "general", "urgency": "normal", "place": where.county, "address": said.address,
        "identity": "confidential" if draw.random() < 0.1 else "open", "desk": DESK, "round": 1,
        "caller_phone": {SEALED: f"{pk:032x}", "tag": "0" * 64},
    }  # fmt: skip
    if draw.random() < 0.4:
        data |= {"lat": str(said.story.lat), "lon": str(said.story.lon)}
    if state not in ("registered", "answered", "linked", "declined"):
        data["lead"] = draw.choice(pen.units)
    if state == "linked":
        data["main"] = (
            f"{pen.matter.prefix}{pen.now.year}-{draw.randint(max(1, pk - 9_000), pk):07d}"
        )
    if state in ("closed", "callback", "replied", "answered"):
        data["answer"] = (
            f"经核实，{said.address}{said.title}一事已于{draw.randint(1, 12)}月{draw.randint(1, 28)}日处理完毕。"
        )
    return data


def _number(pk: int, stream: str, at: datetime, draw: random.Random) -> Row:
    """The caller's number as it lies sealed; its digest is the real one, what is sealed cannot be opened."""
    who = int(OFTEN ** draw.random()) if draw.random() < 0.1 else draw.randrange(OFTEN, CALLERS)
    phone = phone_of(who)
    return (
        f"{pk:032x}", stream, "caller_phone", "phone", b"0" * 40, b"0" * 12, b"0" * 27, "0" * 64,
        f"{phone[:3]}****{phone[-4:]}", lookup_of("phone", phone), at,
    )  # fmt: skip


def phone_of(who: int) -> str:
    """The telephone of a caller; those with small numbers call often."""
    return f"139{who:08d}"


def is_filled(count: int) -> bool:
    """Whether the database already holds so many invented demands."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_case WHERE matter = %s", [DEMAND])
        found = cursor.fetchone()
    return bool(found and found[0] == count)
