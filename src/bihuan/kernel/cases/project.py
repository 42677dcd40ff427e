"""Projections of a case's events: what its row, parties, clocks, desks, evidence and notices are after one. Writes nothing.

`write` stores them with the event; replay compares with them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bihuan.kernel.cases.desks import desks_of
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.permissions import party_codes
from bihuan.kernel.cases.tokens import document_of, mark_of
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.clocks import ClockState
from bihuan.kernel.matters.definition import Action, Matter
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.matters.personal import QUIET
from bihuan.kernel.privacy.models import PersonalValue

CLOCK_COLUMNS = ("started_at", "due_at", "status", "stopped_at", "is_open")
ClockRow = tuple[str, int, datetime, datetime | None, str, datetime | None, bool]
FileRow = tuple[str, str, str, str, int]  # field, sha256, name, type, size


@dataclass
class Projection:
    """The rows that one event adds or changes; what stays as it was is left out."""

    parties: list[tuple[str, str]] = field(default_factory=list)
    parties_gone: list[tuple[str, str]] = field(default_factory=list)
    clocks: list[ClockRow] = field(default_factory=list)
    clocks_gone: list[tuple[str, int]] = field(default_factory=list)
    desks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    desks_gone: list[str] = field(default_factory=list)
    files: list[FileRow] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    tells: bool = False  # persons outside, of this event
    search: str | None = None
    personal: list[PersonalValue] = field(default_factory=list)
    receipt: tuple[str, str] | None = None  # idempotency key, fingerprint of what was asked


def project_row(case: Case, matter: Matter, event: Event, data: dict[str, Json]) -> None:
    """Set the case's columns to what they are after the event (without saving)."""
    case.seq, case.head, case.moved_at = event.seq, event.hash, event.at
    if event.action in QUIET:
        return
    state = matter.states[str(event.content["to"])]
    case.data = data
    case.title = str(data[matter.title])[:300]
    case.state = str(event.content["to"])
    case.return_to = str(event.content["return_to"])
    case.owner_id = next(iter(party_codes(data, state.owner)), None) if not state.end else None
    case.end = state.end
    case.ended_at = event.at if state.end else None


def parties_of(matter: Matter, data: Mapping[str, Json]) -> list[tuple[str, str]]:
    """(field, unit) of every unit that takes part."""
    return [(name, code) for name in matter.unit_fields for code in party_codes(data, name)]


def clock_columns(state: ClockState) -> dict[str, object]:
    """The stored columns of one derived run."""
    return {name: getattr(state, name) for name in CLOCK_COLUMNS}


def clock_row(state: ClockState) -> ClockRow:
    """One derived run as it is stored."""
    return (
        state.key, state.run, state.started_at, state.due_at,
        state.status, state.stopped_at, state.is_open,
    )  # fmt: skip


def project_clocks(
    into: Projection, states: Sequence[ClockState], known: Iterable[ClockRow]
) -> None:
    """The runs that are new or changed, and those that no longer are."""
    stored = {row[:2]: row for row in known}
    for state in states:
        row = clock_row(state)
        if stored.pop(row[:2], None) != row:
            into.clocks.append(row)
    into.clocks_gone = list(stored)


def search_document(matter: Matter, case: Case, number: str = "") -> str:
    """What the search reads of a case: number, title, the fields that its matter names; and marks beside the words.

    `@unit` for each unit that takes part, `#open` while it has not ended, `=field:value` for what lists filter by: one
    index then answers all together. No token of a text begins so. `number` is what is known of the number before the
    case has it.
    """
    named = (case.data.get(name) for name in matter.search)
    texts = [number or case.number, case.title, *(t for t in named if isinstance(t, str))]
    return document_of(texts, marks_of(matter, case.state, case.data))


def marks_of(matter: Matter, state: str, data: Mapping[str, Json]) -> list[str]:
    """The marks that lists are filtered by: desks, whether it is open, values of the matter's filters."""
    units = sorted(code for code in desks_of(matter, state, data) if code)
    values = [mark_of(n, v) for n in matter.filters if isinstance(v := data.get(n), str) and v]
    is_open = not matter.states[state].end
    return [*(f"@{unit}" for unit in units), *(["#open"] if is_open else []), *values]


def files_in(values: Mapping[str, Json], fields: Iterable[str]) -> list[FileRow]:
    """One row for each file that an event brought."""
    found: list[FileRow] = []
    for name in fields:
        stored = values.get(name)
        for f in stored if isinstance(stored, list) else []:
            if isinstance(f, dict):
                texts = (str(f["sha256"]), str(f["name"]), str(f["type"]))
                found.append((name, *texts, int(str(f["size"]))))
    return found


def told_of(action: Action, data: Mapping[str, Json], unit: str) -> list[str]:
    """The units that an action tells, without the one that took it."""
    units = {code for name in action.notifies for code in party_codes(data, name)}
    return sorted(units - {unit})


def project_desks(into: Projection, matter: Matter, case: Case, before: set[str]) -> None:
    """The case's desks as they are now; `before` are the units on whose desks it lay."""
    into.desks = desks_of(matter, case.state, case.data)
    into.desks_gone = sorted(before - into.desks.keys())
