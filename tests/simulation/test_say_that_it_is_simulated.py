"""A web on a simulated database says so on every page; on any other it does not."""

from collections.abc import Iterator

import pytest
from django.test import Client

from bihuan.kernel.cases.city import algorithm
from bihuan.kernel.ledger.append import Link, append
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR
from bihuan.simulation import traces
from tests.cast import Cast


@pytest.fixture(autouse=True)
def _asked_afresh() -> Iterator[None]:
    traces._begins.cache_clear()
    yield
    traces._begins.cache_clear()


def test_a_page_of_a_simulated_city_says_so(cast: Cast, client: Client) -> None:
    append(
        traces.STREAM, Link(), at=cast.now, action="begin", actor=SYSTEM_ACTOR, content={"seed": 1},
        algorithm=algorithm(),
    )  # fmt: skip
    assert "模拟数据" in client.get("/sign-in/").content.decode()


def test_any_other_city_does_not(cast: Cast, client: Client) -> None:
    assert "模拟数据" not in client.get("/sign-in/").content.decode()
