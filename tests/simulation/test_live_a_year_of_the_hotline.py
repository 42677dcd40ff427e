"""A small year of the hotline keeps every invariant, is the same for one process and two, and catches planted bugs."""

from collections.abc import Callable, Iterator
from datetime import datetime, time
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from bihuan.simulation.command import setting_for
from bihuan.simulation.year.run import Account, live_year
from bihuan.simulation.year.setting import YearSetting
from tests.simulation.bugs import (
    PLANTED,
    Plant,
    a_desk_is_not_cleared,
    a_missed_clock_has_no_consequence,
    a_verifier_may_be_the_handler,
)

Live = Callable[..., Account]


@pytest.fixture
def live(cluster: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Live]:
    """Live some days: `live(demands, days, jobs=2, watch=3)`."""

    def run(demands: int, days: int, jobs: int = 2, watch: int = 3) -> Account:
        base = setting_for(Path(settings.BIHUAN_CATALOG), seed=1, days=days)
        midnight = datetime.combine(base.start.date(), time(), base.start.tzinfo)
        setting = YearSetting(1, demands, days, base.catalog, midnight, jobs=jobs, watch=watch)
        return live_year(setting, f"year_test_{jobs}")

    with django_db_blocker.unblock():
        yield run


def test_a_month_is_clean_and_the_same_in_one_process_and_in_two(live: Live) -> None:
    one, two = live(300, 30, jobs=1), live(300, 30, jobs=2)
    assert one.broken is None
    assert two.broken is None
    assert one.head == two.head
    assert one.counted["opened"] == 300


@pytest.mark.parametrize(
    "plant",
    [a_verifier_may_be_the_handler, a_missed_clock_has_no_consequence, a_desk_is_not_cleared],
    ids=lambda plant: plant.__name__,
)
def test_a_planted_bug_is_named_in_this_mode_too(
    plant: Plant, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    broken = live(300, 30).broken
    assert broken is not None
    assert broken.invariant in PLANTED[plant] | {"permission", "verify"}, str(broken)
