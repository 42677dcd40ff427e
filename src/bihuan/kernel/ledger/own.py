"""Appends to the ledger's streams that belong to no case (`models.OWN_STREAMS`), one writer at a time."""

from datetime import datetime

from django.db import connection

from bihuan.kernel.ledger.append import Link, append
from bihuan.kernel.ledger.chain import Algorithm
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.acting import Acting

POSTS, DELIVERY = "posts", "delivery"


def append_own(
    stream: str,
    action: str,
    actor: Acting,
    content: dict[str, Json],
    *,
    at: datetime,
    algorithm: Algorithm,
) -> Event:
    """Append to one of these streams, one writer at a time; the caller is in a transaction.

    A clock that was set back does not take the stream back with it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [stream])
    last = Event.objects.filter(stream=stream).order_by("-seq").first()
    after, at = (Link(last.seq, last.hash), max(at, last.at)) if last else (Link(), at)
    return append(
        stream, after, at=at, action=action, actor=actor, content=content,
        algorithm=algorithm,
    )  # fmt: skip
