"""Checks the ledger against itself: every event's hash and link, every seal, the sealed heads. Reads only, in steps."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from bihuan.kernel.ledger.chain import Algorithm
from bihuan.kernel.ledger.diagnose import Known, Row, diagnose
from bihuan.kernel.ledger.faults import Fault, named
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.ledger.parts import END, Part, Step
from bihuan.kernel.ledger.texts import SELECT_ROWS
from bihuan.kernel.ledger.walk import FETCH, Range, Walked, Walker, processes, select, walk

RANGE = 50_000  # events a range, about
Heads = Callable[[str], Known | None]


def chain_part(algorithm: Algorithm, workers: int = 0) -> Part:
    """Every event's hash and link, in ranges of streams; with `workers` in processes with connections of their own."""

    def part(at: str, done: int) -> Iterator[Step]:
        total = Event.objects.count()
        with _walker(algorithm, workers) as walker:
            for piece, walked in walker(_ranges(at)):
                done += walked.events
                faults = [
                    fault for name in walked.suspects for fault in verify_stream(algorithm, name)
                ]
                yield Step(piece.high or END, done, max(total, done), tuple(faults))

    return part


def verify_stream(
    algorithm: Algorithm, stream: str, sealed: tuple[Known, ...] = (), head: Known | None = None
) -> Iterator[Fault]:
    """The first bad event of one stream, if there is one."""
    finding = diagnose(algorithm, rows_of(stream), sealed, head)
    if finding:
        yield named(stream, finding)


def rows_of(stream: str) -> list[Row]:
    """The events of a stream as they are hashed, every column a number or a text."""
    with connection.cursor() as cursor:
        cursor.execute(f"{SELECT_ROWS} WHERE stream = %s ORDER BY seq, id", [stream])
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def one_view() -> Iterator[None]:
    """One view of the database for several queries, so that what is written meanwhile makes no false alarm."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def login() -> Mapping[str, Any]:
    """How a process of its own connects to the same database."""
    known = connection.get_connection_params()
    ours = {"client_encoding", "prepare_threshold"}
    return {
        name: value
        for name, value in known.items()
        if isinstance(value, str | int) and name not in ours
    }


@contextmanager
def _walker(algorithm: Algorithm, workers: int) -> Iterator[Walker]:
    if not workers:
        yield lambda ranges: ((piece, _walk_here(algorithm, piece)) for piece in ranges)
        return
    with processes(workers, algorithm, login()) as walker:
        yield walker


def _walk_here(algorithm: Algorithm, piece: Range) -> Walked:
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(select(algorithm), [piece.low, piece.high, piece.high])
        return walk(algorithm, _encoded(cursor))


def _encoded(cursor: Any) -> Iterator[Any]:
    while rows := cursor.fetchmany(FETCH):
        for stream, seq, prev, stored, text in rows:
            yield stream.encode(), seq, prev.encode(), stored.encode(), (text or "").encode()


def _ranges(after: str) -> Iterator[Range]:
    """Ranges of whole streams from `after` to the end, of about RANGE events."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT stream FROM ledger_event WHERE stream > %s ORDER BY stream OFFSET %s LIMIT 1",
                [after, RANGE],
            )
            found = cursor.fetchone()
        yield Range(after, found[0] if found else "")
        if not found:
            return
        after = found[0]
