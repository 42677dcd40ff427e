"""Processor time of process trees, from /proc: what a server and its children have used so far."""

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Tree:
    """A process and all below it. A child that ended is counted where its parent waited for it."""

    root: int

    def milliseconds(self) -> float:
        """Processor time so far, user and system."""
        return sum(_used(pid) for pid in _below(self.root)) * 1000 / TICKS


def _below(root: int) -> list[int]:
    found, pending = [], [root]
    while pending:
        pid = pending.pop()
        found.append(pid)
        try:
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
            for task in tasks:
                pending += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def _used(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:15]))
