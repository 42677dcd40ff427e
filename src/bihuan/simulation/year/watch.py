"""Watches some demands at every event (旁观): the full oracles of the short runs, on one demand and its assisting parts.

Reads over a connection of its own. What other processes write at the same time does not disturb it: it looks at the
streams of one family, and at appointments and mergers when all stand still.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import psycopg

from bihuan.kernel.cases.city import algorithm, city, matter_at, work_calendar
from bihuan.simulation.invariants import (
    check_appointment,
    check_carried_over,
    check_chain,
    check_move,
    require,
)
from bihuan.simulation.ledger import EVENT, Seen, Witness
from bihuan.simulation.memory import POSTS, UNITS, Memory
from bihuan.simulation.projections import Projections
from bihuan.simulation.year.lives import Life

FAMILY = (
    f"{EVENT} WHERE stream IN (SELECT o.number FROM cases_case c JOIN cases_case o"
    " ON o.id = c.id OR o.parent_id = c.id WHERE c.number = %s) AND id > %s ORDER BY id"
)
OWN = f"{EVENT} WHERE stream = ANY(%s) AND id > %s ORDER BY id"
CLEAR = """
SELECT (SELECT count(*) FROM ledger_event WHERE stream = %s AND body LIKE %s)
  + (SELECT count(*) FROM cases_case WHERE number = %s AND (data::text LIKE %s OR title LIKE %s))
"""


class Watch:
    """The watcher of one process."""

    def __init__(self, link: psycopg.Connection[Any]) -> None:
        self.memory = Memory(city())
        self.witness = Witness(link)
        self.projections = Projections(self.memory, work_calendar(), self.witness, sees_all=False)
        self.events = 0
        self._last: dict[str, int] = {}  # demand → id of the last event seen of its family
        self._heads: dict[str, tuple[int, str]] = {}
        self._own = 0

    def look(self, life: Life, swept_at: datetime | None = None) -> None:
        """Take in what was written of a demand's family since the last look, and check all of it."""
        number = life.family.number
        rows = self.witness.rows(FAMILY, number, self._last.get(number, 0))
        touched: dict[str, None] = {}
        for row in rows:
            event = Seen(*row)
            self._take_in(event, life.family.label)
            touched[event.stream] = None
            self._last[number] = event.id
        if swept_at is not None:
            touched[life.number] = None
            case = self.memory.cases[life.number]
            case.looked_at = max(swept_at, case.last.at)
        if touched:
            self.projections.check([self.memory.cases[name] for name in touched])
        if swept_at is not None:
            self.projections.check_swept(self.memory.cases[life.number], swept_at)

    def look_at_staff(self) -> None:
        """Take in appointments and mergers; only while all stand still."""
        for row in self.witness.rows(OWN, [POSTS, UNITS], self._own):
            event = Seen(*row)
            self._own = event.id
            if event.stream == UNITS:
                self.memory.merged(event)
            else:
                check_appointment(event, self.memory)
                self.memory.appointed(event)

    def carried_over(self) -> None:
        """No open case that is watched names a unit that is gone."""
        check_carried_over(self.memory)

    def sealed(self, lives: Iterable[Life], texts: Sequence[str]) -> None:
        """No personal value stands in clear in what is hashed or listed."""
        for life, text in zip(lives, texts, strict=True):
            part = f"%{text}%"
            [(count,)] = self.witness.rows(CLEAR, life.number, part, life.number, part, part)
            require(count == 0, "sealed", life.label, "a personal value stands in clear")

    def _take_in(self, event: Seen, label: str) -> None:
        self.events += 1
        seq, head = self._heads.get(event.stream, (0, ""))
        check_chain(event, seq, head, algorithm(), label)
        self._heads[event.stream] = (event.seq, event.hash)
        case = self.memory.cases.get(event.stream)
        if case is None:
            name = label if event.content["parent"] == "" else f"{label}/{event.stream}"
            case = self.memory.open(event, name, matter_at(event.matter, event.version)[0])
        case.add(event, event.content)
        check_move(event, case, self.memory)
