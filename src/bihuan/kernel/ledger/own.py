"""Appends to the ledger's streams that belong to no case (`models.OWN_STREAMS`), one writer at a time."""

from datetime import datetime

from django.db import connection

from bihuan.kernel.ledger.append import append, last_link
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
    """Append to one of these streams, one writer at a time; the caller is in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [stream])
    return append(
        stream, last_link(stream), at=at, action=action, actor=actor, content=content,
        algorithm=algorithm,
    )  # fmt: skip
