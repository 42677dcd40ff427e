"""Compiles dropped reports in processes of their own, so that a bad file can neither hang nor starve the worker.

Run as `python -m bihuan.config.compiling TOKEN ATTEMPT` it is that process; imported, it starts and tends it.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bihuan.plan.models import Compiling

BEAT_SECONDS = 2.0
LOST, MEMORY = 3, 4  # exit codes: the row is not ours; no memory left
MEGABYTE = 1024 * 1024

_slot = asyncio.Lock()


async def work_off() -> None:
    """Compile whatever waits. Where this worker is at it already, that run goes on until nothing waits."""
    from asgiref.sync import sync_to_async

    from bihuan.plan import compiling
    from bihuan.web.clock import now

    if _slot.locked():
        return
    async with _slot:
        while row := await sync_to_async(compiling.claim)(now=now()):
            await _apart(row)


async def _apart(row: Compiling) -> None:
    """Start the process for one row and tend it until it ends, is cancelled, or its time is over."""
    from asgiref.sync import sync_to_async
    from django.conf import settings

    from bihuan.plan import compiling
    from bihuan.web.clock import now

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bihuan.config.compiling", str(row.token), str(row.attempt),
        env={**os.environ, "BIHUAN_SUPERVISED": str(os.getpid())},
        stdin=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    limit: int = settings.BIHUAN_COMPILE_SECONDS
    end = time.monotonic() + limit
    try:
        while (code := await _ended(process)) is None:
            if time.monotonic() > end:
                await sync_to_async(compiling.refuse)(row, compiling.died(limit), now=now())
                return
            if not await sync_to_async(compiling.beat)(row, now=now()):
                return
        if code not in (0, LOST):
            await sync_to_async(compiling.refuse)(row, compiling.died(), now=now())
    except asyncio.CancelledError:
        await sync_to_async(compiling.give_back)(row)
        raise
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _ended(process: asyncio.subprocess.Process) -> int | None:
    """The exit code, or None after a beat without an end."""
    try:
        return await asyncio.wait_for(process.wait(), BEAT_SECONDS)
    except TimeoutError:
        return None


def main(token: str, attempt: int) -> int:
    """Compile the row of a token within the limits of memory and time."""
    import django

    from bihuan.config.death import die_with_parent

    if supervisor := os.environ.get("BIHUAN_SUPERVISED"):
        die_with_parent(int(supervisor))
    django.setup()
    _limit_myself()
    from bihuan.plan import compiling
    from bihuan.plan.models import Compiling
    from bihuan.web.clock import now

    row = Compiling.objects.filter(token=token, attempt=attempt).first()
    if row is None:
        return LOST
    try:
        compiling.perform(row, now)
    except compiling.Stopped:
        return LOST
    except MemoryError:
        return MEMORY
    return 0


def _limit_myself() -> None:
    """Address space and processor time that no report may exceed; the wall clock is the worker's to watch."""
    from django.conf import settings

    most = settings.BIHUAN_COMPILE_MEGABYTES * MEGABYTE
    cores = os.cpu_count() or 1
    seconds = settings.BIHUAN_COMPILE_SECONDS * cores
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    os.nice(5)  # people's pages and letters come first


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
