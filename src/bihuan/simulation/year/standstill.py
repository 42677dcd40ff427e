"""What happens while all processes stand still (半日静止): posts change hands, units merge, time passes by one sweep."""

from collections.abc import Sequence
from datetime import datetime

import psycopg
from django.db import connection, transaction

from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.engine import sweep
from bihuan.kernel.cases.posts import appoint, relieve
from bihuan.kernel.cases.succession import merge_unit
from bihuan.kernel.errors import Refusal
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR
from bihuan.kernel.orgs.models import Person, Post
from bihuan.simulation.dice import Dice
from bihuan.simulation.people import name_of, staff
from bihuan.simulation.values import MARK
from bihuan.simulation.world import DUE
from bihuan.simulation.year.bulk import last_event
from bihuan.simulation.year.seats import CHECKER, Seats
from bihuan.simulation.year.setting import YearSetting
from bihuan.simulation.year.tellings import spread_oldest
from bihuan.simulation.year.worker import Passed

UNITS = 1000  # all of them are staffed
HAND_OVER, MERGE = 0.06, 0.006  # the share of half days at which it happens
KEPT = 6  # so many units are never merged away
MOVED = "SELECT DISTINCT stream FROM ledger_event WHERE id > %s AND matter <> '' ORDER BY stream"


class Standstill:
    """The one that acts while all others stand still."""

    def __init__(self, setting: YearSetting, link: psycopg.Connection[tuple[object, ...]]) -> None:
        self.setting = setting
        self.link = link
        self.dice = Dice(setting.seed)
        self.seats = Seats(setting)
        self.did = {
            "hand_over": 0,
            "merge_unit": 0,
            "late_worker": 0,
            "sweeps": 0,
            "swept": 0,
            "messages": 0,
        }
        self._persons = 0
        self._turns: dict[str, int] = {}

    def begin(self) -> None:
        """Staff the city."""
        for place in staff(city(), self.dice, UNITS):
            self._persons = max(self._persons, place.person)
            self._appoint(place.person, place.name, place.post, self.setting.start)
        self.seats.read()
        self._sit_twice()

    def _sit_twice(self) -> None:
        """A reply checker gets a post in a unit that handles demands: they must keep away from that unit's."""
        seats, barred = self.seats, city().excluded_with(CHECKER)
        able = [
            post for post, held in sorted(seats.by_post.items())
            if held.unit in seats.leads and held.roles.isdisjoint(barred)
        ]  # fmt: skip
        if not able:
            return
        post = self.dice.one("people", able)
        checker = seats.by_post[self.dice.one("people", seats.by_role[CHECKER])]
        gone = Person.objects.get(pk=seats.by_post[post].person or 0)
        relieve(gone, Post.objects.get(pk=post), SYSTEM_ACTOR, now=self.setting.start)
        self._appoint(checker.person or 0, checker.name, post, self.setting.start)
        seats.read()

    def at(self, now: datetime, *, last: bool = False) -> Passed:
        """Everything that happens at a barrier; at the last one time passes in any case."""
        mark, staff_changed = last_event(self.link), False
        if not last:
            staff_changed = self._hand_over(now) | self._merge(now)
        swept: Sequence[str] = ()
        if self.dice.happens("sweep", self.setting.rates.late_worker) and not last:
            self.did["late_worker"] += 1
        else:
            swept = sorted(str(number) for (number,) in self.link.execute(DUE, [now]).fetchall())
            self.did["swept"] += sweep(now=now)
            self.did["sweeps"] += 1
        self.did["messages"] += spread_oldest(now)
        moved = [str(stream) for (stream,) in self.link.execute(MOVED, [mark]).fetchall()]
        connection.close()
        return Passed(now, moved, swept, staff_changed)

    def _hand_over(self, now: datetime) -> bool:
        """Somebody new in a post."""
        if not self.dice.happens("people", HAND_OVER * self.setting.rates.hand_over):
            return False
        post = self.dice.one("people", sorted(self.seats.by_post))
        gone = self.seats.by_post[post].person
        self._turns[post] = self._turns.get(post, 1) + 1
        relieve(Person.objects.get(pk=gone or 0), Post.objects.get(pk=post), SYSTEM_ACTOR, now=now)
        self._persons += 1
        name = name_of(city(), city().posts[post], self._turns[post])
        self._appoint(self._persons, name, post, now)
        self.did["hand_over"] += 1
        self.seats.read()
        return True

    def _merge(self, now: datetime) -> bool:
        """A department goes over into another, with its open demands."""
        if not self.dice.happens("people", MERGE * self.setting.rates.merge_unit):
            return False
        units = city().units
        able = [
            u for u in self.seats.leads if units[u].kind not in ("county", "zone", "government")
        ]
        able = [u for u in able if not any(units[other].parent == u for other in units)]
        if len(able) <= KEPT:
            return False
        old, new = self.dice.of("people").sample(able, 2)
        try:
            merge_unit(old, new, SYSTEM_ACTOR, now=now, basis=MARK)
        except Refusal:
            return False
        self.did["merge_unit"] += 1
        self.seats.read()
        return True

    @transaction.atomic
    def _appoint(self, person: int, name: str, post: str, now: datetime) -> None:
        known = Person.objects.filter(pk=person).first()
        if known is None:
            known = Person(pk=person, username=f"sim.{person}", name=name, is_synthetic=True)
            known.set_unusable_password()
            known.save(force_insert=True)
        appoint(known, Post.objects.get(pk=post), SYSTEM_ACTOR, now=now)
