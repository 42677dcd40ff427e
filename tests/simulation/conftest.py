"""Runs of the simulation inside the tests' own cluster. Each run has a database of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from bihuan.simulation.command import setting_for
from bihuan.simulation.rates import Rates
from bihuan.simulation.run import Result, simulate

TEST_CITY = Path(__file__).parent / "city"
Run = Callable[..., Result]


@pytest.fixture
def run_city(cluster: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Run]:
    """Simulate the test city, or another: `run_city(seed, days, catalog=…, **rates)`."""

    def run(seed: int, days: int, catalog: Path = TEST_CITY, **rates: float) -> Result:
        setting = setting_for(catalog, seed=seed, days=days, quick=True)
        return simulate(setting, Rates(**rates))  # type: ignore[arg-type]

    with django_db_blocker.unblock():
        yield run
