"""One simulated year: a fresh database, processes from barrier to barrier, checks in bulk, and the account of it all."""

import resource
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

from bihuan.hotline.routing import suggest
from bihuan.simulation.database import fresh_database, let_go, link_to
from bihuan.simulation.invariants import Broken
from bihuan.simulation.year.bulk import (
    Link,
    check_events,
    check_swept,
    last_event,
    without_compiling,
)
from bihuan.simulation.year.final import check_all, figures, head
from bihuan.simulation.year.processes import Team, team
from bihuan.simulation.year.setting import YearSetting
from bihuan.simulation.year.spent import of_server, ours
from bihuan.simulation.year.standstill import Standstill
from bihuan.simulation.year.traces import begin
from bihuan.simulation.year.worker import Told

ANALYZE_EVERY = 40  # half days: a fresh database has no statistics


@dataclass
class Account:
    """What a year came to; `broken` is None where everything held."""

    setting: YearSetting
    broken: Broken | None = None
    head: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    counted: dict[str, Any] = field(default_factory=dict)
    checked: dict[str, object] = field(default_factory=dict)


Progress = Callable[[int, int, str], None]


def live_year(
    setting: YearSetting, name: str, *, keep: bool = False, progress: Progress | None = None
) -> Account:
    """Live the year and check all of it."""
    account = Account(setting)
    with fresh_database(Path(setting.catalog), name, keep=keep):
        link = link_to(str(connection.settings_dict["NAME"]))
        without_compiling(link)
        try:
            _live(account, link, progress or (lambda done, of, what: None))
        except Broken as broken:
            account.broken = broken
        finally:
            link.close()
            connection.close()
    return account


def _live(account: Account, link: Link, progress: Progress) -> None:
    setting, clock = account.setting, time.monotonic
    begin(setting)
    still = Standstill(setting, link)
    still.begin()
    suggest("道路积水", "路面积水", "")  # what is read once is read before the processes part
    let_go()
    began, used, served = clock(), ours(), of_server(link)
    with team(setting) as workers:
        checked = _half_days(setting, link, still, workers, progress)
        told = workers.finish()
    lived = clock()
    spent, answered = ours() - used, of_server(link)
    account.seconds["lived"] = round(lived - began, 1)
    account.counted = _counted(told, still)
    check_events(link, checked, last_event(link))
    days = setting.days
    account.checked = check_all(setting, link, told, lambda what: progress(days, days, what))
    account.seconds["checked"] = round(clock() - lived, 1)
    account.figures = figures(link)
    told_events = int(str(account.figures["events"]))
    account.head = head(link)
    usage = [
        resource.getrusage(who).ru_maxrss // 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    account.figures["megabytes_of_memory"] = {"this process": usage[0], "a child at most": usage[1]}
    account.figures["events_per_second"] = round(told_events / (lived - began))
    account.figures["processor_ms_per_event"] = {
        "python": round(1000 * spent / told_events, 2),
        "postgresql": round(1000 * (answered - served) / told_events, 2) if answered and served else None,
    }  # fmt: skip
    used, served = ours() - used - spent, of_server(link)
    account.seconds["checked, of processors"] = round(used + (served or 0) - (answered or 0), 1)


def _half_days(
    setting: YearSetting, link: Link, still: Standstill, workers: Team, progress: Progress
) -> int:
    """All the year; returns the id of the last event that was checked. Events are checked while the next half day is lived."""
    checked, barriers = 0, setting.barriers()
    mark = last_event(link)
    for count, barrier in enumerate(barriers, 1):
        workers.until(barrier)
        check_events(link, checked, mark)
        checked = mark
        workers.wait()
        sweeps = still.did["sweeps"]
        passed = still.at(barrier, last=count == len(barriers))
        if still.did["sweeps"] > sweeps:
            check_swept(link, barrier)
        workers.passed(passed)
        mark = last_event(link)
        if count % ANALYZE_EVERY == 4:
            link.execute("ANALYZE")
        progress(count // 2, setting.days, f"{mark} events")
    return checked


def _counted(told: list[Told], still: Standstill) -> dict[str, Any]:
    faults: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    for one in told:
        faults.update(one.count.faults)
        refusals.update(one.count.refusals)
    return {
        "opened": sum(one.opened for one in told), "refused_openings": sum(one.refused_openings for one in told),
        "assisting_parts": sum(one.parts for one in told), "operations": sum(one.count.operations for one in told),
        "intruders_refused": sum(one.count.refused_intruders for one in told),
        "watched_demands": sum(one.watched for one in told), "watched_events": sum(one.watched_events for one in told),
        "faults": dict(sorted(faults.items())), "refusals": dict(sorted(refusals.items())), **still.did,
    }  # fmt: skip
