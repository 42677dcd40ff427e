"""A case's past, read from the ledger and folded: what clocks and guards reckon with. Reads only."""

from collections.abc import Iterable, Mapping

from bihuan.kernel.cases.models import Case
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.facts import Child, Moved
from bihuan.kernel.matters.fields import Json


def events_of(case: Case) -> list[Event]:
    """All events of a case, oldest first."""
    return list(Event.objects.filter(stream=case.number).order_by("seq"))


def fold(events: Iterable[Event]) -> list[Moved]:
    """Events → moves, each with the case's data as it stood afterwards."""
    data: dict[str, Json] = {}
    moves: list[Moved] = []
    for event in events:
        content: Mapping[str, Json] = event.content
        data = data | _mapping(content["edits"])
        moves.append(
            Moved(
                seq=event.seq,
                at=event.at,
                action=event.action,
                source=str(content["from"]),
                to=str(content["to"]),
                data=data,
                given=_mapping(content["given"]),
            )
        )
    return moves


def children_of(case: Case) -> tuple[Child, ...]:
    """The cases that this case opened, with where they stand."""
    rows = case.children.order_by("id").values_list("number", "matter", "state", "end")
    return tuple(Child(*row) for row in rows)


def _mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}
