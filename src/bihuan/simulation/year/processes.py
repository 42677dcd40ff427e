"""The processes of a year: each lives its share between barriers; the one that began them lets them go on. No decisions.

They are forked, so that they know what the beginner knows: the city, the database, whatever a test has planted.
"""

import multiprocessing
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from bihuan.simulation.invariants import Broken
from bihuan.simulation.year.setting import YearSetting
from bihuan.simulation.year.worker import Passed, Told, Worker

PATIENCE = 20  # seconds for a process that was told to end


class Team:
    """The processes, as one."""

    def __init__(self, lines: "Sequence[Connection[Any, Any]]") -> None:
        self._lines = lines

    def until(self, barrier: datetime) -> None:
        """Let all live until the barrier, without waiting for them."""
        self._tell("until", barrier)

    def wait(self) -> list[Any]:
        """Wait until all stand still again; raises what one of them ran into."""
        answers = [line.recv() for line in self._lines]
        for answer in answers:
            if isinstance(answer, tuple) and answer and answer[0] == "broken":
                raise Broken(*answer[1:])
            if isinstance(answer, tuple) and answer and answer[0] == "failed":
                raise RuntimeError(answer[1])
        return answers

    def passed(self, what: Passed) -> None:
        """Tell all what happened while they stood still, and have them take it over."""
        self._tell("passed", what)
        self.wait()

    def finish(self) -> list[Told]:
        """What all have to say."""
        self._tell("finish", None)
        return self.wait()

    def _tell(self, what: str, about: object) -> None:
        for line in self._lines:
            line.send((what, about))


@contextmanager
def team(setting: YearSetting) -> Iterator[Team]:
    """Have the processes; they end with the block."""
    fork = multiprocessing.get_context("fork")
    lines, running = [], []
    for job in range(setting.jobs):
        ours, theirs = fork.Pipe()
        process = fork.Process(target=_live, args=(setting, job, theirs), daemon=True)
        process.start()
        theirs.close()
        lines.append(ours)
        running.append(process)
    try:
        yield Team(lines)
    finally:
        for line, process in zip(lines, running, strict=True):
            if process.is_alive():
                with suppress(OSError):
                    line.send(("end", None))
            line.close()
        for process in running:
            process.join(PATIENCE)
            if process.is_alive():
                process.kill()
                process.join()


def _live(setting: YearSetting, job: int, line: "Connection[Any, Any]") -> None:
    """The life of one process: what it is told, until nobody tells it anything more."""
    worker: Worker | None = None
    while True:
        try:
            what, about = line.recv()
        except EOFError:
            return
        if what == "end":
            return
        try:
            worker = worker or Worker(setting, job)
            answer = getattr(worker, what)(*(() if what == "finish" else (about,)))
        except Broken as broken:
            answer = ("broken", broken.invariant, broken.label, broken.what)
        except Exception:
            answer = ("failed", traceback.format_exc())
        line.send(answer)
