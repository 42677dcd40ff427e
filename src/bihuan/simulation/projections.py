"""What is stored of each case against what its events give: row, parties, clocks, desks, notices, receipts. Reads only."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bihuan.kernel.calendar.workdays import WorkCalendar
from bihuan.kernel.cases.desks import desks_of
from bihuan.kernel.matters.clocks import derive_clocks, missed_actions
from bihuan.kernel.matters.holders import holders
from bihuan.kernel.matters.reckoning import Reckoning, add
from bihuan.kernel.matters.timing import Clock
from bihuan.simulation.invariants import require
from bihuan.simulation.ledger import CASE, Row, Witness, by_number
from bihuan.simulation.memory import Chronicle, Memory, codes
from bihuan.simulation.outsiders import check_followers, check_tellings

OF_CASES = "JOIN cases_case c ON c.id = t.case_id WHERE c.number = ANY(%s)"
CLOCKS = (
    "SELECT t.case_id, t.key, t.run, t.started_at, t.due_at, t.status, t.stopped_at, t.is_open"
    f" FROM cases_caseclock t {OF_CASES}"
)
PARTIES = f"SELECT t.case_id, t.field, t.unit_id FROM cases_caseparty t {OF_CASES}"
DESKS = f"SELECT t.case_id, t.unit, t.waits, t.due_at FROM cases_casedesk t {OF_CASES}"
NOTICES = f"SELECT t.case_id, t.seq, t.unit_id FROM cases_notice t {OF_CASES}"
TELLINGS = f"SELECT t.case_id, t.seq, t.action, t.at FROM cases_telling t {OF_CASES}"


class Projections:
    """Compares stored rows with the chronicles, for the cases that were touched."""

    def __init__(
        self, memory: Memory, calendar: WorkCalendar, witness: Witness, *, sees_all: bool = True
    ) -> None:
        self.sees_all = sees_all  # whether the memory knows every case, and not only some
        self.memory = memory
        self.calendar = calendar
        self.witness = witness

    def check(self, touched: Sequence[Chronicle]) -> dict[str, Row]:
        """Check everything that is stored of the touched cases; returns their rows by number."""
        numbers = [case.number for case in touched]
        queries = (CASE, CLOCKS, PARTIES, DESKS, NOTICES, TELLINGS)
        found, *parts = self.witness.together(*((query, numbers) for query in queries))
        rows = by_number(found)
        for case in touched:
            require(case.number in rows, "row", case.label, f"{case.number} has no row")
        clocks, parties, desks, notices, tellings = map(_by_case, parts)
        for case in touched:
            row = rows[case.number]
            _check_row(case, row)
            _check_parties(case, parties.get(row.id, []))
            _check_desks(case, row, desks.get(row.id, []))
            _check_notices(case, notices.get(row.id, []))
            check_tellings(case, tellings.get(row.id, []))
            if self.sees_all and case.matter.tells_of(case.last.action) is not None:
                check_followers(case, self.memory, self.witness)
            self._check_clocks(case, row, clocks.get(row.id, []))
            _check_fresh_runs(case, clocks.get(row.id, []))
            self._check_extended(case, clocks.get(row.id, []))
            self._check_joined(self.memory.cases.get(case.parent) or case)
            self._check_open(case, row, clocks.get(row.id, []))
            self._check_seconds(case)
        return rows

    def _check_clocks(self, case: Chronicle, row: Row, stored: Iterable[Any]) -> None:
        now = case.looked_at or case.last.at
        parameters = self.memory.city.parameters
        states = derive_clocks(case.matter, case.moves, self.calendar, parameters, now)
        wanted = {
            (s.key, s.run): (s.started_at, s.due_at, s.status, s.stopped_at, s.is_open)
            for s in states
        }
        found = {(key, run): tuple(rest) for _, key, run, *rest in stored}
        for key in sorted(wanted.keys() | found.keys()):
            require(
                wanted.get(key) == found.get(key), "clocks", case.label,
                f"clock {key[0]}/{key[1]} is {found.get(key)}, its events give {wanted.get(key)}",
            )  # fmt: skip
        due = min((s.due_at for s in states if s.is_open and s.due_at), default=None)
        require(due == row.next_due_at, "clocks", case.label, f"due {row.next_due_at}, not {due}")

    def _check_extended(self, case: Chronicle, stored: Iterable[Any]) -> None:
        """An extension moves the due instant by what was asked for, reckoned from where it would stand without it."""
        last = case.last
        action = case.matter.actions.get(last.action)
        if action is None or action.extends is None:
            return
        by = action.extends.by
        none = replace(last, data={**last.data, by: 0}, given={**last.given, by: 0})
        parameters = self.memory.city.parameters
        history = [*case.moves[:-1], none]
        states = derive_clocks(case.matter, history, self.calendar, parameters, last.at)
        found = {name: due for _, name, _, _, due, _, _, is_open in stored if is_open}
        for state in states:
            key = state.key
            if key in action.extends.clock and state.is_open and state.due_at:
                amount = int(str(last.given.get(by) or last.data.get(by) or 0))
                reckoning = Reckoning(case.matter.clocks[key], self.calendar, parameters)
                wanted = add(self.calendar, state.due_at, Decimal(amount), reckoning.unit).at
                require(
                    found.get(key) == wanted, "extended", case.label,
                    f"{last.action} by {amount}: {key} due {found.get(key)}, not {wanted}",
                )  # fmt: skip

    def _check_joined(self, case: Chronicle) -> None:
        """Once all that it waits for has ended, a case does not wait any longer."""
        for name, matters in case.matter.joins.items():
            action = case.matter.actions[name]
            parts = [c for c in self.memory.children_of(case) if c.matter in matters]
            if case.state in action.sources and not action.guard and parts:
                waits = [part.number for part in parts if not part.end]
                require(
                    waits, "joined", case.label, f"waits in {case.state} though all parts ended"
                )

    def check_swept(self, case: Chronicle, now: datetime) -> None:
        """After a sweep the product owes no action that a missed clock demands."""
        now, parameters = max(now, case.last.at), self.memory.city.parameters
        owed = missed_actions(case.matter, case.moves, self.calendar, parameters, now)
        late = [name for name in owed if case.state in case.matter.actions[name].sources]
        require(not late, "owed", case.label, f"{late} still owed after a sweep")

    def _check_open(self, case: Chronicle, row: Row, clocks: Iterable[Any]) -> None:
        if case.end:
            return
        active = row.owner in self.memory.city.units and row.owner not in self.memory.ended_units
        require(active, "owner", case.label, f"in {case.state} nobody owns it ({row.owner})")
        ticking = any(is_open for *_, is_open in clocks)
        require(ticking, "ticking", case.label, f"in {case.state} no clock is open")

    def _check_seconds(self, case: Chronicle) -> None:
        """Every second until the latest move belongs to exactly one holder, and that is the owner of then."""
        spans = holders(case.matter, case.moves, case.last.at)
        total = timedelta()
        for one, two in zip(case.moves, case.moves[1:], strict=False):
            if not case.matter.states[one.to].end:
                total += two.at - one.at
        summed = sum((span.until - span.since for span in spans), timedelta())
        require(summed == total, "seconds", case.label, f"{summed} attributed of {total}")
        for held, after in itertools.pairwise(spans):
            require(held.until <= after.since, "seconds", case.label, f"{held}, {after} overlap")
        owners = {move.at: case.owner_at(move) for move in case.moves}
        for span in spans:
            require(
                owners[span.since] == span.unit, "seconds", case.label, f"{span} is not the owner's"
            )


def _by_case(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


def _check_row(case: Chronicle, row: Row) -> None:
    last, state = case.last, case.matter.states[case.state]
    opened, ended = case.moves[0].at, last.at if state.end else None
    wanted: dict[str, object] = {
        "state": case.state, "return_to": case.return_to, "data": dict(case.data),
        "seq": last.seq, "head": case.head, "moved_at": last.at, "end": state.end,
        "ended_at": ended, "opened_at": opened, "owner": case.owner_at(last) or None,
        "title": str(case.data[case.matter.title])[:300], "parent": case.parent or None,
        "matter": case.matter.key, "version": case.matter.version,
    }  # fmt: skip
    for name, value in wanted.items():
        found = getattr(row, name)
        require(
            found == value, "row", case.label, f"{name} is {found!r:.80}, events give {value!r:.80}"
        )


def _check_parties(case: Chronicle, rows: Iterable[Any]) -> None:
    wanted = [(n, code) for n in case.matter.unit_fields for code in codes(case.data, n)]
    found = [(name, unit) for _, name, unit in rows]
    require(sorted(found) == sorted(wanted), "parties", case.label, f"{found} instead of {wanted}")


def _check_desks(case: Chronicle, row: Row, rows: Iterable[Any]) -> None:
    wanted = desks_of(case.matter, case.state, case.data)
    found = {unit: tuple(waits) for _, unit, waits, _ in rows}
    require(found == dict(wanted), "desks", case.label, f"{found} instead of {wanted}")
    dues = {due for *_, due in rows}
    require(dues <= {row.next_due_at}, "desks", case.label, f"due {dues}, not {row.next_due_at}")


def _check_notices(case: Chronicle, rows: Iterable[Any]) -> None:
    """A notice for exactly the units that each action names, but not for the unit that took it."""
    wanted: list[tuple[int, str]] = []
    for move, acted in zip(case.moves[1:], case.units[1:], strict=True):
        action = case.matter.actions.get(move.action)
        told = {c for n in (action.notifies if action else ()) for c in codes(move.data, n)}
        wanted += [(move.seq, unit) for unit in told - {acted}]
    found = sorted((seq, unit) for _, seq, unit in rows)
    require(found == sorted(wanted), "notices", case.label, f"{found} instead of {sorted(wanted)}")


def _check_fresh_runs(case: Chronicle, rows: Iterable[Any]) -> None:
    """A clock without met_by starts a fresh run, with a fresh instant, each time its span is entered again."""
    rows = list(rows)
    for key, clock in case.matter.clocks.items():
        if clock.met_by or clock.every:
            continue
        wanted = _entries(case, clock)
        found = sorted(started for _, name, _, started, *_ in rows if name == key)
        require(
            found == sorted(wanted), "fresh_clock", case.label,
            f"clock {key} ran from {_shown(found)}; its span was entered at {_shown(wanted)}",
        )  # fmt: skip


def _entries(case: Chronicle, clock: Clock) -> list[datetime]:
    """When the case came into the clock's states while its conditions held."""
    entries: list[datetime] = []
    is_running = False
    for move in case.moves:
        wanted = all(move.data.get(name) == value for name, value in clock.when.items())
        if move.to not in (*clock.runs_in, *clock.pauses_in) or not wanted:
            is_running = False
        if move.to in clock.runs_in and wanted and not is_running:
            is_running = True
            entries.append(move.at)
    return entries


def _shown(instants: Iterable[datetime]) -> str:
    return ", ".join(f"{instant:%m-%d %H:%M}" for instant in instants) or "never"
