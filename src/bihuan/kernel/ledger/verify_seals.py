"""Checks the seals (封存点): signatures, their chain, the newest against every event, one that was published. Reads only."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import DataError, connection

from bihuan.kernel.ledger.chain import GENESIS, Algorithm, canonical, digest
from bihuan.kernel.ledger.diagnose import Known
from bihuan.kernel.ledger.faults import Fault
from bihuan.kernel.ledger.keys import is_signed, key_id
from bihuan.kernel.ledger.merkle import Head, leaf, root_of
from bihuan.kernel.ledger.models import Checkpoint, SealedHead
from bihuan.kernel.ledger.parts import Part, Step
from bihuan.kernel.ledger.seals import content_of, document_of, heads_at, newest, sealed_heads
from bihuan.kernel.ledger.verify import one_view, verify_stream

Document = Mapping[str, Any]

_ALTERED = """
SELECT h.stream FROM ledger_sealedhead h
LEFT JOIN ledger_event e ON e.stream = h.stream AND e.seq = h.seq
WHERE e.hash IS DISTINCT FROM h.head ORDER BY h.stream
"""
_LATE = """
SELECT e.stream, min(e.seq) FROM ledger_event e LEFT JOIN ledger_sealedhead h ON h.stream = e.stream
WHERE e.id <= %s AND (h.stream IS NULL OR e.seq > h.seq) GROUP BY e.stream ORDER BY e.stream
"""


def seals_part(
    algorithm: Algorithm, *, every: bool = False, against: Document | None = None
) -> Part:
    """All seals by chain and signature, the newest against the events; on request each one, and a published one."""

    def part(at: str, done: int) -> Iterator[Step]:
        total = Checkpoint.objects.count()
        if not at:
            faults = [*_readable(_chained(algorithm)), *_readable(_newest(algorithm))]
            faults += _published(algorithm, against) if against else ()
            yield Step("0", 0 if every else total, total, tuple(faults))
        if every:
            for seal in Checkpoint.objects.filter(number__gt=int(at or 0)).order_by("number"):
                done += 1
                yield Step(str(seal.number), done, total, tuple(_recomputed(algorithm, seal)))

    return part


def is_authentic(document: Document) -> bool:
    """Whether a checkpoint's document is signed by the key that it names."""
    content = {k: v for k, v in document.items() if k not in ("public_key", "signature")}
    public, signature = str(document.get("public_key")), str(document.get("signature"))
    named = key_id(public) == content.get("key")
    return named and is_signed(public, signature, canonical(content))


def _readable(checks: Iterator[Fault]) -> Iterator[Fault]:
    """The faults; a seal that cannot even be read is one, and not the end of the check."""
    try:
        yield from checks
    except DataError:
        yield _fault(0, "有封存点无法读出", "a seal cannot be read")


def _chained(algorithm: Algorithm) -> Iterator[Fault]:
    number, head = 0, GENESIS
    for checkpoint in Checkpoint.objects.order_by("number").iterator():
        number += 1
        if checkpoint.number != number or checkpoint.prev != head:
            yield _fault(
                number,
                "缺少此封存点，或前一封存点被换",
                "a seal is missing here, or the one before was replaced",
            )
        document = document_of(checkpoint)
        text = canonical(content_of(checkpoint))
        if digest(algorithm, text) != checkpoint.hash or not is_authentic(document):
            yield _fault(
                checkpoint.number,
                "封存点与其哈希或签名不符",
                "the seal does not match its hash or its signature",
            )
        number, head = checkpoint.number, checkpoint.hash


def _newest(algorithm: Algorithm) -> Iterator[Fault]:
    """Every sealed head against the events, and the heads themselves against the signed root."""
    with one_view():
        last = newest()
        if last is None:
            return
        root, streams = root_of(algorithm, (leaf(algorithm, head) for head in sealed_heads()))
        if (root.hex(), streams) != (last.root, last.streams):
            yield _fault(
                last.number,
                "封存的末端被改动，与签名的根不符",
                "the sealed heads were altered: they do not give the signed root",
            )
        with connection.cursor() as cursor:
            cursor.execute(_ALTERED)
            altered = [name for (name,) in cursor.fetchall()]
            cursor.execute(_LATE, [last.upto])
            late = cursor.fetchall()
        for name in altered:
            sealed = SealedHead.objects.get(stream=name)
            yield from verify_stream(algorithm, name, (Known(sealed.seq, sealed.head),))
    for name, seq in late:
        yield Fault(
            name,
            seq,
            "inserted",
            "此事件在封存之后补入，却排在封存之前",
            "this event was put in after the seal, among those before it",
        )


def _recomputed(algorithm: Algorithm, checkpoint: Checkpoint) -> Iterator[Fault]:
    if _root_at(algorithm, checkpoint.upto) != checkpoint.root:
        yield _fault(
            checkpoint.number,
            f"{checkpoint.at:%Y-%m-%d %H:%M} 的封存点与台账不符：其前有事件被改、删或增",
            "the seal does not match the events it covers: something before it was altered",
        )


def _published(algorithm: Algorithm, document: Document) -> Iterator[Fault]:
    """A checkpoint that was kept outside, against what the database says today."""
    number = int(document["number"])
    if not is_authentic(document):
        yield _fault(
            number, "所给封存点文件的签名不符", "the signature of the given file does not hold"
        )
    ours = Checkpoint.objects.filter(number=number).first()
    if ours is None or content_of(ours) != {k: document.get(k) for k in content_of(ours)}:
        yield _fault(
            number,
            "已公布的封存点不在库中，或与库中的不同：封存点被重做",
            "the published seal is not the one in the database: seals were made anew",
        )
    if _root_at(algorithm, int(document["upto"])) != document["root"]:
        yield _fault(
            number,
            "台账与已公布的封存点不符：其前有事件被改、删或增",
            "the ledger does not give the published root: something before it was altered",
        )


def _root_at(algorithm: Algorithm, upto: int) -> str:
    heads: Iterator[Head] = heads_at(upto)
    return root_of(algorithm, (leaf(algorithm, head) for head in heads))[0].hex()


def _fault(number: int, message: str, message_en: str) -> Fault:
    return Fault("seal", number, "seal", message, message_en)
