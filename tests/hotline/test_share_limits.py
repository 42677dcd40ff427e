"""Limits hold for all worker processes together, under contention, and nothing of a refused try is left."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from bihuan.hotline.limits import BY_ADDRESS, BY_PHONE, TooOften, give_back, take
from bihuan.hotline.models import Tally

NOW = datetime(2023, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database that keeps what is counted, until the test is over."""
    with django_db_blocker.unblock():
        yield
        Tally.objects.all().delete()
        connection.close()


def test_connections_that_count_at_once_take_no_more_than_the_limit(committed: None) -> None:
    """Each thread has a connection of its own, as each worker process has."""
    begin = threading.Barrier(4)

    def come() -> int:
        begin.wait(30)
        taken = 0
        for _ in range(25):
            try:
                take([BY_ADDRESS.of("10.0.0.1", 30), BY_PHONE.of("13800000001", 1000)], NOW)
                taken += 1
            except TooOften:
                pass
        connection.close()
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = sum(future.result() for future in [pool.submit(come) for _ in range(4)])
    assert taken == 30
    assert sorted(Tally.objects.values_list("count", flat=True)) == [30, 30]


@pytest.mark.django_db
def test_a_span_begins_with_the_first_try_and_ends_for_all() -> None:
    asked = [BY_ADDRESS.of("10.0.0.2", 2)]
    take(asked, NOW)
    take(asked, NOW + timedelta(minutes=59))
    with pytest.raises(TooOften) as refused:
        take(asked, NOW + timedelta(minutes=59))
    assert refused.value.wait == timedelta(minutes=1)
    give_back(asked)
    take(asked, NOW + timedelta(minutes=59))
    take(asked, NOW + timedelta(hours=1))


@pytest.mark.django_db
def test_an_unlogged_table_holds_the_counts() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'hotline_tally'")
        assert cursor.fetchone() == ("u",)
