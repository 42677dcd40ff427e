"""As root with a checkout nobody else can enter: the programs and data move to where they work."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bihuan.config import installation
from bihuan.config.cluster import Cluster

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root has a user to drop to")


def test_root_s_private_directory_is_no_obstacle(
    var: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shared = var.parent / "shared"
    monkeypatch.setattr(installation, "SHARED_HOME", shared)
    private = var.parent / "private"
    private.mkdir(mode=0o700)
    home = private / "var/postgres"
    wheel = installation.programs().parents[2]
    for part in (installation.WHEEL, f"{installation.WHEEL}.libs"):
        (private / part).symlink_to(wheel / part)
    monkeypatch.setenv("BIHUAN_POSTGRES_BIN", str(private / installation.WHEEL / "pginstall18/bin"))

    with Cluster(home).in_use():
        assert Cluster(home).answers()

    said = capsys.readouterr().err
    assert f"copying the programs to {shared}" in said
    assert f"the data live in {shared}" in said
    assert not (home / "data").exists()
