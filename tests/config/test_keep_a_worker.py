"""`bihuan run` keeps one worker beside the web server: started with it, started again after its death, ended with it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.config.product import PATIENCE, Product, bihuan

Start = Callable[[], Product]


def workers_of(parent: int) -> list[int]:
    """The process numbers of the workers that a process started."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            status = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if words[-2:-1] == [b"worker"] and int(status[1]) == parent:
            found.append(int(entry.name))
    return found


def is_gone(pid: int) -> bool:
    """Whether a process ends while we have patience."""
    deadline = time.monotonic() + PATIENCE
    while Path(f"/proc/{pid}").exists():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_a_worker_that_dies_is_started_again_and_ends_with_the_product(start: Start) -> None:
    product = start()
    (first,) = workers_of(product.process.pid)

    os.kill(first, signal.SIGKILL)
    product.wait_for("the worker ended by itself")
    deadline = time.monotonic() + PATIENCE
    while not (second := workers_of(product.process.pid)):
        assert time.monotonic() < deadline
        time.sleep(0.05)

    assert first not in second
    assert product.answers()
    assert product.end(signal.SIGTERM) == 0
    assert is_gone(second[0])


def test_a_killed_product_leaves_no_worker_behind(start: Start) -> None:
    product = start()
    (worker,) = workers_of(product.process.pid)
    assert Path(f"/proc/{worker}").exists()

    product.end(signal.SIGKILL)

    assert is_gone(worker)


def test_an_address_is_set_and_a_bad_one_refused(var: Path) -> None:
    assert bihuan(var, "setup-db").returncode == 0
    bihuan(var, "appoint", "liaison", "张联络", "ll-edu-liaison")

    assert bihuan(var, "address", "liaison", "z@edu.example").returncode == 0
    refused = bihuan(var, "address", "liaison", "z@edu.example\nBcc: x@y.example")
    assert refused.returncode == 1
    assert "不是可用的邮箱地址" in refused.stderr
    assert bihuan(var, "address", "nobody", "z@edu.example").returncode == 1
    verified = bihuan(var, "ledger", "verify")
    assert verified.returncode == 0, verified.stdout
