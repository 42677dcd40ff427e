"""The demonstration of `make demo`: most of a simulated year of the city, so that much is done and much is open.

Everything is made by the simulation's own agents through the one door; every page says so.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from bihuan.config.demo import unit_to_show
from bihuan.kernel.cases.models import Case
from bihuan.simulation.command import setting_for
from bihuan.simulation.domain import agents_for
from bihuan.simulation.rates import CALM
from bihuan.simulation.traces import is_simulated
from bihuan.simulation.world import World

SEED, DAYS = 7, 270
Progress = Callable[[int, int], None]


def make_year(file: Path, progress: Progress) -> datetime:
    """Live through the year of a report named for it; reports (day, days) and returns the instant it ends at."""
    catalog = Path(str(settings.BIHUAN_CATALOG))
    setting = setting_for(catalog, seed=SEED, days=DAYS, year=int(file.stem))
    shown = -1
    with World(setting, oracles=False) as world:
        for operation in agents_for(world, replace(CALM, hand_over=1.0)).operations():
            world.perform(operation)
            day = (operation.at - setting.start).days
            if day > shown:
                shown = day
                progress(day, DAYS)
    progress(DAYS, DAYS)
    return setting.start + timedelta(days=DAYS)


def shown_unit() -> str:
    """The unit whose accounts are handed out."""
    report = Case.objects.filter(matter="plan.report").order_by("pk").first()
    assert report is not None  # the year imports one
    return unit_to_show(report)


__all__ = ["is_simulated", "make_year", "shown_unit"]
