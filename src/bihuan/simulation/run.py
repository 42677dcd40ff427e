"""Makes a run, or repeats one: a fresh database, operations one by one, the last checks. Says what came of it."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection

from bihuan.kernel.cases.engine import sweep
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.catalog.city import City
from bihuan.simulation.agents import Agents
from bihuan.simulation.database import fresh_database
from bihuan.simulation.domain import agents_for
from bihuan.simulation.invariants import Broken, require
from bihuan.simulation.operations import Operation, Setting
from bihuan.simulation.rates import Rates
from bihuan.simulation.world import Tally, World

Progress = Callable[[int, int], None]  # days done, days in all
STORED = (
    "cases_case", "cases_caseclock", "cases_caseparty", "cases_casedesk", "cases_notice",
    "cases_evidence", "cases_receipt", "ledger_event",
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    """What a run came to; `broken` is None where every invariant held."""

    setting: Setting
    head: str
    tally: Tally
    operations: Sequence[Operation]
    broken: Broken | None = None
    labels: dict[str, str] = field(default_factory=dict)  # label → number and title


def simulate(
    setting: Setting,
    rates: Rates,
    *,
    oracles: bool = True,
    keep: str = "",
    progress: Progress | None = None,
) -> Result:
    """Run a city from the dice of its seed."""

    def draw(world: World) -> Iterable[Operation]:
        agents: Agents = agents_for(world, rates)
        return agents.operations()

    return _run(setting, draw, oracles=oracles, keep=keep, progress=progress)


def replay(setting: Setting, operations: Sequence[Operation], *, oracles: bool = True) -> Result:
    """Do operations again, without dice; those that no longer apply are left out."""
    return _run(setting, lambda world: operations, oracles=oracles)


def _run(
    setting: Setting,
    draw: Callable[[World], Iterable[Operation]],
    *,
    oracles: bool,
    keep: str = "",
    progress: Progress | None = None,
) -> Result:
    name = keep or f"{setting.seed}_{os.getpid()}"
    with (
        fresh_database(Path(setting.catalog), name, keep=bool(keep)),
        World(setting, oracles=oracles) as world,
    ):
        broken = None
        try:
            _live(world, draw(world), progress)
            _finish(world)
        except Broken as error:
            broken = error
        head = world.head() if broken is None else ""
        labels = {} if broken is None else _labels(world)
        return Result(setting, head, world.tally, world.done, broken, labels)


def _live(world: World, operations: Iterable[Operation], progress: Progress | None) -> None:
    days, shown = world.setting.days, -1
    for operation in operations:
        world.perform(operation)
        day = min(days, max(0, (operation.at - world.setting.start).days))
        if progress and day > shown:
            shown = day
            progress(day, days)
    if progress:
        progress(days, days)


def _finish(world: World) -> None:
    """After the last day: time has passed everywhere, passing it again changes nothing, and nothing disagrees."""
    end = max((o.at for o in world.done), default=world.setting.start)
    end = max(end, world.setting.start + timedelta(days=world.setting.days))
    last = Operation(id=max((o.id for o in world.done), default=0) + 1, at=end, do="sweep")
    world.perform(last)
    if not world.oracles:
        return
    before = _stored(world)
    sweep(now=end)
    require(_stored(world) == before, "sweep_again", "", "a second sweep changed something")
    faults = list(verify_all(end))
    require(not faults, "verify", faults[0].stream if faults else "", f"{faults[:1]}")
    connection.close()


def _stored(world: World) -> object:
    """A digest of every table that a sweep could touch."""
    return [
        world.witness.rows(
            f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text COLLATE \"C\")) FROM {table} t"
        )
        for table in STORED
    ]


def _labels(world: World) -> dict[str, str]:
    cases = world.memory.cases.values()
    return {c.label: f"{c.number}“{c.data.get(c.matter.title)}”" for c in cases if c.moves}


def start_of(city: City, year: int) -> datetime:
    """The first office hour of the first working day of a year."""
    calendar = city.work_calendar()
    day = calendar.nearest_working_day(datetime(year, 1, 2, tzinfo=calendar.zone).date(), "next")
    return calendar.at(day, calendar.hours[0][0])
