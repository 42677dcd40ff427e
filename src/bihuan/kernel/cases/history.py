"""A case's past, read from the ledger and folded: what clocks and guards reckon with. Reads only."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.project import ClockRow
from bihuan.kernel.cases.receipts import KeptReceipt
from bihuan.kernel.cases.statement import run
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.facts import Child, Moved
from bihuan.kernel.matters.fields import Json

# Events, clock runs and the idempotency key in one read: all that a move needs to know of the past.
PAST = """
SELECT 1, seq, at, action, body, NULL::timestamptz, NULL::timestamptz, false
FROM ledger_event WHERE stream = %s
UNION ALL
SELECT 2, run, started_at, key, status, due_at, stopped_at, is_open
FROM cases_caseclock WHERE case_id = %s
UNION ALL
SELECT 3, seq, NULL, asked, case_id::text, NULL, NULL, false
FROM cases_receipt WHERE key = %s
ORDER BY 1, 2
"""


CHILDREN = 'SELECT number, matter, state, "end" FROM cases_case WHERE parent_id = %s ORDER BY id'


@dataclass
class Past:
    """What a move reckons with: the moves so far, the clock runs as they are stored, what the key was used for."""

    moves: list[Moved]
    clocks: list[ClockRow]
    receipt: KeptReceipt | None = None


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


def past_of(case: Case, key: str = "") -> Past:
    """The past of a locked case, oldest first."""
    data: dict[str, Json] = {}
    past = Past([], [])
    for kind, n, at, name, text, due, stopped, is_open in run(PAST, [case.number, case.pk, key]):
        if kind == 1:
            content = json.loads(text)
            data = data | content["edits"] if content["edits"] else data
            move = Moved(n, at, name, content["from"], content["to"], data, content["given"])
            past.moves.append(move)
        elif kind == 2:
            past.clocks.append((name, n, at, due, text, stopped, is_open))
        else:
            past.receipt = (name, int(text), n)
    return past


def still_past(case: Case, past: Past | None) -> Past:
    """The past as it is, if no event has followed on the locked case since; else read anew."""
    fresh = past is not None and past.moves and past.moves[-1].seq == case.seq
    return past if past is not None and fresh else past_of(case)


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
    return tuple(Child(*row) for row in run(CHILDREN, [case.pk]))


def _mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}
