"""A data directory whose product and database are gone after the test, whatever happened."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bihuan.config.cluster import Cluster, socket_directory
from tests.config.product import Product, free_port


@pytest.fixture
def var() -> Iterator[Path]:
    """A data directory that an unprivileged user can enter, unlike pytest's own."""
    top = Path(tempfile.mkdtemp(prefix="bihuan-test-"))
    top.chmod(0o755)
    yield top / "var"
    Cluster(top / "var/postgres").stop()
    shutil.rmtree(socket_directory(top / "var/postgres"), ignore_errors=True)
    shutil.rmtree(top)


@pytest.fixture
def start(var: Path) -> Iterator[Callable[[], Product]]:
    """Start the product in `var`, on one port for the whole test, as often as the test likes."""
    port = free_port()
    started: list[Product] = []

    def begin() -> Product:
        started.append(Product.start(var, port))
        return started[-1]

    yield begin
    for product in started:
        product.end(signal.SIGTERM)
