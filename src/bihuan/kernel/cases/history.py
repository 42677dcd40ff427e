"""A case's past, read from the ledger and folded: what clocks and guards reckon with. Reads only."""

import json
from collections.abc import Iterable, Mapping

from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.statement import run
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.facts import Child, Moved
from bihuan.kernel.matters.fields import Json

PAST = "SELECT seq, at, action, body FROM ledger_event WHERE stream = %s ORDER BY seq"


def events_of(case: Case) -> list[Event]:
    """All events of a case, oldest first."""
    return list(Event.objects.filter(stream=case.number).order_by("seq"))


def fold(events: Iterable[Event]) -> list[Moved]:
    """Events → moves, each with the case's data as it stood afterwards."""
    data: dict[str, Json] = {}
    moves: list[Moved] = []
    for event in events:
        data = data | _mapping(event.content["edits"])
        moves.append(moved_by(event, data))
    return moves


def past_of(number: str) -> list[Moved]:
    """All moves of a case, oldest first, as the engine reckons with them."""
    data: dict[str, Json] = {}
    moves: list[Moved] = []
    for seq, at, action, body in run(PAST, [number]):
        content = json.loads(body)
        data = data | content["edits"] if content["edits"] else data
        moves.append(Moved(seq, at, action, content["from"], content["to"], data, content["given"]))
    return moves


def moved_by(event: Event, data: Mapping[str, Json]) -> Moved:
    """One event as a move, with the case's data as it stood afterwards."""
    content: Mapping[str, Json] = event.content
    return Moved(
        seq=event.seq,
        at=event.at,
        action=event.action,
        source=str(content["from"]),
        to=str(content["to"]),
        data=data,
        given=_mapping(content["given"]),
    )


def children_of(case: Case) -> tuple[Child, ...]:
    """The cases that this case opened, with where they stand."""
    rows = case.children.order_by("id").values_list("number", "matter", "state", "end")
    return tuple(Child(*row) for row in rows)


def _mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}
