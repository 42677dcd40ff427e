"""The real worker compiles what was dropped, in processes of their own: killed, cancelled, out of time, out of memory."""

import os
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoDbBlocker, Settings

from bihuan.kernel.cases.city import forget
from bihuan.kernel.cases.evidence import path_of
from bihuan.kernel.cases.install import install_city
from bihuan.plan import compiling
from bihuan.plan.models import CANCELLED, DONE, QUEUED, REFUSED, Compiling
from tests.cast import Cast
from tests.config.product import PATIENCE
from tests.delivery.running import Workers, address_of, database_of_its_own, eventually
from tests.plan.conftest import REPORT

LONG = (
    "# 2023年政府工作报告\n\n## 2023年重点工作\n\n"
    + "新建普惠性幼儿园25所，改造老旧小区100个。\n\n" * 40_000
)


@pytest.fixture
def workers(
    cluster: None, django_db_blocker: DjangoDbBlocker, settings: Settings, tmp_path: Path
) -> Iterator[Workers]:
    """Workers on a database where everything is committed, with the city in it."""
    with django_db_blocker.unblock(), database_of_its_own() as name:
        call_command("migrate", verbosity=0)
        settings.BIHUAN_FILES = tmp_path / "files"
        given = {"BIHUAN_DATABASE_URL": address_of(name), "BIHUAN_FILES": str(tmp_path / "files")}
        found = Workers(tmp_path / "var", given)
        forget()
        install_city()
        try:
            yield found
        finally:
            found.kill_all()
            forget()


def drop(text: str) -> Compiling:
    """A report in the evidence store that waits."""
    sha256 = (
        uuid.uuid4().hex * 2
    )  # the store is asked for these bytes and does not check their digest
    path = path_of(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    planner = Cast(timezone.now()).who("ll-planner") if not Compiling.objects.exists() else None
    if planner is None:
        first = Compiling.objects.earliest("pk")
        person, unit = first.person_id, first.unit
    else:
        assert planner.person
        person, unit = planner.person, planner.unit
    now = timezone.now()
    row = Compiling.objects.create(
        sha256=sha256, name="2023.md", person_id=person, unit=unit, asked_at=now, touched_at=now
    )
    compiling.wake()
    return row


def state(row: Compiling) -> str:
    """Where a dropped report stands now."""
    return Compiling.objects.values_list("state", flat=True).get(pk=row.pk)


def under_work(row: Compiling) -> bool:
    """Whether somebody has begun to compile it."""
    return state(row) == "compiling"


def test_what_was_dropped_is_compiled_one_after_the_other(workers: Workers) -> None:
    rows = [drop(REPORT), drop(REPORT + "\n新建学校3所。\n"), drop("\u200b \n")]
    assert ProcrastinateJob.objects.filter(task_name=compiling.TASK).count() == 1
    workers.start()
    eventually(lambda: not Compiling.objects.exclude(state__in=(DONE, REFUSED)).exists())

    assert [state(row) for row in rows][:2] == [DONE, DONE]
    assert all(row.result for row in Compiling.objects.filter(state=DONE))


def test_a_reminder_that_was_lost_is_given_again(workers: Workers) -> None:
    row = drop(REPORT)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    workers.start()
    eventually(lambda: state(row) == DONE)


def test_one_that_is_cancelled_stops(workers: Workers) -> None:
    row = drop(LONG)
    workers.start()
    eventually(lambda: under_work(row))
    compiling.cancel(row, now=timezone.now())
    after = drop(REPORT)
    eventually(lambda: state(after) == DONE)
    assert state(row) == CANCELLED


def test_a_worker_that_is_told_to_stop_gives_it_back(workers: Workers) -> None:
    row = drop(LONG)
    worker = workers.start()
    eventually(lambda: under_work(row))
    worker.terminate()
    assert worker.wait(PATIENCE) == 0
    assert state(row) in (QUEUED, DONE)


def test_with_a_killed_worker_its_process_ends_too(workers: Workers) -> None:
    row = drop(LONG)
    worker = workers.start()
    eventually(lambda: under_work(row))
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(PATIENCE)
    late = Compiling.objects.get(pk=row.pk)
    assert compiling.is_lost(late, now=late.touched_at + compiling.LOST * 2)
    compiling.again(late, now=late.touched_at + compiling.LOST * 2)
    Compiling.objects.filter(pk=row.pk).update(sha256=drop(REPORT).sha256)
    workers.start()
    eventually(lambda: state(row) == DONE)


def test_what_takes_too_long_is_refused_and_says_so(workers: Workers) -> None:
    workers.settings["BIHUAN_COMPILE_SECONDS"] = "10"
    row = drop(LONG * 8)
    workers.start()
    eventually(lambda: state(row) == REFUSED)
    assert Compiling.objects.get(pk=row.pk).refusal["code"] in ("too_long", "died")


def test_what_needs_too_much_memory_is_refused_and_says_so(workers: Workers) -> None:
    workers.settings["BIHUAN_COMPILE_MEGABYTES"] = "512"
    row = drop(LONG * 8)
    workers.start()
    eventually(lambda: state(row) == REFUSED)
    assert Compiling.objects.get(pk=row.pk).refusal["code"] == "died"
