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
DEMANDS, DAYS = 160, 9


@pytest.fixture
def live(cluster: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Live]:
    """Live some days: `live(jobs=2)`, with many who try what they may not."""

    def run(jobs: int = 2) -> Account:
        base = setting_for(Path(settings.BIHUAN_CATALOG), seed=1, days=DAYS)
        midnight = datetime.combine(base.start.date(), time(), base.start.tzinfo)
        setting = YearSetting(
            1,
            DEMANDS,
            DAYS,
            base.catalog,
            midnight,
            jobs=jobs,
            watch=3,
            tempted=0.1,
            conflicting=0.6,
        )
        return live_year(setting, f"year_test_{jobs}")

    with django_db_blocker.unblock():
        yield run


def test_some_days_are_clean_and_the_same_in_one_process_and_in_two(live: Live) -> None:
    one, two = live(jobs=1), live(jobs=2)
    assert one.broken is None
    assert two.broken is None
    assert one.head == two.head
    assert one.counted["opened"] == DEMANDS
    assert any(end.startswith("hotline.report") for end in one.figures["ends"])


@pytest.mark.parametrize(
    "plant",
    [a_verifier_may_be_the_handler, a_missed_clock_has_no_consequence, a_desk_is_not_cleared],
    ids=lambda plant: plant.__name__,
)
def test_a_planted_bug_is_named_in_this_mode_too(
    plant: Plant, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    broken = live().broken
    assert broken is not None
    assert broken.invariant in PLANTED[plant] | {"permission", "verify"}, str(broken)
