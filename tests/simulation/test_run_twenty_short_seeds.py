"""Twenty short lives of two cities, with every fault, and every invariant asserted on every event."""

from pathlib import Path

import pytest
from django.conf import settings

from tests.simulation.conftest import TEST_CITY, Run

SHORT = 40


@pytest.mark.parametrize("seed", range(100, 120))
def test_a_short_seed_is_clean(seed: int, run_city: Run) -> None:
    catalog = TEST_CITY if seed % 2 else Path(settings.BIHUAN_CATALOG)
    result = run_city(seed, SHORT, catalog)
    assert result.broken is None
    assert result.tally.events > 30
