"""Reads what the door wrote, over a connection of its own: what it sees is on disk for everybody. Raw reads only."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from bihuan.kernel.ledger.models import OWN_STREAMS

EVENT = (
    "SELECT id, stream, seq, at, action, person, person_name, post, unit, matter, version, definition, body, prev, hash"
    " FROM ledger_event"
)
CASE = (
    "SELECT c.id, c.number, c.matter, c.version, c.title, c.state, c.return_to, c.owner_id, c.data, c.seq, c.head,"
    ' c.opened_at, c.moved_at, c.ended_at, c."end", c.next_due_at, p.number, c.xmin::text'
    " FROM cases_case c LEFT JOIN cases_case p ON p.id = c.parent_id WHERE c.number = ANY(%s)"
)
MARKS = (
    "SELECT %s::int, (SELECT max(id) FROM ledger_event), (SELECT max(id) FROM cases_case),"
    " (SELECT max(id) FROM cases_notice), (SELECT max(id) FROM cases_evidence),"
    " (SELECT max(id) FROM cases_caseclock), (SELECT max(id) FROM orgs_holding)"
)


@dataclass(frozen=True)
class Seen:
    """One event as it lies on disk."""

    id: int
    stream: str
    seq: int
    at: datetime
    action: str
    person: int | None
    person_name: str
    post: str
    unit: str
    matter: str
    version: int
    definition: str
    body: str
    prev: str
    hash: str

    @property
    def content(self) -> dict[str, Any]:
        """What happened."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def is_of_case(self) -> bool:
        """False for the ledger's own streams."""
        return self.stream not in OWN_STREAMS


@dataclass(frozen=True)
class Row:
    """One case as its row says; `version_of_row` changes with every write to it."""

    id: int
    number: str
    matter: str
    version: int
    title: str
    state: str
    return_to: str
    owner: str | None
    data: dict[str, Any]
    seq: int
    head: str
    opened_at: datetime
    moved_at: datetime
    ended_at: datetime | None
    end: str
    next_due_at: datetime | None
    parent: str | None
    version_of_row: str


class Witness:
    """Somebody who looks at the database from outside the acting connection."""

    def __init__(self, link: psycopg.Connection[Any]) -> None:
        self.link = link
        self.last = 0  # id of the last event seen
        self.noted: tuple[int | None, ...] = ()  # the marks at the last look

    def rows(self, query: str, *values: object) -> list[Any]:
        """The rows of a query."""
        return self.link.execute(query, values).fetchall()

    def together(self, *queries: tuple[str, object]) -> list[list[Any]]:
        """The rows of several queries with one value each, asked in one go."""
        with self.link.pipeline():
            cursors = [self.link.execute(query, (value,)) for query, value in queries]
            return [cursor.fetchall() for cursor in cursors]

    def news(self) -> list[Seen]:
        """The events since the last look, in the order in which they were written; notes the marks as well."""
        rows, [marks] = self.together((f"{EVENT} WHERE id > %s ORDER BY id", self.last), (MARKS, 0))
        found = [Seen(*row) for row in rows]
        if found:
            self.last = found[-1].id
        self.noted = tuple(marks[1:])
        return found

    def cases(self, numbers: Sequence[str]) -> dict[str, Row]:
        """The rows of these cases by number."""
        return by_number(self.rows(CASE, list(numbers)))

    def marks(self) -> tuple[int | None, ...]:
        """The highest id of each table that only grows: where it moved, something was written."""
        return tuple(self.rows(MARKS, 0)[0][1:])

    def heads(self) -> list[tuple[str, str]]:
        """(stream, head hash) of every stream, sorted by the stream's bytes."""
        rows = self.rows(
            "SELECT DISTINCT ON (stream) stream, hash FROM ledger_event ORDER BY stream, seq DESC"
        )
        return sorted((stream, head) for stream, head in rows)


def by_number(rows: Iterable[Any]) -> dict[str, Row]:
    """Rows of the query CASE, by the number of the case."""
    return {row[1]: Row(*row) for row in rows}
