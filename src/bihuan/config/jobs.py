"""The worker's jobs: each reads the clock once and calls the part that knows. Registered with procrastinate."""

from __future__ import annotations

import time
from pathlib import Path

from django.conf import settings
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext
from procrastinate.jobs import Status

from bihuan.api.peer_exchange import exchange
from bihuan.config.compiling import work_off
from bihuan.config.mail import take_waiting
from bihuan.delivery.attempt import attempt
from bihuan.delivery.outbox import drain, wake_due
from bihuan.delivery.prune import prune
from bihuan.delivery.spreading import spread
from bihuan.delivery.wake import QUEUE, TASK
from bihuan.hotline import table_taking
from bihuan.kernel.cases.storage import prune_cache
from bihuan.plan import compiling
from bihuan.web.clock import now

FAILED_JOB_DAYS = 7
CACHE_SECONDS = (
    7 * 24 * 3600
)  # how long a copy of what is in the bucket stays after it was last looked at
PEERS = "peers"
OUTBOX, LETTERBOX = 10, 8  # before every single delivery, so that a jam cannot hide new notices


@app.task(name=TASK, queue=QUEUE)
def deliver(delivery: int) -> None:
    """Try one delivery; what becomes of it is written in its row, so the job itself always succeeds."""
    attempt(delivery, now=now())


@app.periodic(cron="* * * * * */10")
@app.task(name="delivery.outbox", queue=QUEUE, priority=OUTBOX, queueing_lock="outbox")
def outbox(timestamp: int) -> None:
    """Every ten seconds: turn new notices into deliveries, wake what is due or whose job was lost."""
    drain(now=now())
    spread(now=now())
    wake_due(now=now())
    compiling.wake_waiting()
    table_taking.wake_waiting(now=now())


@app.task(name=compiling.TASK, queue=compiling.QUEUE, priority=compiling.PRIORITY)
async def compile_waiting() -> None:
    """Compile what waits, one after the other, each in a process of its own; this worker does one at a time."""
    await work_off()


@app.task(name=table_taking.TASK, queue=table_taking.QUEUE)
def take_tables() -> None:
    """Take in the demands of the tables that wait, one table after the other."""
    table_taking.work_off(now)


@app.periodic(cron="* * * * *")
@app.task(name="hotline.peers", queue=PEERS, queueing_lock="peers")
def ask_peers(timestamp: int) -> None:
    """Every minute: hand on what waits for other platforms, and ask after what is open there."""
    exchange(now)


@app.periodic(cron="* * * * *")
@app.task(name="hotline.mail", queue=QUEUE, priority=LETTERBOX, queueing_lock="mail")
def take_letters(timestamp: int) -> None:
    """Every minute: register the letters that the mail server laid into the Maildir.

    No lock: one held by a worker that died would stop the letters, and a letter that two take is one demand by its id.
    """
    if settings.BIHUAN_MAILDIR:
        take_waiting(Path(settings.BIHUAN_MAILDIR), now())


@app.periodic(cron="17 * * * *")
@app.task(name="delivery.prune", queue=QUEUE, priority=LETTERBOX, pass_context=True)
async def tidy(context: JobContext, timestamp: int) -> None:
    """Every hour: remove old deliveries and dropped reports, jobs that ended long ago, and jobs whose worker died."""
    from asgiref.sync import sync_to_async

    manager = context.app.job_manager
    await sync_to_async(prune)(now=now())
    await sync_to_async(compiling.prune)(now=now())
    await sync_to_async(prune_cache)(time.time() - CACHE_SECONDS)
    for queue in (QUEUE, compiling.QUEUE, table_taking.QUEUE, PEERS):
        await manager.delete_old_jobs(
            FAILED_JOB_DAYS * 24, queue=queue,
            include_failed=True, include_cancelled=True, include_aborted=True,
        )  # fmt: skip
        for job in await manager.get_stalled_jobs(queue=queue):
            await manager.finish_job(job, status=Status.FAILED, delete_job=True)
