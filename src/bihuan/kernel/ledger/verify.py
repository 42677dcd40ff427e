"""Checks the ledger against itself: every event's hash, every link, every seal. Reads only."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bihuan.kernel.ledger.append import checkpoint_hash, heads_at
from bihuan.kernel.ledger.chain import GENESIS, Algorithm, event_hash, heads_root
from bihuan.kernel.ledger.models import Checkpoint, Event

Progress = Callable[[int, int], None]
CHUNK = 2000


@dataclass(frozen=True)
class Fault:
    """Something that does not agree: where (stream and sequence number), what kind, and in words."""

    stream: str
    seq: int
    kind: str  # changed, missing, inserted, reordered, seal, projection
    message: str
    message_en: str

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} [{self.kind}] {self.message} ({self.message_en})"


def verify_events(algorithm: Algorithm, progress: Progress | None = None) -> Iterator[Fault]:
    """Stream all events in order of stream and number; yield each fault found."""
    total = Event.objects.count()
    stream, seq, head = "", 0, GENESIS
    events = Event.objects.order_by("stream", "seq").iterator(chunk_size=CHUNK)
    for done, event in enumerate(events, 1):
        if event.stream != stream:
            stream, seq, head = event.stream, 0, GENESIS
        yield from check_link(algorithm, event, seq, head)
        seq, head = event.seq, event.hash
        if progress and (done % CHUNK == 0 or done == total):
            progress(done, total)


def check_link(algorithm: Algorithm, event: Event, seq: int, head: str) -> Iterator[Fault]:
    """Check one event against its predecessor's number and hash."""
    if event_hash(algorithm, vars(event)) != event.hash:
        yield Fault(
            event.stream, event.seq, "changed",
            "事件内容与其哈希不符：此事件被改动", "the content does not match its hash: this event was changed",
        )  # fmt: skip
    if event.seq != seq + 1:
        yield Fault(
            event.stream, seq + 1, "missing",
            f"缺少第 {seq + 1} 号事件", f"event {seq + 1} is missing",
        )  # fmt: skip
    elif event.prev != head:
        yield Fault(
            event.stream, event.seq, "reordered",
            "与前一事件不相接：前一事件被改写、插入或调换",
            "does not follow its predecessor: that one was re-hashed, inserted or reordered",
        )  # fmt: skip


def verify_seals(algorithm: Algorithm) -> Iterator[Fault]:
    """Recompute every checkpoint from the events that it covers."""
    head = GENESIS
    for checkpoint in Checkpoint.objects.order_by("id"):
        broken = (
            checkpoint.prev != head or checkpoint_hash(algorithm, checkpoint) != checkpoint.hash
        )
        if broken or heads_root(algorithm, heads_at(checkpoint.upto)) != checkpoint.root:
            yield Fault(
                "seal", checkpoint.pk, "seal",
                f"{checkpoint.at:%Y-%m-%d %H:%M} 的封存点与台账不符：其后有事件被改、删或增",
                "the seal does not match the events it covers: something before it was altered",
            )  # fmt: skip
        head = checkpoint.hash
