"""The product starts, says where it is, ends cleanly, and starts again after any kind of death."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from bihuan.config.cluster import Cluster, socket_directory
from tests.config.product import Product, bihuan, free_port, sign_of_life

Start = Callable[[], Product]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_ends_with_zero_and_leaves_no_server(
    start: Start, var: Path, how: signal.Signals
) -> None:
    product = start()
    assert product.answers()
    assert f"http://127.0.0.1:{product.port}/" in product.heard[-1]

    assert product.end(how) == 0
    assert not product.answers()
    assert not Cluster(var / "postgres").answers()


def test_a_second_start_finds_its_database_and_migrates_nothing(start: Start) -> None:
    first = start()
    assert any("migrations" in line for line in first.heard)
    first.end(signal.SIGTERM)

    second = start()

    assert second.answers()
    assert not any("migrations" in line for line in second.heard)


def test_after_a_kill_the_port_is_free_and_the_next_start_works(start: Start) -> None:
    killed = start()
    killed.end(signal.SIGKILL)

    again = start()

    assert again.answers(), again.heard
    assert again.end(signal.SIGTERM) == 0


def test_after_the_death_of_both_it_starts_again(start: Start, var: Path) -> None:
    killed = start()
    os.kill(killed.postmaster, signal.SIGKILL)
    killed.end(signal.SIGKILL)
    assert (var / "postgres/data/postmaster.pid").exists()

    assert start().answers()


def test_a_mark_of_a_dead_server_whose_number_another_process_has_is_ignored(
    start: Start, var: Path
) -> None:
    """In a container the same few process numbers come back at every start."""
    start().end(signal.SIGTERM)
    mark = var / "postgres/data/postmaster.pid"
    mark.write_text(f"{os.getpid()}\n{mark.parent}\n0\n5432\n\n\n0 0\n")

    assert start().answers()


def test_a_server_whose_socket_was_swept_away_is_replaced(start: Start, var: Path) -> None:
    start().end(signal.SIGKILL)
    shutil.rmtree(socket_directory(var / "postgres"))

    assert start().answers()


def test_two_starts_in_one_directory_the_second_says_where_the_first_is(
    start: Start, var: Path
) -> None:
    first = start()

    second = bihuan(var, "run", "--port", str(free_port()))

    assert second.returncode == 2
    assert "already runs" in second.stderr
    assert f":{first.port}/" in second.stderr
    assert first.answers()


def test_a_taken_port_is_named_before_anything_is_made(var: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        refused = bihuan(var, "run", "--port", str(port))

    assert refused.returncode == 2
    assert f"Port {port}" in refused.stderr
    assert f"make run PORT={port + 1}" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (var / "postgres").exists()


def test_a_tool_beside_the_running_product_does_not_stop_its_database(
    start: Start, var: Path
) -> None:
    product = start()

    done = bihuan(var, "manage", "showmigrations")

    assert done.returncode == 0, done.stderr
    assert sign_of_life(product.port)
