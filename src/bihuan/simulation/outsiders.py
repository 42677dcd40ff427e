"""Who outside is told what (告知): each event that a matter tells has one row, and goes to those who were joined by then.

Reckoned from the events alone; who follows is asked of the product's own query over the watcher's connection.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from bihuan.kernel.cases.tellings import FOLLOWING
from bihuan.simulation.invariants import require
from bihuan.simulation.ledger import Witness
from bihuan.simulation.memory import Chronicle, Memory

NO_LIMIT = 1_000_000


def check_tellings(case: Chronicle, rows: Iterable[Any]) -> None:
    """One row for exactly the events that the matter tells, with the action and the instant of the event."""
    wanted = [
        (move.seq, move.action, move.at)
        for move in case.moves
        if case.matter.tells_of(move.action) is not None
    ]
    found = sorted(tuple(row[1:]) for row in rows)
    require(found == wanted, "tellings", case.label, f"{found} instead of {wanted}")


def check_followers(case: Chronicle, memory: Memory, witness: Witness) -> None:
    """The latest event goes to those whose cases were joined to this one, straight or through others, at that instant."""
    follows = case.matter.follows
    if follows is None:
        return
    asked = {
        "matter": case.matter.key, "state": follows.state, "field": follows.field,
        "number": case.number, "at": case.last.at, "after": 0, "limit": NO_LIMIT,
    }  # fmt: skip
    found = sorted(pk for (pk,) in witness.link.execute(FOLLOWING, asked))
    wanted = sorted(_joined(case, memory))
    rows = witness.cases(wanted)
    require(
        found == sorted(rows[number].id for number in wanted), "followers", case.label,
        f"told {len(found)} others; joined were {wanted}",
    )  # fmt: skip


def _joined(case: Chronicle, memory: Memory) -> Iterator[str]:
    """The numbers of all cases that follow one."""
    follows = case.matter.follows
    assert follows is not None
    linked = [c for c in memory.cases.values() if c.matter.key == case.matter.key]
    linked = [c for c in linked if c.state == follows.state and c.last.at <= case.last.at]
    reached = {case.number}
    while new := [
        c.number for c in linked
        if c.number not in reached and c.data.get(follows.field) in reached
    ]:  # fmt: skip
        reached.update(new)
        yield from new
