"""Keeps the delivery worker running beside the web server, and ends it with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from bihuan.config.death import die_with_parent
from bihuan.config.installation import say

STOP_SECONDS = 15
BREATH_SECONDS = 5


@dataclass
class Kept:
    """A process that is started again when it has ended by itself."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes] = field(init=False)
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self._start()

    def tend(self) -> None:
        """Start it again if it has ended, but not over and over in the same breath."""
        code = self.process.poll()
        if code is not None and time.monotonic() - self.started > BREATH_SECONDS:
            say(f"the {self.name} ended by itself with code {code}; starting it again")
            self._start()

    def _start(self) -> None:
        self.process, self.started = self.start(), time.monotonic()

    def end(self) -> None:
        """Let it finish what it does; after a while, kill it."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            say(f"the {self.name} does not stop; killing it")
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


@contextmanager
def worker_kept() -> Iterator[Kept]:
    """A worker for the length of the block; whoever holds the block calls `tend` now and then."""
    kept = Kept("worker", _start_worker)
    try:
        yield kept
    finally:
        kept.end()


def _start_worker() -> subprocess.Popen[bytes]:
    parent = os.getpid()
    return subprocess.Popen(
        [sys.executable, "-m", "bihuan.config", "worker"],
        env={**os.environ, "BIHUAN_SUPERVISED": str(parent)},
        stdin=subprocess.DEVNULL,
        process_group=0,  # a Ctrl-C at the terminal reaches the supervisor alone
        preexec_fn=partial(die_with_parent, parent),
    )
