"""Walks the chains of a range of streams at full speed: one digest and two comparisons an event; names the streams that differ.

Reads with SQL of its own and no model, so that a process of its own can do it. What is wrong with a stream says `diagnose`.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any, NamedTuple, Protocol

import psycopg

from bihuan.kernel.ledger.chain import Algorithm, raw_digest
from bihuan.kernel.ledger.texts import text_sql

FETCH = 5000
Row = tuple[bytes, int, bytes, bytes, bytes | None]  # stream, seq, prev, hash, hashed text


class Range(NamedTuple):
    """Streams after `low` up to and with `high` in code-point order; an empty `high` is the end."""

    low: str
    high: str


class Walked(NamedTuple):
    """What a walk over a range saw: how many events, and the streams that do not agree."""

    events: int
    suspects: tuple[str, ...]


def walk(algorithm: Algorithm, rows: Iterable[Row]) -> Walked:
    """Check rows in the order of stream and number."""
    suspects: dict[bytes, None] = {}
    stream, seq, head, events = b"", 0, b"", 0
    for name, number, prev, stored, text in rows:
        events += 1
        if name != stream:
            stream, seq, head = name, 0, b""
        seq += 1
        fresh = raw_digest(algorithm, text or b"").hex().encode()
        if fresh != stored or prev != head or number != seq:
            suspects[name] = None
        head = stored
    return Walked(events, tuple(name.decode() for name in suspects))


def select(algorithm: Algorithm) -> str:
    """The query of a walk; its parameters are low, high, high."""
    return (
        f"SELECT stream, seq, prev, hash, {text_sql(algorithm)} FROM ledger_event "
        "WHERE stream > %s AND (%s = '' OR stream <= %s) ORDER BY stream, seq"
    )


class Walker(Protocol):
    """Walks ranges in order; several at a time where it has the processes."""

    def __call__(self, ranges: Iterator[Range]) -> Iterator[tuple[Range, Walked]]:
        """Each range with what was seen."""


@contextmanager
def processes(count: int, algorithm: Algorithm, login: Mapping[str, Any]) -> Iterator[Walker]:
    """A walker with so many processes, each with a connection of its own; they end with the block, or with us."""
    context = get_context("spawn")
    with ProcessPoolExecutor(count, context, _begin, (algorithm, dict(login))) as pool:

        def walker(ranges: Iterator[Range]) -> Iterator[tuple[Range, Walked]]:
            waiting: list[tuple[Range, Future[Walked]]] = []
            for piece in ranges:
                waiting.append((piece, pool.submit(_walk_range, piece)))
                if len(waiting) > 2 * count:
                    first, answer = waiting.pop(0)
                    yield first, answer.result()
            for first, answer in waiting:
                yield first, answer.result()

        yield walker


_here: dict[str, Any] = {}  # of a process of the pool: its connection and query


def _begin(algorithm: Algorithm, login: dict[str, Any]) -> None:
    Thread(target=_end_with_parent, daemon=True).start()
    # Without an encoding of its own the connection hands over the bytes as they are stored.
    link = psycopg.connect(**login, client_encoding="SQL_ASCII", autocommit=False)
    _here.update(link=link, algorithm=algorithm)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _walk_range(piece: Range) -> Walked:
    link: psycopg.Connection[Row] = _here["link"]
    with link.transaction(), link.cursor("walk", binary=True) as cursor:
        cursor.itersize = FETCH
        cursor.execute(select(_here["algorithm"]), [piece.low, piece.high, piece.high])
        return walk(_here["algorithm"], cursor)
