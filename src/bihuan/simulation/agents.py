"""The people of the city: a queue of what happens when, drawn by dice, one operation at a time. Performs nothing."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bihuan.kernel.cases.city import city, work_calendar
from bihuan.simulation.choosing import Chooser, Deed, Profile
from bihuan.simulation.dice import Dice
from bihuan.simulation.memory import Chronicle
from bihuan.simulation.operations import Operation
from bihuan.simulation.people import habit_of, name_of, staff
from bihuan.simulation.rates import Rates
from bihuan.simulation.values import spoiled
from bihuan.simulation.world import World

PACE = {"diligent": (5, 70), "late": (70, 170), "silent": (130, 320), "sloppy": (10, 95), "cheating": (5, 80)}  # fmt: skip
LONGEST, SHORTEST = timedelta(days=25), timedelta(minutes=20)
SWEEP_EVERY = timedelta(hours=12)
SLOPPY, CHEATING, STRANGER, REOPENS = 0.35, 0.6, 0.03, 0.25


@dataclass(order=True, frozen=True)
class Entry:
    """Something that will happen: when, in what order among equals, what, and to which case or post."""

    at: datetime
    order: int
    what: str
    about: str = ""


class Agents:
    """Draws the operations of a run; the world performs each before the next is drawn."""

    def __init__(self, world: World, profile: Profile, rates: Rates, *, units: int) -> None:
        self.world = world
        self.rates = rates
        self.dice = Dice(world.setting.seed)
        self.chooser = Chooser(world.memory, self.dice, profile)
        self.profile = profile
        self.units = units
        self.now = world.setting.start
        self.until = self.now + timedelta(days=world.setting.days)
        self._queue: list[Entry] = []
        self._order = 0
        self._ids = 0
        self._awaited: dict[str, int] = {}  # case → order of its only valid entry
        self._persons = 0
        self._relieved: list[tuple[int, str]] = []
        self._asleep_until = self.now
        self._seen = 0

    def operations(self) -> Iterator[Operation]:
        """Every operation of the run, in order."""
        yield from self._staffing()
        self._plan("sweep", SWEEP_EVERY)
        self._plan("open", timedelta(hours=1))
        self._plan("hand_over", timedelta(days=self.dice.between("people", 3, 20)))
        self._plan("merge", timedelta(days=self.dice.between("people", 8, 60)))
        for what, after in self.extra_starts():
            self._plan(what, after)
        while self._queue and self._queue[0].at < self.until:
            entry = heapq.heappop(self._queue)
            self.now = entry.at
            yield from self._happens(entry)
            self._await_touched()

    def extra_starts(self) -> list[tuple[str, timedelta]]:
        """What else begins, and how long after the start; for a domain's agents."""
        return []

    def extra(self, entry: Entry) -> Iterator[Operation]:
        """What such an entry does."""
        return iter(())

    def operation(self, do: str, **more: Any) -> Operation:
        """The next operation, at the present instant."""
        self._ids += 1
        return Operation(id=self._ids, at=self.now, do=do, **more)

    def from_deed(self, do: str, deed: Deed, case: str = "") -> Operation:
        """The operation that does a deed."""
        return self.operation(
            do, name=deed.name, case=case, person=deed.person, post=deed.post,
            values=dict(deed.values), files=dict(deed.files),
        )  # fmt: skip

    def _happens(self, entry: Entry) -> Iterator[Operation]:
        if entry.what == "attend":
            if self._awaited.get(entry.about) == entry.order:
                yield from self._attend(entry.about)
        elif entry.what == "sweep":
            yield from self._sweep()
        elif entry.what == "open":
            yield from self._open()
        elif entry.what == "hand_over":
            yield from self._hand_over()
        elif entry.what == "merge":
            yield from self._merge()
        else:
            yield from self.extra(entry)

    def _staffing(self) -> Iterator[Operation]:
        for place in staff(self.world.memory.city, self.dice, self.units):
            self._persons = max(self._persons, place.person)
            yield self.operation("appoint", name=place.name, person=place.person, post=place.post)

    def _plan(self, what: str, after: timedelta, about: str = "") -> int:
        self._order += 1
        heapq.heappush(self._queue, Entry(self.now + after, self._order, what, about))
        return self._order

    def _sweep(self) -> Iterator[Operation]:
        """The worker lets time pass twice a day, unless it has stopped for days."""
        self._plan("sweep", SWEEP_EVERY)
        if self.now < self._asleep_until:
            return
        if self.dice.happens("faults", self.rates.late_worker):
            self._asleep_until = self.now + timedelta(days=self.dice.between("faults", 2, 9))
            self.world.tally.faults["late_worker"] += 1
            return
        operation = self.operation("sweep")
        if self.dice.happens("faults", self.rates.crash):
            operation = replace(operation, fault={"kind": "crash", "at": self._statement()})
        yield operation

    def _open(self) -> Iterator[Operation]:
        self._plan(
            "open",
            self._until_morning(
                timedelta(minutes=self.dice.between("arrivals", 30, 2 * self.rates.opening_minutes))
            ),
        )
        matters = [m for m in city().matters.values() if self.profile.opens_by_hand(m)]
        if not matters:
            return
        deed = self.chooser.opening(self.dice.one("arrivals", matters), self.now)
        if deed is None:
            return
        operation = self.from_deed("open", deed)
        fields = city().matters[deed.name].fields
        if habit_of(self.dice, deed.person) == "sloppy" and self.dice.happens("habits", SLOPPY):
            operation = replace(operation, values=spoiled(fields, deed.values, self.dice))
        yield self._struck(operation, ("same_key", "lost_answer", "crash", "clock_back"))

    def _hand_over(self) -> Iterator[Operation]:
        """A post changes hands; the old holder tries to go on."""
        self._plan("hand_over", timedelta(days=self.dice.between("people", 6, 40)))
        if not self.rates.hand_over:
            return
        held = [
            (person, post) for person, posts in self.world.memory.held.items() for post in posts
        ]
        person, post = self.dice.one("people", held)
        self._persons += 1
        turn = sum(1 for _, other in self._relieved if other == post) + 2
        name = name_of(city(), city().posts[post], turn)
        self.world.tally.faults["hand_over"] += 1
        leaving = self.operation("relieve", person=person, post=post)
        yield self._struck(leaving, ("crash", "lost_answer"))
        coming = self.operation("appoint", name=name, person=self._persons, post=post)
        yield self._struck(coming, ("crash", "lost_answer"))
        self._relieved.append((person, post))

    def _merge(self) -> Iterator[Operation]:
        """A unit that handles cases is merged into another one, with its open cases."""
        self._plan("merge", timedelta(days=self.dice.between("people", 60, 150)))
        memory = self.world.memory
        able = sorted(
            {
                u
                for m in city().matters.values()
                for n in m.handler
                for u in self.chooser.able_units(m, n)
            }
        )
        if not self.rates.merge_unit or len(able) < 4:
            return
        old, new = self.dice.of("people").sample(able, 2)
        if any(city().units[u].parent == old for u in city().units if u not in memory.ended_units):
            return  # what lies below it would have nobody above
        self.world.tally.faults["merge_unit"] += 1
        operation = self.operation("merge_unit", values={"old": old, "new": new})
        if self.dice.happens("faults", self.rates.crash):
            operation = replace(operation, fault={"kind": "crash", "at": 0})
        yield operation

    def _attend(self, label: str) -> Iterator[Operation]:
        """Somebody turns to a case: does the next thing, or tries what they may not."""
        case = self.world.memory.cases[self.world.memory.labels[label]]
        del self._awaited[label]
        if case.end and not self.dice.happens("choices", REOPENS):
            return
        if self._relieved and self.dice.happens("habits", STRANGER):
            yield from self._intrude(case)
        if self.dice.happens("habits", STRANGER) and (
            deed := self.chooser.any_deed(case, self.now)
        ):
            yield self.from_deed("act", deed, label)
        deed = self.chooser.next_deed(case, self.now)
        if deed is not None:
            yield from self._do(case, deed)
        self._await(case)

    def _do(self, case: Chronicle, deed: Deed) -> Iterator[Operation]:
        habit = habit_of(self.dice, deed.person)
        action = case.matter.actions[deed.name]
        share = CHEATING if habit == "cheating" else CHEATING / 4
        if self.dice.happens("habits", share):
            yield from self._cheat(case)
        operation = self.from_deed("act", deed, case.label)
        if habit == "sloppy" and self.dice.happens("habits", SLOPPY):
            fields = {**action.form, **{n: case.matter.fields[n] for n in action.edits}}
            worse = spoiled(fields, deed.values, self.dice)
            yield replace(operation, values=worse)
            operation = self.from_deed("act", deed, case.label)
        kinds = ("same_key", "double_click", "lost_answer", "crash", "rival", "clock_back")
        yield self._struck(operation, kinds)

    def _cheat(self, case: Chronicle) -> Iterator[Operation]:
        """Somebody of the handling unit tries what only others may do."""
        tempting = self.chooser.conflicts(case)
        if tempting:
            name, post, person = self.dice.one("habits", tempting)
            deed = self.chooser.filled(case, name, post, person, self.now)
            yield self.from_deed("act", deed, case.label)

    def _intrude(self, case: Chronicle) -> Iterator[Operation]:
        """Somebody who no longer holds a post tries to act from it."""
        person, post = self.dice.one("habits", self._relieved)
        names = [n for n, a in case.matter.actions.items() if case.state in a.sources]
        if names:
            name = self.dice.one("habits", names)
            yield self.from_deed(
                "act", self.chooser.filled(case, name, post, person, self.now), case.label
            )

    def _struck(self, operation: Operation, kinds: tuple[str, ...]) -> Operation:
        """The operation, with a fault if the dice say so."""
        kind = self.rates.draw(self.dice, kinds)
        if kind == "crash":
            return replace(operation, fault={"kind": kind, "at": self._statement()})
        if kind == "clock_back":
            minutes = self.dice.between("faults", 5, 4 * 24 * 60)
            return replace(
                operation,
                at=operation.at - timedelta(minutes=minutes),
                fault={"kind": kind, "minutes": minutes},
            )
        if kind == "rival":
            return replace(operation, fault=self._rival(operation))
        return replace(operation, fault={"kind": kind}) if kind else operation

    def _statement(self) -> int:
        """Which statement the crash comes before: mostly one of the first, at times the commit itself."""
        return self.dice.between("faults", 0, self.rates.statements)

    def _rival(self, operation: Operation) -> dict[str, Any]:
        case = self.world.memory.cases[self.world.memory.labels[operation.case]]
        twin = self.dice.happens("faults", 0.3)
        deed = None if twin else self.chooser.next_deed(case, self.now)
        same = Deed(
            operation.name, operation.post, operation.person, operation.values, operation.files
        )
        other = deed or same
        return {
            "kind": "rival", "name": other.name, "post": other.post, "person": other.person,
            "values": dict(other.values), "files": dict(other.files), "twin": twin,
            "stale": self.dice.happens("faults", 0.4),
        }  # fmt: skip

    def _await_touched(self) -> None:
        """Whoever a case has moved to will turn to it in their own time."""
        for number in self.world.touched:
            self._await(self.world.memory.cases[number])
        self.world.touched.clear()

    def _await(self, case: Chronicle) -> None:
        if case.label in self._awaited:
            del self._awaited[case.label]
        row = self.world.rows.get(case.number)
        due = row.next_due_at if row else None
        self._awaited[case.label] = self._plan("attend", self._delay(case, due), case.label)

    def _delay(self, case: Chronicle, due: datetime | None) -> timedelta:
        if case.end:
            return timedelta(days=self.dice.between("delays", 5, 40))
        least, most = PACE[self._habit_of_unit(case.owner_at(case.last))]
        share = self.dice.between("delays", least, most)
        left = due - self.now if due and due > self.now else timedelta(days=2)
        return self._until_morning(min(max(left * share / 100, SHORTEST), LONGEST))

    def _habit_of_unit(self, unit: str) -> str:
        """The habit of the first person who sits there."""
        for person, posts in self.world.memory.held.items():
            if any(city().posts[post].unit == unit for post in posts):
                return habit_of(self.dice, person)
        return "diligent"

    def _until_morning(self, after: timedelta) -> timedelta:
        """A delay that ends in office hours, mostly on a working day."""
        calendar = work_calendar()
        then = calendar.local(self.now + after)
        opens, closes = calendar.hours[0][0], calendar.hours[-1][1]
        minutes = self.dice.between("delays", 0, 150)
        weekend = not calendar.is_working_day(then.date()) and not self.dice.happens("delays", 0.2)
        if opens <= then.time() < closes and not weekend:
            return after
        day = then.date() if then.time() < opens else then.date() + timedelta(days=1)
        if weekend:
            day = calendar.nearest_working_day(day, "next")
        return calendar.at(day, opens) + timedelta(minutes=minutes) - self.now
