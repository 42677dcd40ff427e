"""The product's processes, and ways to kill them and to bring them back. Holds no test."""

import os
import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from bihuan.config.cluster import Cluster
from tests.config.product import Product

PATIENCE = 180  # seconds until a hang fails the test: on a busy machine two new workers take most of a minute


@dataclass
class Victim:
    """A running product that is killed in parts and always started again."""

    product: Product
    chance: random.Random
    extra: dict[str, str]

    def kill_worker(self) -> None:
        """The oldest web worker dies in the middle of what it does; the web server starts another by itself."""
        os.kill(min(self._workers(), key=_born), signal.SIGKILL)

    def kill_web(self) -> None:
        """The whole web server dies, master and workers; the product ends and is started again."""
        os.killpg(self._master(), signal.SIGKILL)
        self._start_again()

    def kill_database(self) -> None:
        """PostgreSQL's first process dies, and all its others with it; it recovers from its log."""
        os.kill(self.product.postmaster, signal.SIGKILL)
        Cluster(self.product.var / "postgres").start()

    def kill_both(self) -> None:
        """The machine's worst moment: database and web server at once."""
        os.kill(self.product.postmaster, signal.SIGKILL)
        self.kill_web()

    def revive(self) -> None:
        """Start the product again where it ended by itself: granian gives up on workers that die in quick succession."""
        if self.product.process.poll() is not None:
            self._start_again()

    def _start_again(self) -> None:
        assert self.product.end(signal.SIGTERM) in (0, 1)
        self.product = Product.start(self.product.var, self.product.port, **self.extra)
        self._wait_for_an_answer()

    def _wait_for_an_answer(self) -> None:
        """It said that it is ready: the sign of life is answered, though all clients come back at this moment."""
        deadline = time.monotonic() + PATIENCE
        while not self.product.answers():
            assert self.product.process.poll() is None, self.product.heard
            assert time.monotonic() < deadline, self.product.heard

    def _master(self) -> int:
        """The web server: the child of `bihuan run` that leads a process group of its own."""
        return next(pid for pid in children(self.product.process.pid) if os.getpgid(pid) == pid)

    def _workers(self) -> list[int]:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if found := [pid for pid in children(self._master()) if _serves(pid)]:
                return found
            time.sleep(0.05)
        raise AssertionError("the web server has no worker left")


def _born(pid: int) -> int:
    """When a process was started, in the kernel's ticks."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


def children(parent: int) -> list[int]:
    """The process ids of a process's children, whichever of its threads started them."""
    found: list[int] = []
    for task in Path(f"/proc/{parent}/task").iterdir():
        try:
            found += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def _serves(pid: int) -> bool:
    """A worker, and not the helper that watches over shared resources."""
    try:
        return b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
