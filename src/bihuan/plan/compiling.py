"""Compiling what somebody dropped (待编译的报告): asked for on a page, done by a worker, said in one row a report.

The row is the truth and a job only a reminder, as with deliveries. Which process does it stands in `config`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from bihuan.compiler.errors import CompileError
from bihuan.kernel.cases.evidence import path_of
from bihuan.kernel.errors import N_, NotAllowed, Refusal
from bihuan.kernel.orgs.acting import Acting
from bihuan.plan.comparing import compared, packed_comparison
from bihuan.plan.compiling_result import packed
from bihuan.plan.importing import compile_for_city
from bihuan.plan.models import (
    CANCELLED,
    COMPILING,
    DONE,
    LIVE,
    QUEUED,
    READING,
    REFUSED,
    Compiling,
)

QUEUE = "compiling"
TASK = "compiling.run"
PRIORITY = -5  # after every delivery
LOST = timedelta(seconds=30)  # without a sign of life for so long, the worker is gone
TOLD = timedelta(seconds=0.4)  # how often progress is written

Clock = Callable[[], datetime]


class Stopped(Exception):
    """The row is no longer ours: cancelled, given to somebody else, or removed."""


def ask(
    sha256: str,
    name: str,
    year: int | None,
    actor: Acting,
    *,
    now: datetime,
    pasted: bool = False,
    last: tuple[str, str] = ("", ""),
) -> Compiling:
    """Have a stored file compiled; the same file for the same year that was dropped before is not compiled again.

    `last` are digest and name of the stored file of last year's report, to compare with.
    """
    if actor.person is None:
        raise NotAllowed("role", N_("您的岗位不能办理此事。"))
    before = mine(actor).filter(
        sha256=sha256, year=year, name=name[-200:], report="", last_sha256=last[0]
    )
    row = before.exclude(state__in=(REFUSED, CANCELLED)).first()
    if row is None or is_lost(row, now=now):
        row = Compiling.objects.create(
            sha256=sha256,
            name=name[-200:],
            year=year,
            is_pasted=pasted,
            last_sha256=last[0],
            last_name=last[1][-200:],
            person_id=actor.person,
            unit=actor.unit,
            asked_at=now,
            touched_at=now,
        )
        transaction.on_commit(wake)
    return row


def mine(actor: Acting) -> QuerySet[Compiling]:
    """What a person dropped, and what the planners of the same office did; newest first."""
    seen = Q(person=actor.person)
    if "planner" in actor.roles:
        seen |= Q(unit=actor.unit)
    return Compiling.objects.filter(seen).order_by("-asked_at", "-pk")


def wake() -> None:
    """Remind a worker that something waits; one reminder is enough."""
    job = app.configure_task(TASK, queue=QUEUE, priority=PRIORITY, queueing_lock=TASK)
    try:
        with transaction.atomic():
            job.defer()
    except AlreadyEnqueued:
        return


def wake_waiting() -> None:
    """Remind a worker again where something still waits: its job may have been lost."""
    if Compiling.objects.filter(state=QUEUED).exists():
        wake()


@transaction.atomic
def claim(*, now: datetime) -> Compiling | None:
    """Take what has waited longest; two workers at once take different rows."""
    waiting = Compiling.objects.filter(state=QUEUED).order_by("asked_at", "pk")
    row = waiting.select_for_update(skip_locked=True).first()
    if row is not None:
        row.state, row.touched_at, row.attempt = READING, now, row.attempt + 1
        row.done = row.total = 0
        row.save(update_fields=["state", "touched_at", "attempt", "done", "total"])
    return row


def perform(row: Compiling, clock: Clock) -> None:
    """Compile the file of a claimed row and write down the result or the refusal; Stopped where the row is not ours."""

    def heard(phase: str) -> Callable[[int, int], None]:
        last = [clock() - TOLD]

        def tell(done: int, total: int) -> None:
            if clock() - last[0] >= TOLD or done >= total:
                last[0] = clock()
                told = {"state": phase, "done": done, "total": total, "touched_at": last[0]}
                if not _ours(row).update(**told):
                    raise Stopped

        return tell

    try:
        data = path_of(row.sha256).read_bytes()
        found = compile_for_city(
            data, row.name, year=row.year, progress=heard(COMPILING), reading=heard(READING)
        )
    except Refusal as refusal:
        refuse(row, refusal, now=clock())
        return
    comparison = compared(row, found)
    done: dict[str, object] = {
        "state": DONE,
        "result": packed(found),
        "changes": packed_comparison(comparison) if comparison else None,
        "touched_at": clock(),
        "refusal": {},
    }
    if not _ours(row).update(**done):
        raise Stopped


def beat(row: Compiling, *, now: datetime) -> bool:
    """Say that somebody still works on a row; False where nobody should."""
    return bool(_ours(row).update(touched_at=now))


def refuse(row: Compiling, refusal: Refusal, *, now: datetime) -> None:
    """End a claimed row with what was refused and why."""
    cause = refusal.__cause__
    told = {
        "code": refusal.code,
        "message": refusal.message,
        "remedy": refusal.remedy,
        "params": refusal.params,
        "message_en": cause.message_en if isinstance(cause, CompileError) else "",
    }
    _ours(row).update(state=REFUSED, refusal=told, touched_at=now)


def give_back(row: Compiling) -> None:
    """Let a claimed row wait again: its worker is told to stop."""
    _ours(row).update(state=QUEUED)


def cancel(row: Compiling, *, now: datetime) -> None:
    """Stop it, if it is not over; whoever works on it notices at the next beat."""
    unfinished = Compiling.objects.filter(pk=row.pk, state__in=(QUEUED, *LIVE))
    unfinished.update(state=CANCELLED, touched_at=now)


def again(row: Compiling, *, now: datetime) -> None:
    """Let what was refused, cancelled or lost wait once more."""
    ended = Compiling.objects.filter(pk=row.pk).exclude(state__in=(QUEUED, DONE))
    if not is_lost(row, now=now):
        ended = ended.exclude(state__in=LIVE)
    if ended.update(state=QUEUED, asked_at=now, touched_at=now, refusal={}, done=0, total=0):
        transaction.on_commit(wake)


def is_lost(row: Compiling, *, now: datetime) -> bool:
    """True where a worker took it and has given no sign of life since."""
    return row.state in LIVE and now - row.touched_at > LOST


def waits_long(row: Compiling, *, now: datetime) -> bool:
    """True where nobody has taken it although nothing stands before it."""
    return row.state == QUEUED and not ahead(row) and now - row.asked_at > LOST


def ahead(row: Compiling) -> int:
    """How many reports stand before a waiting one, those under work included."""
    waiting = Q(state=QUEUED, asked_at__lt=row.asked_at) | Q(state__in=LIVE)
    return Compiling.objects.filter(waiting).exclude(pk=row.pk).count()


def prune(*, now: datetime) -> int:
    """Remove rows older than BIHUAN_COMPILING_KEEP_DAYS; the files stay in the evidence store. Returns how many."""
    before = now - timedelta(days=keep_days())
    gone, _ = Compiling.objects.filter(asked_at__lt=before).delete()
    return gone


def keep_days() -> int:
    """For how many days a dropped report is kept."""
    return int(settings.BIHUAN_COMPILING_KEEP_DAYS)


def died(seconds: int | None = None) -> Refusal:
    """What is said when the process that compiled has ended without a word, or after its time."""
    if seconds is None:
        return Refusal(
            "died",
            N_("处理这份文件时超出了内存限制或意外中断。"),
            remedy=N_("请另存为 .docx 或 .txt 后再试；扫描件请分成几份，或降低分辨率。"),
        )
    return Refusal(
        "too_long",
        N_("处理这份文件超过了 %(minutes)s 分钟的上限。"),
        remedy=N_("扫描件请分成几份上传，或提供 Word 文件；上限由管理员设定。"),
        params={"minutes": max(1, seconds // 60)},
    )


def _ours(row: Compiling) -> QuerySet[Compiling]:
    """The row, while it is still under the work of this attempt."""
    return Compiling.objects.filter(pk=row.pk, attempt=row.attempt, state__in=LIVE)
