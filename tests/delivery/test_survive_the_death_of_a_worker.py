"""Real workers on a real queue: killed, stopped for days, two at once; nothing is lost, a double has its old key."""

import os
import signal
from collections import Counter
from datetime import timedelta

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from bihuan.delivery.models import DEAD, SENT, WAITING, Delivery
from bihuan.delivery.outbox import drain, wake_due
from bihuan.delivery.schedule import LEASE
from bihuan.kernel.cases.models import Case, Notice
from tests.cast import Cast
from tests.config.product import PATIENCE
from tests.delivery.conftest import Mailbox, told_once
from tests.delivery.running import Workers, eventually

URGES = 20


def urged(town: Cast) -> Case:
    """A task in progress whose unit was urged many times: so many notices wait."""
    told_once(town)
    case = Notice.objects.get(sent_at=None).case
    town.does(case, "sign_for", town.handler)
    for _ in range(URGES):
        town.does(case, "urge", town.chief, message="请抓紧")
    return case


def keys(mailbox: Mailbox) -> Counter[str]:
    """How often each letter came."""
    return Counter(str(letter["Message-ID"]) for letter in mailbox.letters)


def let_leases_end() -> None:
    """As if five minutes had passed for what a dead worker held."""
    Delivery.objects.filter(status=WAITING).update(next_at=timezone.now())


def all_sent() -> bool:
    """Every notice was split and every delivery arrived."""
    waiting = Delivery.objects.exclude(status=SENT).exists()
    return not waiting and not Notice.objects.filter(sent_at=None).exists()


def test_killed_between_sent_and_written_down_it_sends_again_under_the_same_key(
    town: Cast, workers: Workers, mailbox: Mailbox
) -> None:
    told_once(town)
    worker = workers.start()
    mailbox.when_taken = lambda: os.kill(worker.pid, signal.SIGKILL)

    assert worker.wait(PATIENCE) == -signal.SIGKILL
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.attempts, len(mailbox.letters)) == (WAITING, 1, 1)
    mailbox.when_taken = None
    let_leases_end()
    workers.start()
    eventually(all_sent)

    assert keys(mailbox) == {f"<{delivery.key}@city.example>": 2}


def test_killed_again_and_again_nothing_is_lost(
    town: Cast, workers: Workers, mailbox: Mailbox
) -> None:
    urged(town)
    for letters_until_death in (1, 4, 7):
        worker = workers.start()
        upto = len(mailbox.letters) + letters_until_death

        def die(pid: int = worker.pid, upto: int = upto) -> None:
            if len(mailbox.letters) == upto:
                os.kill(pid, signal.SIGKILL)

        mailbox.when_taken = die
        worker.wait(PATIENCE)
        let_leases_end()
    mailbox.when_taken = None
    workers.start()
    eventually(all_sent)

    wanted = {f"<{key}@city.example>" for key in Delivery.objects.values_list("key", flat=True)}
    assert len(wanted) > URGES
    assert set(keys(mailbox)) == wanted
    doubles = sum(keys(mailbox).values()) - len(wanted)
    assert doubles <= 3 * 4, "only what was under way at each of three deaths"


def test_after_days_without_a_worker_everything_arrives_once(
    town: Cast, workers: Workers, mailbox: Mailbox
) -> None:
    urged(town)
    first, second = workers.start(), workers.start()
    eventually(lambda: all_sent() and ProcrastinateWorker.objects.count() == 2)
    for worker in (first, second):
        worker.terminate()
        assert worker.wait(PATIENCE) == 0

    town.does(Case.objects.get(matter="plan.task"), "urge", town.chief, message="再催")
    before = len(mailbox.letters)
    workers.start()
    eventually(all_sent)

    assert set(keys(mailbox).values()) == {1}
    assert len(mailbox.letters) == before + 1
    assert len(mailbox.letters) == Delivery.objects.count()


def test_a_worker_whose_database_went_away_goes_on_or_ends_for_its_supervisor(
    town: Cast, workers: Workers, mailbox: Mailbox
) -> None:
    case = urged(town)
    worker = workers.start()
    eventually(all_sent)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    town.does(case, "urge", town.chief, message="断线后再催")

    eventually(lambda: all_sent() or worker.poll() is not None)
    if worker.poll() is not None:
        workers.start()
    eventually(all_sent)

    assert set(keys(mailbox).values()) == {1}


def test_what_is_old_is_removed_and_what_failed_stays(town: Cast, workers: Workers) -> None:
    told_once(town)
    now = timezone.now()
    drain(now=now)
    kept = Delivery.objects.get()
    Delivery.objects.update(
        status=DEAD, reason="smtp_refused", created_at=now - timedelta(days=400)
    )
    old = {"channel": "email", "next_at": now, "created_at": now, "status": SENT}
    for key, days in (("old", 91), ("new", 89)):
        Delivery.objects.create(key=key, sent_at=now - timedelta(days=days), **old)
    with connection.cursor() as cursor:
        for steps in (["doing"], ["doing", "failed"]):  # its worker died; it ended badly
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name)"
                " VALUES ('delivery', 'delivery.attempt') RETURNING id"
            )
            (job,) = cursor.fetchone() or (0,)
            for status in steps:
                cursor.execute(
                    "UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, job]
                )
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '8 days'")
    app.configure_task("delivery.prune", queue="delivery").defer(timestamp=0)

    workers.start()
    eventually(lambda: not Delivery.objects.filter(key="old").exists())
    eventually(lambda: not ProcrastinateJob.objects.filter(task_name="delivery.attempt").exists())

    assert set(Delivery.objects.values_list("key", flat=True)) == {kept.key, "new"}


def test_a_job_that_was_lost_is_started_again(town: Cast, workers: Workers) -> None:
    told_once(town)
    now = timezone.now()
    drain(now=now)

    assert wake_due(now=now) == 1
    assert wake_due(now=now + timedelta(seconds=10)) == 0, "its job still waits"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert wake_due(now=now + LEASE) == 1
    assert ProcrastinateJob.objects.filter(task_name="delivery.attempt").count() == 1
