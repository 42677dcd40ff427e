"""Whoever got an acknowledgement finds the event in the ledger, whatever was killed when, and nothing stands there twice."""

import hashlib
import os
import random
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from bihuan.config.cluster import PORT, USER, socket_directory
from tests.api.running import start_with_key
from tests.config.product import bihuan, free_port
from tests.crash.clients import Client, Crowd
from tests.crash.residents import Resident, picture
from tests.crash.victims import PATIENCE, Victim

pytestmark = pytest.mark.crash

ROUNDS = int(os.environ.get("BIHUAN_CRASH_ROUNDS", "20"))
SEED = int(os.environ.get("BIHUAN_CRASH_SEED", secrets.randbelow(10**6)))
CLIENTS = (Client, Client, Resident, Resident)
ANSWERS = 8  # acknowledgements between two kills, so that each round has work to lose
# Database and web in turn; a single worker more often than the whole server, because it is back sooner.
KILLS = ("kill_database", "kill_worker") * 4 + ("kill_database", "kill_web")


@pytest.fixture
def victim(var: Path) -> Iterator[tuple[Victim, list[str]]]:
    """A product with a durable database of its own, and a key for each client."""
    extra = {"BIHUAN_API_RATE": "0"}
    product, token = start_with_key(var, free_port(), **extra)
    made = bihuan(var, "api-key", "hotline.online", "ll-hotline-online", "居民")
    keys = {Client: token, Resident: made.stdout.strip()}
    victim = Victim(product, random.Random(SEED), extra)
    yield victim, [keys[kind] for kind in CLIENTS]
    victim.product.process.terminate()
    victim.product.process.wait(PATIENCE)


def test_no_kill_loses_an_acknowledged_event_or_leaves_half_a_case(
    victim: tuple[Victim, list[str]], var: Path
) -> None:
    killed, tokens = victim
    sys.stdout.write(f"seed {SEED}, {ROUNDS} rounds\n")
    crowd = Crowd.begin(CLIENTS, killed.product.port, tokens, var, SEED)

    for number in range(ROUNDS):
        _let_work(crowd, killed)
        time.sleep(killed.chance.random() * 0.05)
        kill = "kill_both" if number == ROUNDS // 2 else KILLS[number % len(KILLS)]
        getattr(killed, kill)()
    _let_work(crowd, killed)
    crowd.end(PATIENCE)

    sys.stdout.write(f"{len(crowd.told())} acknowledged; outcomes {dict(crowd.tallied())}\n")
    assert set(crowd.tallied()) - {"200", "201", "503"} <= BROKEN_LINKS, crowd.tallied()
    _nothing_is_lost_and_nothing_is_twice(crowd, var)
    _every_demand_has_its_picture_and_its_telephone(crowd, var)
    verified = bihuan(var, "ledger", "verify")
    assert verified.returncode == 0, verified.stdout
    assert "all agree" in verified.stdout


BROKEN_LINKS = {
    "ConnectionRefusedError", "ConnectionResetError", "RemoteDisconnected", "BrokenPipeError",
    "IncompleteRead", "TimeoutError", "BadStatusLine",
}  # fmt: skip


def _let_work(crowd: Crowd, killed: Victim) -> None:
    deadline, until = time.monotonic() + PATIENCE, crowd.answered() + ANSWERS
    while crowd.answered() < until:
        killed.revive()
        assert time.monotonic() < deadline, f"no answers any more: {crowd.tallied()}"
        time.sleep(0.01)


def _nothing_is_lost_and_nothing_is_twice(crowd: Crowd, var: Path) -> None:
    with closing(_connect(var)) as link:
        events = link.execute("SELECT stream, seq, body FROM ledger_event").fetchall()
        numbers = {row[0] for row in link.execute("SELECT number FROM cases_case")}
        counters = link.execute("SELECT series, last FROM cases_counter").fetchall()
        receipts = link.execute(
            "SELECT key, number, r.seq FROM cases_receipt r JOIN cases_case c ON c.id = r.case_id"
        ).fetchall()
        people = dict(link.execute("SELECT username, id FROM orgs_person").fetchall())
    mine = [(stream, seq) for stream, seq, _ in events if stream not in ("posts", "api-keys")]
    told = {key: (number, seq) for key, number, seq in crowd.told()}

    assert len(set(mine)) == len(mine), "an event stands twice"
    assert len(told) == len(crowd.told()) == len(crowd.sent()), "each key was answered, and once"
    lost = [key for key, place in told.items() if place not in set(mine)]
    assert lost == [], "acknowledged, and not in the ledger"
    assert len(set(told.values())) == len(told) == len(mine), "one event for each key, and no other"
    online = set(crowd.keys_of(Resident))
    hashed = {
        _kept(key, "open311", people["hotline.online"])
        if key in online
        else _kept(key, "api", people["planner"]): place
        for key, place in told.items()
    }
    assert {key: (number, seq) for key, number, seq in receipts} == hashed
    assert numbers == {stream for stream, _ in mine}, "a case without events, or events without one"
    wanted = {f"{series}{n:05d}" for series, last in counters for n in range(1, last + 1)}
    assert numbers == wanted, "numbers have gaps"


def _kept(key: str, door: str, person: object) -> str:
    """How a door keeps a caller's idempotency key."""
    return f"{door}:" + hashlib.sha256(f"{person}:{key}".encode()).hexdigest()


def _every_demand_has_its_picture_and_its_telephone(crowd: Crowd, var: Path) -> None:
    """Exactly one of each, and none besides; `ledger verify` then looks for the bytes of every file."""
    keys = set(crowd.keys_of(Resident))
    told = {number: key for key, number, _ in crowd.told() if key in keys}
    with closing(_connect(var)) as link:
        files = link.execute(
            "SELECT number, sha256 FROM cases_evidence e JOIN cases_case c ON c.id = e.case_id"
        ).fetchall()
        sealed = link.execute("SELECT stream, field FROM privacy_personalvalue").fetchall()
    wanted = {(number, hashlib.sha256(picture(key)).hexdigest()) for number, key in told.items()}
    assert len(told) > len(crowd.clients), "residents were hardly heard"
    assert set(files) == wanted
    assert len(files) == len(wanted)
    assert sorted(sealed) == sorted((number, "caller_phone") for number in told)


def _connect(var: Path) -> psycopg.Connection[tuple[object, ...]]:
    sockets = str(socket_directory(var / "postgres"))
    return psycopg.connect(host=sockets, port=PORT, user=USER, dbname=USER, autocommit=True)
