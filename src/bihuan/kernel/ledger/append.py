"""Appends to the ledger: one event after its predecessor. Checkpoints are written in `seals`."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.kernel.ledger.chain import GENESIS, Algorithm, canonical, event_hash
from bihuan.kernel.ledger.models import Event
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
