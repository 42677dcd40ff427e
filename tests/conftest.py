"""The throw-away database cluster that every test process shares. Holds no test data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import settings as hypothesis_settings

from bihuan.config.cluster import Cluster


def pytest_configure() -> None:
    """WhiteNoise warns about a missing directory, and warnings are errors here.

    Playwright keeps an event loop in the thread of the tests for as long as its browser lives; Django takes that for an
    asynchronous caller, in every test that shares the process.
    """
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    Path(str(settings.STATIC_ROOT)).mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def cluster() -> Iterator[None]:
    """Have the test cluster running; the last test process to end stops it."""
    with Cluster(Path(settings.BIHUAN_CLUSTER_HOME), durable=False).in_use():
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    cluster: None, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Start the cluster before Django first connects; each process has a database of its own."""


pytest_plugins = ["tests.cast"]

# Speed is measured in benchmarks/, never asserted in a test.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")
