"""Processor time that a year has used, by us and by the database server, whatever else the machine does. Reads /proc."""

import os
import resource
from pathlib import Path
from typing import Any

import psycopg

TICKS = os.sysconf("SC_CLK_TCK")
PARENT, USED = (
    1,
    slice(11, 15),
)  # of what follows the name in /proc/PID/stat: of its own and of children that ended


def ours() -> float:
    """Seconds of this process and of its children that have ended."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in both)


def of_server(link: psycopg.Connection[Any]) -> float | None:
    """Seconds of all processes of the server, ended ones too; None where it does not run on this machine."""
    try:
        server = int(_fields(link.info.backend_pid)[PARENT])
        return sum(_seconds(pid) for pid in (server, *_children(server)))
    except (OSError, ValueError):
        return None


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _seconds(pid: int) -> float:
    try:
        return sum(map(int, _fields(pid)[USED])) / TICKS
    except OSError:  # it has ended, and its parent will be charged
        return 0.0


def _fields(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
