"""Writes the ledger: one event after its predecessor, one checkpoint after all. Nothing else writes these tables."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Max

from bihuan.kernel.ledger.chain import GENESIS, Algorithm, canonical, digest, event_hash, heads_root
from bihuan.kernel.ledger.models import Checkpoint, Event
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.acting import Acting


@dataclass(frozen=True)
class Link:
    """Where a stream stands: the number and the hash of its last event."""

    seq: int = 0
    head: str = GENESIS


def next_event(
    stream: str,
    after: Link,
    *,
    at: datetime,
    action: str,
    actor: Acting,
    content: dict[str, Json],
    algorithm: Algorithm,
    matter: tuple[str, int, str] = ("", 0, ""),
) -> Event:
    """The event that follows `after` in a stream, hashed and not yet stored."""
    event = Event(
        stream=stream,
        seq=after.seq + 1,
        at=at,
        action=action,
        person=actor.person,
        person_name=actor.name,
        post=actor.post,
        unit=actor.unit,
        matter=matter[0],
        version=matter[1],
        definition=matter[2],
        body=canonical(content).decode(),
        prev=after.head,
    )
    event.__dict__["content"] = content
    event.hash = event_hash(algorithm, vars(event))
    return event


def append(
    stream: str,
    after: Link,
    *,
    at: datetime,
    action: str,
    actor: Acting,
    content: dict[str, Json],
    algorithm: Algorithm,
) -> Event:
    """Append one event to a stream that is no case; the caller holds the lock on it and is in a transaction."""
    event = next_event(
        stream, after, at=at, action=action, actor=actor, content=content, algorithm=algorithm
    )
    event.save(force_insert=True)
    return event


def last_link(stream: str) -> Link:
    """Where a stream stands; an unused stream stands at its beginning."""
    last = Event.objects.filter(stream=stream).order_by("-seq").first()
    return Link(last.seq, last.hash) if last else Link()


def seal(*, at: datetime, algorithm: Algorithm) -> Checkpoint:
    """Seal the heads of all streams as they stand now, chained to the last checkpoint."""
    upto = Event.objects.aggregate(last=Max("id"))["last"] or 0
    heads = heads_at(upto)
    last = Checkpoint.objects.order_by("-id").first()
    checkpoint = Checkpoint(
        at=at,
        upto=upto,
        streams=len(heads),
        root=heads_root(algorithm, heads),
        prev=last.hash if last else GENESIS,
    )
    checkpoint.hash = checkpoint_hash(algorithm, checkpoint)
    checkpoint.save(force_insert=True)
    return checkpoint


def heads_at(upto: int) -> list[tuple[str, str]]:
    """(stream, hash) of each stream's last event with an id up to `upto`."""
    rows = (
        Event.objects.filter(id__lte=upto)
        .order_by("stream", "-seq")
        .distinct("stream")
        .values_list("stream", "hash")
    )
    return list(rows)


def checkpoint_hash(algorithm: Algorithm, checkpoint: Checkpoint) -> str:
    """Digest of a checkpoint with its predecessor."""
    parts = [checkpoint.upto, checkpoint.streams, checkpoint.root, checkpoint.prev]
    return digest(algorithm, canonical([*parts, checkpoint.at.astimezone(UTC).isoformat()]))
