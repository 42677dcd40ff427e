"""Seals the ledger (封存): one signed checkpoint over the heads of all streams, and the document that is published of it.

Appending takes a shared lock in the database (trigger `ledger_writer`); sealing waits a moment for it alone, so that no event
with a smaller id can appear after the seal.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import OperationalError, connection, transaction

from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.ledger.chain import GENESIS, Algorithm, canonical, digest
from bihuan.kernel.ledger.keys import key_id, public_text, signing_key
from bihuan.kernel.ledger.merkle import Head, leaf, root_of
from bihuan.kernel.ledger.models import Checkpoint, SealedHead
from bihuan.kernel.matters.fields import Json

FORMAT = "bihuan-checkpoint/1"
SEALING, WRITING = 7_362_001, 7_362_002  # advisory locks: one sealer at a time; see the migration
PATIENCE = "5s"
CHUNK = 10_000

_UPSERT = """
INSERT INTO ledger_sealedhead (stream, seq, head)
SELECT DISTINCT ON (stream) stream, seq, hash FROM ledger_event WHERE id > %s AND id <= %s
ORDER BY stream, seq DESC
ON CONFLICT (stream) DO UPDATE SET seq = excluded.seq, head = excluded.head
"""
_SEALED = "SELECT stream, seq, head FROM ledger_sealedhead ORDER BY stream"
_AT = """
SELECT DISTINCT ON (stream) stream, seq, hash FROM ledger_event WHERE id <= %s ORDER BY stream, seq DESC
"""


@transaction.atomic
def seal(*, at: datetime, algorithm: Algorithm) -> Checkpoint:
    """Seal the heads of all streams as they stand now, chained to the last checkpoint and signed."""
    key = signing_key()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALING])
    last = newest()
    upto = _settled()
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [last.upto if last else 0, upto])
    root, streams = root_of(algorithm, (leaf(algorithm, head) for head in sealed_heads()))
    checkpoint = Checkpoint(
        number=last.number + 1 if last else 1,
        at=at,
        algorithm=algorithm,
        upto=upto,
        streams=streams,
        root=root.hex(),
        prev=last.hash if last else GENESIS,
        public_key=public_text(key),
    )
    text = canonical(content_of(checkpoint))
    checkpoint.hash = digest(algorithm, text)
    checkpoint.signature = key.sign(text).hex()
    checkpoint.save(force_insert=True)
    return checkpoint


def newest() -> Checkpoint | None:
    """The last checkpoint."""
    return Checkpoint.objects.order_by("-number").first()


def is_sealed(stream: str) -> bool:
    """Whether the newest checkpoint seals this stream."""
    return SealedHead.objects.filter(stream=stream).exists()


def content_of(checkpoint: Checkpoint) -> dict[str, Json]:
    """What is hashed and signed of a checkpoint."""
    return {
        "format": FORMAT,
        "algorithm": checkpoint.algorithm,
        "number": checkpoint.number,
        "at": checkpoint.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "upto": checkpoint.upto,
        "streams": checkpoint.streams,
        "root": checkpoint.root,
        "prev": checkpoint.prev,
        "key": key_id(checkpoint.public_key),
    }


def document_of(checkpoint: Checkpoint) -> dict[str, Json]:
    """The checkpoint as it is published: its content, public key and signature."""
    return {
        **content_of(checkpoint),
        "public_key": checkpoint.public_key,
        "signature": checkpoint.signature,
    }


def file_of(document: dict[str, Json]) -> bytes:
    """A checkpoint or proof as a file: one line of canonical JSON."""
    return canonical(document) + b"\n"


def sealed_heads() -> Iterator[Head]:
    """The heads of the newest checkpoint, in the order of the tree."""
    return _heads(_SEALED, [])


def heads_at(upto: int) -> Iterator[Head]:
    """The heads of all streams as the events up to an id give them, in the order of the tree."""
    return _heads(_AT, [upto])


def _heads(statement: str, values: list[Any]) -> Iterator[Head]:
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(CHUNK):
            yield from map(Head._make, rows)


def _settled() -> int:
    """The last event's id once everybody who was writing has ended; raises a Refusal after some seconds of waiting."""
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
                cursor.execute("SELECT pg_advisory_lock(%s)", [WRITING])
        except OperationalError as error:
            raise Refusal(
                "seal_busy",
                N_("台账正在大批写入，等了几秒也没有停顿，未能封存。"),
                remedy=N_("没有写下任何东西；请在导入结束后再封存。"),
            ) from error
        cursor.execute("SELECT coalesce(max(id), 0) FROM ledger_event")
        upto: int = cursor.fetchone()[0]
        cursor.execute("SELECT pg_advisory_unlock(%s)", [WRITING])
    return upto
