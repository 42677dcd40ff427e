"""Writes one event with everything projected from it, in a single statement. Decides nothing; only `moves` calls it.

The statement is put together from fixed pieces, so that each combination is planned once a connection. Lists travel as
arrays and are unnested.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from bihuan.kernel.cases.city import algorithm
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.numbers import Offer, numbered
from bihuan.kernel.cases.project import Projection
from bihuan.kernel.cases.statement import Row, run
from bihuan.kernel.ledger.chain import hashes_in
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.privacy.store import INSERT, columns_of

Piece = tuple[str, Sequence[object]]

EVENT_COLUMNS = (
    "stream", "seq", "at", "action", "person", "person_name", "post", "unit",
    "matter", "version", "definition", "body", "prev", "hash",
)  # fmt: skip
CASE_COLUMNS = (
    "number", "matter", "version", "opened_at", "parent_id", "root_id",
    "title", "state", "return_to", "owner_id", "data", "seq", "head", "moved_at", "ended_at", "end",
    "next_due_at",
)  # fmt: skip
MOVING = CASE_COLUMNS[6:]
CASTS = {"data": "%s::jsonb"}
OFFERS = {"stream": "o.number", "number": "o.number", "hash": "o.hash", "head": "o.hash"}


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _marks(columns: Sequence[str]) -> str:
    return ", ".join(CASTS.get(name, "%s") for name in columns)


def _picked(columns: Sequence[str]) -> str:
    return ", ".join(OFFERS.get(name) or CASTS.get(name, "%s") for name in columns)


EVENT = (
    f"e AS (INSERT INTO ledger_event ({_names(EVENT_COLUMNS)}) VALUES ({_marks(EVENT_COLUMNS)}))"
)
# The one of the offered numbers that is next; none where others were faster, and then nothing is stored.
NEXT = (
    "n AS (UPDATE cases_counter SET last = last + 1 WHERE series = %s AND last + 1 = ANY(%s::int[]) "
    "RETURNING last), "
    "o AS (SELECT u.* FROM n JOIN unnest(%s::int[], %s::text[], %s::text[]) "
    "u(last, number, hash) ON u.last = n.last)"
)
# A number that was drawn before.
GIVEN = "o AS (SELECT u.* FROM unnest(%s::text[], %s::text[]) u(number, hash))"
# The tokens of the number's last part, as `tokens.tokens_of` gives them: which number it is, only the database knows.
PLACE = (
    "(SELECT array_to_tsvector(array_agg(DISTINCT substr(place, i, 2)))"
    " FROM (SELECT split_part(o.number, '-', 2) AS place) part, generate_series(1, length(place)) i)"
)
OFFERED = f"e AS (INSERT INTO ledger_event ({_names(EVENT_COLUMNS)}) SELECT {_picked(EVENT_COLUMNS)} FROM o)"
OPENED = (
    f"c AS (INSERT INTO cases_case ({_names(CASE_COLUMNS)}, search) "
    f"SELECT {_picked(CASE_COLUMNS)}, %s::tsvector || {PLACE} FROM o "
    "RETURNING id, number, head)"
)
_SET = ", ".join(f'"{name}" = {CASTS.get(name, "%s")}' for name in MOVING)
MOVED = f"c AS (UPDATE cases_case SET {_SET} WHERE id = %s RETURNING id)"
RENAMED = f"c AS (UPDATE cases_case SET {_SET}, search = %s::tsvector WHERE id = %s RETURNING id)"
DUE = "c AS (UPDATE cases_case SET next_due_at = %s WHERE id = %s RETURNING id)"
PARTIES = (
    "p AS (INSERT INTO cases_caseparty (case_id, field, unit_id) "
    "SELECT c.id, t.* FROM c, unnest(%s::text[], %s::text[]) t)"
)
PARTIES_GONE = (
    "q AS (DELETE FROM cases_caseparty p USING c, unnest(%s::text[], %s::text[]) t(field, unit) "
    "WHERE p.case_id = c.id AND p.field = t.field AND p.unit_id = t.unit)"
)
CLOCKS = (
    "k AS (INSERT INTO cases_caseclock"
    " (case_id, key, run, started_at, due_at, status, stopped_at, is_open) "
    "SELECT c.id, t.* FROM c, unnest(%s::text[], %s::int[], %s::timestamptz[], %s::timestamptz[],"
    " %s::text[], %s::timestamptz[], %s::bool[]) t "
    "ON CONFLICT (case_id, key, run) DO UPDATE SET started_at = excluded.started_at,"
    " due_at = excluded.due_at, status = excluded.status, stopped_at = excluded.stopped_at,"
    " is_open = excluded.is_open)"
)
CLOCKS_GONE = (
    "l AS (DELETE FROM cases_caseclock k USING c, unnest(%s::text[], %s::int[]) t(key, run) "
    "WHERE k.case_id = c.id AND k.key = t.key AND k.run = t.run)"
)
DESKS = (
    "d AS (INSERT INTO cases_casedesk AS d (case_id, unit, waits, due_at) "
    "SELECT c.id, t.unit, string_to_array(t.waits, ','), %s "
    "FROM c, unnest(%s::text[], %s::text[]) t(unit, waits) "
    "ON CONFLICT (case_id, unit) DO UPDATE SET waits = excluded.waits, due_at = excluded.due_at "
    "WHERE (d.waits, d.due_at) IS DISTINCT FROM (excluded.waits, excluded.due_at))"
)
DESKS_GONE = "g AS (DELETE FROM cases_casedesk d USING c WHERE d.case_id = c.id AND d.unit = ANY(%s::text[]))"
FILES = (
    "f AS (INSERT INTO cases_evidence (case_id, seq, at, field, sha256, name, type, size) "
    "SELECT c.id, %s, %s, t.* FROM c, unnest(%s::text[], %s::text[], %s::text[], %s::text[],"
    " %s::bigint[]) t)"
)
NOTICES = (
    "n AS (INSERT INTO cases_notice (case_id, seq, action, at, unit_id) "
    "SELECT c.id, %s, %s, %s, t FROM c, unnest(%s::text[]) t)"
)
TELLING = (
    "v AS (INSERT INTO cases_telling (case_id, seq, action, at) SELECT c.id, %s, %s, %s FROM c)"
)
RECEIPT = (
    "r AS (INSERT INTO cases_receipt (key, case_id, seq, asked) SELECT %s, c.id, %s, %s FROM c)"
)

SEALED = f"s AS ({INSERT})"


def write_opening(case: Case, event: Event, rows: Projection, offer: Offer) -> None:
    """Store a new case with its first event under the next number of its series; both learn it, the case its id."""
    fixed: list[Piece] = [
        (OFFERED, _unoffered(event_values(event), EVENT_COLUMNS)),
        (OPENED, (*_unoffered(case_values(case), CASE_COLUMNS), rows.search)),
        *_projected(case, event, rows),
    ]
    while True:
        places = list(offer.places())
        numbers = [case.number] if case.number else [numbered(offer.series, n) for n in places]
        hashes = hashes_in(algorithm(), vars(event), numbers)
        offered: Piece = (NEXT, (offer.series, places, places, numbers, hashes))
        if case.number:
            offered = (GIVEN, (numbers, hashes))
        if stored := _run([offered, *fixed], "id, number, head"):
            break
        offer.was_wrong()
    was_given = bool(case.number)
    [(case.pk, case.number, case.head)] = stored
    if not was_given:
        offer.was_right(int(case.number.removeprefix(offer.series)))
    event.stream, event.hash = case.number, case.head
    case._state.adding, case._state.db = False, "default"


def _unoffered(values: Sequence[object], columns: Sequence[str]) -> list[object]:
    return [value for value, name in zip(values, columns, strict=True) if name not in OFFERS]


def write_move(case: Case, event: Event, rows: Projection) -> None:
    """Store an event and what it changed."""
    values = _case_values(case, MOVING)
    moved: Piece = (MOVED, (*values, case.pk))
    if rows.search is not None:
        moved = (RENAMED, (*values, rows.search, case.pk))
    _run([_event(event), moved, *_projected(case, event, rows)])


def write_times(case: Case, rows: Projection) -> None:
    """Store what the passing of time alone changed: clocks, desks, the next due instant."""
    _run([(DUE, (case.next_due_at, case.pk)), *_clocks(rows), *_desks(case.next_due_at, rows)])


def _run(pieces: list[Piece], answer: str = "id") -> list[Row]:
    text = f"WITH {', '.join(piece for piece, _ in pieces)} SELECT {answer} FROM c"
    return run(text, [value for _, values in pieces for value in values])


def event_values(event: Event) -> list[object]:
    """An event's columns, in order."""
    return [getattr(event, name) for name in EVENT_COLUMNS]


def _event(event: Event) -> Piece:
    return EVENT, event_values(event)


def _case_values(case: Case, columns: Sequence[str]) -> list[object]:
    return [
        json.dumps(case.data, ensure_ascii=False) if name == "data" else getattr(case, name)
        for name in columns
    ]


def case_values(case: Case) -> list[object]:
    """A case's columns, in order, the data as text."""
    return _case_values(case, CASE_COLUMNS)


def _projected(case: Case, event: Event, rows: Projection) -> list[Piece]:
    pieces = [*_parties(rows), *_clocks(rows), *_desks(case.next_due_at, rows)]
    if rows.files:
        pieces.append((FILES, (event.seq, event.at, *_columns(rows.files))))
    if rows.told:
        pieces.append((NOTICES, (event.seq, event.action, event.at, rows.told)))
    if rows.personal:
        pieces.append((SEALED, columns_of(rows.personal)))
    if rows.tells:
        pieces.append((TELLING, (event.seq, event.action, event.at)))
    if rows.receipt:
        case.answer = event
        key, asked = rows.receipt
        pieces.append((RECEIPT, (key, event.seq, asked)))
    return pieces


def _parties(rows: Projection) -> list[Piece]:
    added = [(PARTIES, _columns(rows.parties))] if rows.parties else []
    gone = [(PARTIES_GONE, _columns(rows.parties_gone))] if rows.parties_gone else []
    return [*added, *gone]


def _clocks(rows: Projection) -> list[Piece]:
    kept = [(CLOCKS, _columns(rows.clocks))] if rows.clocks else []
    gone = [(CLOCKS_GONE, _columns(rows.clocks_gone))] if rows.clocks_gone else []
    return [*kept, *gone]


def _desks(due: datetime | None, rows: Projection) -> list[Piece]:
    waits = [",".join(roles) for roles in rows.desks.values()]
    pieces: list[Piece] = [(DESKS, (due, list(rows.desks), waits))] if rows.desks else []
    if rows.desks_gone:
        pieces.append((DESKS_GONE, (rows.desks_gone,)))
    return pieces


def _columns(rows: Sequence[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
