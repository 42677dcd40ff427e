"""Checks in bulk (成批检查): questions to the database that must have no answer, asked at barriers and at the end. SQL alone.

They are written beside the engine: chains, flow, time, who keeps away, who owns, what ticks, what is owed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg

from bihuan.kernel.cases.city import city
from bihuan.kernel.ledger.models import OWN_STREAMS
from bihuan.kernel.matters.definition import Matter
from bihuan.simulation.invariants import require

Link = psycopg.Connection[Any]

# Of the events after an id: the link to the predecessor, the state where it left off, time that never goes back.
FOLLOWS = """
SELECT e.stream, e.seq FROM ledger_event e
LEFT JOIN ledger_event p ON p.stream = e.stream AND p.seq = e.seq - 1
WHERE e.id > %s AND e.id <= %s AND e.stream <> ALL(%s) AND CASE WHEN e.seq = 1
  THEN e.prev <> '' OR e.action <> 'open'
  ELSE p.id IS NULL OR p.hash <> e.prev OR p.at > e.at
    OR p.body::jsonb ->> 'to' <> e.body::jsonb ->> 'from' END
LIMIT 1
"""
# Who acted held the post then; and no post in a unit that must keep away, or below it, as the case stood before.
HELD = """
SELECT e.stream, e.seq FROM ledger_event e WHERE e.id > %s AND e.id <= %s AND e.person IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM orgs_holding h WHERE h.person_id = e.person AND h.post_id = e.post
  AND h.since <= e.at AND (h.until IS NULL OR h.until >= e.at)) LIMIT 1
"""
KEPT_AWAY = """
SELECT e.stream, e.seq FROM ledger_event e
CROSS JOIN LATERAL (SELECT b.body::jsonb -> 'edits' -> %(field)s AS value FROM ledger_event b
  WHERE b.stream = e.stream AND b.seq < e.seq AND b.body::jsonb -> 'edits' ? %(field)s
  ORDER BY b.seq DESC LIMIT 1) named
CROSS JOIN LATERAL jsonb_array_elements_text(CASE jsonb_typeof(named.value) WHEN 'array' THEN named.value
  WHEN 'string' THEN jsonb_build_array(named.value) ELSE '[]' END) AS unit(code)
JOIN orgs_unit barred ON barred.code = unit.code
JOIN orgs_holding h ON h.person_id = e.person AND h.since <= e.at AND (h.until IS NULL OR h.until > e.at)
JOIN orgs_post p ON p.code = h.post_id JOIN orgs_unit u ON u.code = p.unit_id
WHERE e.id > %(after)s AND e.id <= %(upto)s AND e.matter = %(matter)s AND e.action = ANY(%(actions)s)
  AND starts_with(u.path, barred.path)
LIMIT 1
"""
UNOWNED = """
SELECT c.number FROM cases_case c LEFT JOIN orgs_unit u ON u.code = c.owner_id AND u.is_active
WHERE c."end" = '' AND (u.code IS NULL
  OR NOT EXISTS (SELECT 1 FROM cases_caseclock k WHERE k.case_id = c.id AND k.is_open)) LIMIT 1
"""
UNSWEPT = """
SELECT c.number FROM cases_caseclock k JOIN cases_case c ON c.id = k.case_id
WHERE k.is_open AND k.status = 'running' AND k.due_at < %s LIMIT 1
"""
OWED = """
SELECT c.number FROM cases_caseclock k JOIN cases_case c ON c.id = k.case_id
WHERE c.matter = %s AND k.key = %s AND k.is_open AND k.due_at < %s AND c.state = ANY(%s) LIMIT 1
"""
# Every successful end was confirmed by its matter's verifying action.
CONFIRMED = """
SELECT c.number FROM cases_case c WHERE c.matter = %s AND c."end" = 'success' AND NOT EXISTS (
  SELECT 1 FROM ledger_event e WHERE e.stream = c.number AND e.action = ANY(%s) AND e.person IS NOT NULL) LIMIT 1
"""
ORPHANS: Mapping[str, str] = {
    "event": "SELECT e.stream FROM ledger_event e LEFT JOIN cases_case c ON c.number = e.stream"
    " WHERE c.id IS NULL AND e.stream <> ALL(%s) LIMIT 1",
    **{
        table: f"SELECT t.case_id FROM cases_{table} t LEFT JOIN cases_case c ON c.id = t.case_id"
        " LEFT JOIN ledger_event e ON e.stream = c.number AND e.seq = t.seq WHERE e.id IS NULL"
        " AND %s::text[] IS NOT NULL LIMIT 1"
        for table in ("notice", "receipt", "evidence")
    },
    **{
        table: f"SELECT t.case_id FROM cases_{table} t LEFT JOIN cases_case c ON c.id = t.case_id"
        " WHERE c.id IS NULL AND %s::text[] IS NOT NULL LIMIT 1"
        for table in ("caseclock", "casedesk", "caseparty")
    },
}


def last_event(link: Link) -> int:
    """The id of the last event."""
    [(found,)] = link.execute("SELECT coalesce(max(id), 0) FROM ledger_event").fetchall()
    return int(found)


def check_events(link: Link, after: int, upto: int) -> None:
    """The events of a stretch of ids, against their predecessors and against who held what."""
    own = sorted(OWN_STREAMS)
    _none(link, "chain", FOLLOWS, (after, upto, own))
    _none(link, "permission", HELD, (after, upto))
    for matter in city().matters.values():
        for field, actions in _barred(matter).items():
            asked = {
                "field": field,
                "after": after,
                "upto": upto,
                "matter": matter.key,
                "actions": actions,
            }
            _none(link, "kept_away", KEPT_AWAY, asked)


def without_compiling(link: Link) -> None:
    """These questions are short: compiling each would take longer than answering it."""
    link.execute("SET jit = off")


def check_swept(link: Link, now: datetime) -> None:
    """After a sweep no clock is left to look at, and no action is owed."""
    _none(link, "owed", UNSWEPT, (now,))
    for matter in city().matters.values():
        for key, clock in matter.clocks.items():
            if clock.missed:
                sources = list(matter.actions[clock.missed].sources)
                _none(link, "owed", OWED, (matter.key, key, now, sources))


def check_standing(link: Link) -> None:
    """Every open case has an active owner and an open clock."""
    _none(link, "owner", UNOWNED, ())


def check_ends(link: Link) -> None:
    """Every good end was confirmed by the action that its matter names for it."""
    for matter in city().matters.values():
        if matter.verify:
            _none(link, "confirmed", CONFIRMED, (matter.key, list(matter.verify)))


def check_orphans(link: Link) -> None:
    """No notice, receipt, file, clock, desk or party without its case and event."""
    own = sorted(OWN_STREAMS)
    for what, query in ORPHANS.items():
        found = link.execute(query, (own,)).fetchall()
        require(not found, "orphan", str(found[:1]), f"{what} without what it belongs to")


def _barred(matter: Matter) -> dict[str, list[str]]:
    """Field → the actions from which the units in it keep away."""
    found: dict[str, list[str]] = {}
    for name, action in matter.actions.items():
        for field in action.not_by:
            found.setdefault(field, []).append(name)
    return found


def _none(
    link: Link, invariant: str, query: str, values: Sequence[object] | Mapping[str, object]
) -> None:
    rows = link.execute(query.encode(), values).fetchall()
    require(not rows, invariant, str(rows[0]) if rows else "", "found by the check in bulk")
