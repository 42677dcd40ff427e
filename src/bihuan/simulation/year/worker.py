"""One process of the year: lives its demands from barrier to barrier, and checks what it was told against the database."""

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from bihuan.kernel.cases.city import work_calendar
from bihuan.kernel.cases.models import Case
from bihuan.simulation.database import link_to
from bihuan.simulation.invariants import require
from bihuan.simulation.year.arrivals import Arrival, arrivals, share_of
from bihuan.simulation.year.asked import MATTER, opening, phone_of
from bihuan.simulation.year.doing import Count, Doer
from bihuan.simulation.year.hours import Hours
from bihuan.simulation.year.lives import Life, LifeDice
from bihuan.simulation.year.pace import Pace
from bihuan.simulation.year.reports import MATTER as REPORT
from bihuan.simulation.year.reports import SHARE, Reports, report
from bihuan.simulation.year.seats import Seats
from bihuan.simulation.year.setting import YearSetting
from bihuan.simulation.year.temptations import temptation
from bihuan.simulation.year.watch import Watch
from bihuan.simulation.year.ways import Deed, Ways

STANDING = """
SELECT c.number, c.seq, c.state, c.head, e.last, e.head, e.people FROM cases_case c
CROSS JOIN LATERAL (SELECT max(seq) AS last, (array_agg(hash ORDER BY seq DESC))[1] AS head,
  count(*) FILTER (WHERE person IS NOT NULL AND NOT (seq = 1 AND c.parent_id IS NOT NULL)) AS people
  FROM ledger_event WHERE stream = c.number) e
WHERE c.number = ANY(%s)
"""
PATIENCE = 12  # refusals in a row after which nobody tries any more
COLUMNS = ("number", "state", "seq", "end", "data", "next_due_at")
LINKS = 0.55  # the share of repeats that are joined to what they repeat


@dataclass
class Passed:
    """What happened while all stood still: the instant, who was moved and looked at, whether posts changed hands."""

    now: datetime
    moved: Sequence[str] = ()
    swept: Sequence[str] = ()
    staff: bool = False


@dataclass
class Told:
    """What a process reports at the end."""

    count: Count = field(default_factory=Count)
    opened: int = 0
    refused_openings: int = 0
    parts: int = 0
    watched: int = 0
    watched_events: int = 0
    ends: dict[str, int] = field(default_factory=dict)


class Worker:
    """Lives a share of the demands."""

    def __init__(self, setting: YearSetting, job: int) -> None:
        calendar = work_calendar()
        self.setting = setting
        self.arrivals: list[Arrival] = share_of(arrivals(setting, calendar), job, setting.jobs)[
            ::-1
        ]
        self.link = link_to(str(connection.settings_dict["NAME"]))
        self.seats = Seats(setting)
        self.seats.read()
        self.watch = Watch(self.link)
        self.watch.look_at_staff()
        self.ways, self.reports = Ways(self.seats, setting.conflicting), Reports(self.seats)
        self.pace = Pace(self.seats, Hours(calendar))
        self.doer = Doer(self.seats, setting.rates, self.link)
        self.told = Told(self.doer.count)
        self.open: dict[str, Life] = {}  # number → everything that may still move
        self.heads: dict[int, Life] = {}  # the demands that others may repeat
        self.touched: dict[str, Life] = {}
        self.ended: dict[str, int] = {}
        self._queue: list[tuple[datetime, int, int, Life]] = []
        self._entries = 0
        self._repeated = {a.head for a in self.arrivals if a.head != a.id}

    def until(self, barrier: datetime) -> None:
        """Everything that happens before the barrier; then what was told against what is stored."""
        while True:
            arrival = self.arrivals[-1] if self.arrivals else None
            turn = self._queue[0] if self._queue else None
            if arrival and arrival.at < barrier and (turn is None or arrival.at <= turn[0]):
                self.arrivals.pop()
                self._arrive(arrival)
            elif turn and turn[0] < barrier:
                heapq.heappop(self._queue)
                if turn[3].entry == turn[2]:
                    self._turn(turn[3], turn[0])
            else:
                break
        self._compare()

    def passed(self, what: Passed) -> None:
        """Take over what happened while all stood still."""
        if what.staff:
            self.seats.read()
        self.watch.look_at_staff()
        swept = {number: self.open[number] for number in what.swept if number in self.open}
        moved = [number for number in what.moved if number in self.open]
        for row in Case.objects.filter(number__in=moved).only(*COLUMNS).order_by("pk"):
            life = self.open[row.number]
            life.stands(row)
            self._wait(life, what.now)
        for number in sorted({*swept, *moved}):
            if self._is_watched(life := self.open[number]):
                self.watch.look(life, what.now if number in swept else None)
        if what.staff:
            self.watch.carried_over()

    def finish(self) -> Told:
        """What this process has to say; ends its connections."""
        self.told.ends = dict(sorted(self.ended.items()))
        for life in self.open.values():
            name = f"{life.matter} {life.end or 'open'} {life.state}"
            self.told.ends[name] = self.told.ends.get(name, 0) + 1
        self.told.watched_events = self.watch.events
        self.link.close()
        connection.close()
        return self.told

    def _is_watched(self, life: Life) -> bool:
        return life.head % self.setting.watch == 0

    def _arrive(self, arrival: Arrival) -> None:
        number, head = arrival.id, arrival.head
        life = Life(number, str(number), LifeDice(self.setting.seed, number),
                    random.Random(f"{self.setting.seed}/bytes/{number}"), head)  # fmt: skip
        repeated = self.heads.get(head) if head != number else None
        is_report = (
            head == number and number not in self._repeated and life.dice.happens("asked", SHARE)
        )
        matter = REPORT if is_report else MATTER
        post, form = report(life, self.seats) if is_report else opening(life, self.seats, repeated)
        if not self.doer.open(life, matter, post, form, arrival.at):
            self.told.refused_openings += 1
            return
        self.told.opened += 1
        if number in self._repeated:
            self.heads[number] = life
        if self._is_watched(life):
            self.told.watched += 1
            self.watch.look(life)
            if "caller_phone" in form:
                self.watch.sealed([life], [phone_of(number)])
        if repeated is not None and not repeated.end and life.dice.happens("link", LINKS):
            deed = Deed("link", post, {"main": repeated.number})
            self.doer.do(life, deed, arrival.at + timedelta(minutes=1))
        self._moved(life, arrival.at)

    def _turn(self, life: Life, now: datetime) -> None:
        """Somebody turns to it: does the next thing, or tries what they may not."""
        if tempting := temptation(life, self.seats, self.setting.tempted):
            self.doer.do(life, tempting, now)
        if self.seats.relieved and life.dice.happens("tempted", 0.001):
            self._former_holder(life, now)
        deed = (self.reports if life.matter == REPORT else self.ways).next(life)
        if deed is not None and self.doer.do(life, deed, now):
            life.refused = 0
            if deed.name == "ask_assist":
                self._part(life, now)
            if life.parent and life.end:
                self.doer.reload(life.parent)
                self._moved(life.parent, now)
        elif deed is not None:
            life.refused += 1
        self._moved(life, now, stays=deed is None)

    def _former_holder(self, life: Life, now: datetime) -> None:
        """Somebody who was relieved of a post tries to act from it."""
        gone = life.dice.one("tempted", self.seats.relieved)
        seat = self.seats.by_post.get(gone.post)
        require(seat is None or seat.person != gone.person, "appointments", gone.post, "still held")
        self.doer.intrude(life, gone, now)

    def _part(self, life: Life, now: datetime) -> None:
        """The assisting parts that the demand has just opened."""
        known = {part.number for part in life.parts}
        rows = (
            Case.objects.filter(parent__number=life.number).exclude(number__in=known).order_by("pk")
        )
        for row in rows:
            nth = len(life.parts) + 1
            label = f"{life.label}.{nth}"
            part = Life(life.id, label, life.dice, life.bytes, life.head, life, nth)
            part.stands(row)
            part.matter = row.matter
            life.parts.append(part)
            self.told.parts += 1
            self._moved(part, now)

    def _moved(self, life: Life, now: datetime, *, stays: bool = False) -> None:
        """After a move, or a try: it is looked at if it is watched, and waits for its next turn unless it is over."""
        self.touched[life.number] = life
        if self._is_watched(life):
            self.watch.look(life)
        is_over = life.end and (stays or life.state not in ("closed", "excluded"))
        if is_over or life.refused >= PATIENCE:
            life.entry = 0
            if life.end:
                self._over(life)
            return
        self.open[life.number] = life
        if not stays or life.state not in ("dispatched",):
            self._wait(life, now)

    def _over(self, life: Life) -> None:
        self.open.pop(life.number, None)
        name = f"{life.matter} {life.end} {life.state}"
        self.ended[name] = self.ended.get(name, 0) + 1

    def _wait(self, life: Life, now: datetime) -> None:
        if life.end and life.state not in ("closed", "excluded"):
            return
        self._entries += 1
        life.entry = self._entries
        heapq.heappush(self._queue, (self.pace.next(life, now), life.id, self._entries, life))

    def _compare(self) -> None:
        """What was acknowledged since the last barrier is on disk, once, and nothing else by anybody."""
        rows = self.link.execute(STANDING, [list(self.touched)]).fetchall()
        require(
            len(rows) == len(self.touched),
            "once",
            "",
            f"{len(self.touched)} touched, {len(rows)} stored",
        )
        for number, seq, state, head, last, last_hash, people in rows:
            life = self.touched[number]
            require((seq, state) == (life.seq, life.state), "once", life.label,
                    f"acknowledged event {life.seq} in {life.state}, stored {seq} in {state}")  # fmt: skip
            require(
                people == life.acked,
                "once",
                life.label,
                f"{life.acked} acknowledged, {people} on disk",
            )
            require(
                (seq, head) == (last, last_hash),
                "row",
                life.label,
                "the head is not the last event's",
            )
        self.touched.clear()
