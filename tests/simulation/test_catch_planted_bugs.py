"""Each planted bug is caught by a short run, by an invariant that names it; the same runs are clean without it."""

from pathlib import Path

import pytest
from django.conf import settings

from tests.simulation.bugs import PLANTED, TOLD, Plant
from tests.simulation.conftest import TEST_CITY, Run

SEEDS, DAYS = (1, 2, 3), 40


def caught(wanted: set[str], run_city: Run, catalog: Path) -> None:
    """One of the short runs ends with an invariant that names the bug."""
    for seed in SEEDS:
        broken = run_city(seed, DAYS, catalog).broken
        if broken is not None:
            assert broken.invariant in wanted, str(broken)
            return
    pytest.fail("no seed caught it")


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_bug_is_named(
    plant: Plant, run_city: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    caught(PLANTED[plant], run_city, TEST_CITY)


@pytest.mark.parametrize("plant", TOLD, ids=lambda plant: plant.__name__)
def test_a_bug_in_telling_persons_outside_is_named(
    plant: Plant, run_city: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    caught(TOLD[plant], run_city, Path(settings.BIHUAN_CATALOG))


@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_bug_the_same_seeds_are_clean(seed: int, run_city: Run) -> None:
    assert run_city(seed, DAYS).broken is None
