"""Writes what administrators and the worker do to deliveries into the ledger. Nothing personal goes in."""

from datetime import datetime

from bihuan.kernel.cases.city import algorithm
from bihuan.kernel.ledger.own import DELIVERY, append_own
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.acting import Acting


def record(action: str, actor: Acting, content: dict[str, Json], *, now: datetime) -> None:
    """Append one event to the stream of deliveries; the caller is in a transaction."""
    append_own(DELIVERY, action, actor, content, at=now, algorithm=algorithm())
