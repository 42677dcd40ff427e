"""Faults that strike a call, each forced into one outcome: submitted twice, two at once, a crash here or there.

Every function does the call, the fault and what a sensible client does next, and returns what was acknowledged. What
the fault must not do is asserted here; what every event must fulfil is asserted by the world.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import psycopg
from django.db import connection, transaction

from bihuan.kernel.orgs.acting import Acting
from bihuan.simulation.doors import Answer, Caller, call
from bihuan.simulation.invariants import require
from bihuan.simulation.operations import Operation

LOCK = "SELECT 1 FROM cases_case WHERE number = %s FOR NO KEY UPDATE"
WAITS = "SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted"
PATIENCE = 10_000  # looks at the locks before giving up
Snapshot = Callable[[], object]


class Crashed(BaseException):
    """The process died here; no handler of the product may catch it."""


class Scene:
    """The call that is struck: the operation, its case, and how to look at what is stored."""

    def __init__(
        self,
        operation: Operation,
        number: str,
        seq: int,
        link: psycopg.Connection[Any],
        snapshot: Snapshot,
        actor: Callable[[Operation], Acting | None],
    ) -> None:
        self.operation = operation
        self.number = number
        self.seq = seq
        self.link = link
        self.snapshot = snapshot
        self.actor = actor
        self.key = f"sim-{operation.id}"
        self.label = operation.case or operation.name

    def call(self, key: str = "", expect: int | None = None) -> Answer:
        """The call itself."""
        caller = Caller(self.actor(self.operation), self.number, key, expect)
        return call(self.operation, caller)


def plain(scene: Scene) -> Sequence[Answer]:
    """No fault."""
    return [scene.call()]


def same_key(scene: Scene) -> Sequence[Answer]:
    """Submitted twice under one idempotency key: the second gets the first answer, and nothing is written."""
    return _ask_twice(scene, lambda: None)


def double_click(scene: Scene) -> Sequence[Answer]:
    """Sent twice from one page, without key: the second is told that its page is stale."""
    first = scene.call(expect=scene.seq)
    before = scene.snapshot()
    second = scene.call(expect=scene.seq)
    if first.is_yes:
        require(
            second.refusal in ("stale", "not_now", "no_post"), "once", scene.label,
            f"a stale page was answered {second}",
        )  # fmt: skip
    _untouched(scene, before, "the second click")
    return [first]


def lost_answer(scene: Scene) -> Sequence[Answer]:
    """The connection dies after the commit: the client asks again and is told what was done."""
    return _ask_twice(scene, connection.close)


def _ask_twice(scene: Scene, between: Callable[[], None]) -> Sequence[Answer]:
    first = scene.call(scene.key)
    between()
    before = scene.snapshot()
    _same_answer(scene, first, scene.call(scene.key))
    _untouched(scene, before, "asking again")
    return [first]


def crash(scene: Scene) -> Sequence[Answer]:
    """The connection breaks at the k-th statement (0: before the commit): nothing remains, and a retry succeeds."""
    at = int(scene.operation.fault.get("at", 0))
    before = scene.snapshot()
    answer = _crash_before_commit(scene) if at == 0 else _crash_at(scene, at)
    if answer is not None:  # it ended before the statement came
        connection.close()
        before = scene.snapshot()
        _same_answer(scene, answer, scene.call(scene.key))
        _untouched(scene, before, "asking again")
        return [answer]
    if scene.operation.do != "sweep":  # which is a transaction a case
        _untouched(scene, before, f"a crash at statement {at or 'COMMIT'}")
    return [scene.call(scene.key)]


def _crash_at(scene: Scene, at: int) -> Answer | None:
    """The answer, or None where the crash came first."""
    count = 0

    def strike(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal count
        count += 1
        if count == at:
            _cut()
            raise Crashed
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(strike):
            return scene.call(scene.key)
    except Crashed:
        return None
    finally:
        connection.close()


def _crash_before_commit(scene: Scene) -> Answer | None:
    try:
        with transaction.atomic():
            answer = scene.call(scene.key)
            if not answer.is_yes:
                return answer
            _cut()
            raise Crashed
    except Crashed:
        return None
    finally:
        connection.close()


def _cut() -> None:
    """Break the connection to the server under Django's feet."""
    if connection.connection is not None:
        connection.connection.close()


def rival(scene: Scene) -> Sequence[Answer]:
    """Two actors at once: the second stands at the row's lock until the first has committed, then has its turn."""
    told = scene.operation.fault
    other = replace(
        scene.operation, name=told["name"], person=told["person"], post=told["post"],
        values=told["values"], files=told["files"], fault={},
    )  # fmt: skip
    key = scene.key if told["twin"] else ""
    expect = scene.seq if told["stale"] else None
    second = _Second(other, Caller(scene.actor(other), scene.number, key, expect))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK, [scene.number])
        second.start()
        _until_blocked(scene, second)
        first = scene.call(key)
    answer = second.answer()
    connection.close()
    if told["twin"]:
        _same_answer(scene, first, answer)
        return [first]
    if told["stale"] and first.is_yes:
        require(answer.refusal, "once", scene.label, f"a stale rival was answered {answer}")
    return [first, answer]


class _Second:
    """The second actor: a thread with a connection of its own."""

    def __init__(self, operation: Operation, caller: Caller) -> None:
        self._operation = operation
        self._caller = caller
        self._ready = threading.Event()
        self._answer: Answer | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.pid = 0

    def start(self) -> None:
        """Connect and call; returns once the connection stands."""
        self._thread.start()
        self._ready.wait()

    @property
    def is_alive(self) -> bool:
        """False once it has its answer."""
        return self._thread.is_alive()

    def answer(self) -> Answer:
        """What it was told, once it has been told; raises what it ran into."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        assert self._answer is not None
        return self._answer

    def _run(self) -> None:
        try:
            connection.ensure_connection()
            self.pid = connection.connection.info.backend_pid
            self._ready.set()
            self._answer = call(self._operation, self._caller)
        except BaseException as error:
            self._error = error
        finally:
            self._ready.set()
            connection.close()


def _until_blocked(scene: Scene, second: _Second) -> None:
    for _ in range(PATIENCE):
        if not second.is_alive:
            return  # refused before it came to the row
        if scene.link.execute(WAITS, [second.pid]).fetchone() != (0,):
            return
        time.sleep(0.0005)
    require(False, "row_lock", scene.label, "the second actor neither waits nor ends")


def _same_answer(scene: Scene, first: Answer, second: Answer) -> None:
    same = (first.number, bool(first.refusal)) == (second.number, bool(second.refusal))
    require(same, "idempotent", scene.label, f"first {first}, then {second}")


def _untouched(scene: Scene, before: object, what: str) -> None:
    after = scene.snapshot()
    require(before == after, "nothing_written", scene.label, f"{what} changed {before} to {after}")


FAULTS: dict[str, Callable[[Scene], Sequence[Answer]]] = {
    "": plain,
    "same_key": same_key,
    "double_click": double_click,
    "lost_answer": lost_answer,
    "crash": crash,
    "rival": rival,
    "clock_back": plain,  # the instant itself is wrong
}
