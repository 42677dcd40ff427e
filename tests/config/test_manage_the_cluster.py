"""The embedded database by itself: started, asked about, stopped, and refused with a reason."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import psycopg
import pytest

from bihuan.config.cluster import PORT, USER, Cluster, ClusterError, socket_directory
from tests.config.product import bihuan


def test_it_is_started_asked_about_and_stopped_by_hand(var: Path) -> None:
    assert bihuan(var, "cluster", "status").returncode == 3
    assert bihuan(var, "cluster", "start").returncode == 0
    assert bihuan(var, "cluster", "status").returncode == 0
    assert "stopped" in bihuan(var, "cluster", "stop").stderr
    assert bihuan(var, "cluster", "status").returncode == 3


def test_the_last_user_stops_it_and_no_one_before(var: Path) -> None:
    first, second = Cluster(var / "postgres"), Cluster(var / "postgres")
    with first.in_use():
        with second.in_use():
            assert first.answers()
        assert first.answers()
    assert not first.answers()


def test_it_speaks_utf8_and_no_network(var: Path) -> None:
    home = var / "postgres"
    with Cluster(home).in_use():
        where = str(socket_directory(home))
        with psycopg.connect(host=where, port=PORT, user=USER, dbname=USER) as link:
            shown = [
                link.execute(query).fetchone()
                for query in ("SHOW server_encoding", "SHOW listen_addresses", "SHOW fsync")
            ]
    assert shown == [("UTF8",), ("",), ("on",)]


def test_socket_and_data_are_private_and_the_path_is_short(var: Path) -> None:
    home = var / "postgres"
    with Cluster(home).in_use():
        sockets = socket_directory(home)
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        assert stat.S_IMODE((home / "data").stat().st_mode) == 0o700
        assert len(os.fsencode(sockets / ".s.PGSQL.5432")) < 107


def test_a_socket_directory_laid_by_somebody_else_is_refused(var: Path) -> None:
    path = socket_directory(var / "postgres")
    path.mkdir(mode=0o777)
    path.chmod(0o777)

    with pytest.raises(ClusterError, match="private directory"):
        Cluster(var / "postgres").start()


def test_data_of_another_version_are_left_alone_and_named(var: Path) -> None:
    cluster = Cluster(var / "postgres")
    cluster.start()
    cluster.stop()
    mark = var / "postgres/data/PG_VERSION"
    ours = mark.read_text().strip()
    mark.write_text("9\n")

    with pytest.raises(ClusterError, match=f"PostgreSQL 9; the programs here are version {ours}"):
        cluster.start()
    assert (var / "postgres/data/base").exists()


def test_a_first_start_that_was_interrupted_is_made_anew(var: Path) -> None:
    half = var / "postgres/data"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    with Cluster(var / "postgres").in_use():
        assert Cluster(var / "postgres").answers()


def test_a_data_directory_that_cannot_be_made_is_named(var: Path) -> None:
    var.write_text("a file in the way")

    with pytest.raises(ClusterError, match="not writable"):
        Cluster(var / "postgres").start()
    var.unlink()
