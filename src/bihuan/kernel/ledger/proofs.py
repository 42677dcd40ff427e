"""Proves one case to a third party (举证): its events as hashed, and the Merkle path from its sealed head to a checkpoint's root.

The check of a proof needs nothing of this package: `docs/verify_proof.py`.
"""

from collections.abc import Iterable

from django.db import connection

from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.ledger.chain import Algorithm
from bihuan.kernel.ledger.merkle import Head, leaf, path_of
from bihuan.kernel.ledger.models import Checkpoint
from bihuan.kernel.ledger.seals import document_of, heads_at, newest, sealed_heads
from bihuan.kernel.ledger.texts import text_sql
from bihuan.kernel.matters.fields import Json

FORMAT = "bihuan-proof/1"


def prove(stream: str, number: int | None = None) -> dict[str, Json]:
    """The proof of a stream against a checkpoint (the newest, or one by its number); raises a Refusal where there is none."""
    last = newest()
    checkpoint = Checkpoint.objects.filter(number=number).first() if number else last
    if checkpoint is None or last is None:
        raise Refusal(
            "no_checkpoint",
            N_("还没有这个封存点。"),
            remedy=N_("请先封存台账（bihuan ledger seal）。"),
        )
    algorithm: Algorithm = "sha256" if checkpoint.algorithm == "sha256" else "sm3"
    heads = sealed_heads() if checkpoint.number == last.number else heads_at(checkpoint.upto)
    index, head, leaves = _find(algorithm, stream, heads)
    if head is None:
        raise Refusal(
            "not_sealed",
            N_("%(stream)s 在第 %(number)s 号封存点时还不存在。"),
            remedy=N_("请等下一次封存，或选更晚的封存点。"),
            params={"stream": stream, "number": checkpoint.number},
        )
    return {
        "format": FORMAT,
        "stream": stream,
        "events": _texts(algorithm, head),
        "index": index,
        "path": [entry.hex() for entry in path_of(algorithm, leaves, index)],
        "checkpoint": document_of(checkpoint),
    }


def _find(
    algorithm: Algorithm, stream: str, heads: Iterable[Head]
) -> tuple[int, Head | None, list[bytes]]:
    index, found = 0, None
    leaves: list[bytes] = []
    for head in heads:
        if head.stream == stream:
            index, found = len(leaves), head
        leaves.append(leaf(algorithm, head))
    return index, found, leaves


def _texts(algorithm: Algorithm, head: Head) -> list[Json]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {text_sql(algorithm)} FROM ledger_event WHERE stream = %s AND seq <= %s ORDER BY seq",
            [head.stream, head.seq],
        )
        return [row[0] for row in cursor.fetchall()]
