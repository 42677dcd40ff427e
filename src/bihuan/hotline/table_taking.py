"""Taking the rows of a table in (表格导入): each through the one intake, once. `TableIn` is the truth, a job a reminder.

Killed on the way, it is taken up again: what is in is known by the source and its number, and not taken twice.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import get_random_string
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from bihuan.hotline.intake import register
from bihuan.hotline.table_in import CellProblem, Row, Table, read_demands
from bihuan.hotline.table_models import DONE, QUEUED, SHOWN, TAKING, TableIn
from bihuan.kernel.errors import N_, FormRefusal, Refusal
from bihuan.kernel.orgs.acting import Acting, actings_of
from bihuan.kernel.privacy.entropy import random_bytes
from bihuan.kernel.privacy.master import keyed_digest, subkey

QUEUE, TASK = "tables", "hotline.table"
ROLES = frozenset({"hotline_chief", "hotline_dispatcher"})
KEPT = timedelta(days=1)
LOST = timedelta(minutes=2)  # without a sign of life for so long, whoever was at it is gone
EVERY = 25  # rows between two signs of life
MOST_TOLD = 500
LONGEST_SOURCE = 60

Clock = Callable[[], datetime]


@dataclass
class Taken:
    """What became of the rows: how many are new, how many were known, which were left and why."""

    done: int = 0
    made: int = 0
    known: int = 0
    left: list[list[object]] = field(default_factory=list)


def bring(data: bytes, name: str, source: str, actor: Acting, *, now: datetime) -> TableIn:
    """Keep a table sealed until somebody confirms it; raises a Refusal for what is no table of demands."""
    source = " ".join(source.split())[:LONGEST_SOURCE]
    if not source:
        raise Refusal(
            "no_source",
            N_("请写明表格来自哪个系统。"),
            remedy=N_("同一系统每次写同样的名称：编号相同的行不会重复登记。"),
        )
    read_demands(data, name)
    TableIn.objects.filter(brought_at__lt=now - KEPT).exclude(state__in=(QUEUED, TAKING)).delete()
    token, nonce = get_random_string(24), random_bytes(12)
    assert actor.person is not None
    return TableIn.objects.create(
        token=token, name=name[-200:], source=source, person=actor.person, post=actor.post,
        nonce=nonce, sealed=AESGCM(subkey("table")).encrypt(nonce, data, token.encode()),
        brought_at=now, touched_at=now,
    )  # fmt: skip


def table_of(row: TableIn) -> Table:
    """The table that somebody brought, read anew; a Refusal where the file is no longer kept."""
    try:
        data = AESGCM(subkey("table")).decrypt(
            bytes(row.nonce), bytes(row.sealed), row.token.encode()
        )
    except (InvalidTag, ValueError):
        raise Refusal("table_gone", N_("这份表格已不再保存。"), remedy=N_("请重新上传。")) from None
    return read_demands(data, row.name)


def confirm(row: TableIn, total: int, *, now: datetime) -> None:
    """Have the rows taken by a worker; confirmed twice is confirmed once."""
    waiting = TableIn.objects.filter(pk=row.pk, state=SHOWN)
    if waiting.update(state=QUEUED, total=total, touched_at=now):
        transaction.on_commit(wake)


def wake() -> None:
    """Remind a worker that a table waits; one reminder is enough."""
    try:
        with transaction.atomic():
            app.configure_task(TASK, queue=QUEUE, queueing_lock=TASK).defer()
    except AlreadyEnqueued:
        return


def wake_waiting(*, now: datetime) -> None:
    """Remind a worker again where a table still waits, or whoever took it died."""
    if _waiting(now).exists():
        wake()


def work_off(clock: Clock) -> int:
    """Take the rows of every table that waits; returns how many tables."""
    tables = 0
    while row := _claim(clock()):
        _take(row, clock)
        tables += 1
    return tables


def take_rows(table: Table, source: str, actor: Acting, clock: Clock) -> Iterator[Taken]:
    """Take in the rows that are fit, one after the other, and yield what became of them so far after each."""
    taken = Taken()
    for row in table.rows:
        if row.is_fit:
            _take_row(row, source, actor, taken, clock())
        else:
            first = next(problem for problem in row.problems if not problem.is_note)
            _leave(taken, row, first.heading, first.problem.message, dict(first.problem.params))
        taken.done += 1
        yield taken


def _take_row(row: Row, source: str, actor: Acting, taken: Taken, now: datetime) -> None:
    words = " ".join(part for part in (source, row.number, row.told_at) if part)
    told = replace(row.told, source=words)
    try:
        case = register(told, actor, now=now, key=key_of(source, row))
    except FormRefusal as refusal:
        problem = refusal.problems[0]
        _leave(taken, row, problem.path, problem.message, dict(problem.params))
    except Refusal as refusal:
        if refusal.code == "key_reused":
            taken.known += 1
            why = N_("此编号先前已登记，内容与这一行不同；已登记的没有改动")
            _leave(taken, row, "number", why, {})
        else:
            _leave(taken, row, "", refusal.message, dict(refusal.params))
    else:
        taken.known += case.is_repeated
        taken.made += not case.is_repeated


def key_of(source: str, row: Row) -> str:
    """By what a row is known again: the source and its number there; without one, all that the row says."""
    said = row.number or repr(row.told)
    return "table:" + keyed_digest("table", f"{source}\0{bool(row.number)}\0{said}".encode())


def _leave(taken: Taken, row: Row, where: str, message: str, params: dict[str, object]) -> None:
    if len(taken.left) < MOST_TOLD:
        plain = {name: v if isinstance(v, str | int) else str(v) for name, v in params.items()}
        taken.left.append([row.row, where, message, plain])


def _waiting(now: datetime) -> QuerySet[TableIn]:
    lost = Q(state=TAKING, touched_at__lt=now - LOST)
    return TableIn.objects.filter(Q(state=QUEUED) | lost)


@transaction.atomic
def _claim(now: datetime) -> TableIn | None:
    row = _waiting(now).select_for_update(skip_locked=True).order_by("pk").first()
    if row is not None:
        row.state, row.touched_at = TAKING, now
        row.save(update_fields=["state", "touched_at"])
    return row


def _take(row: TableIn, clock: Clock) -> None:
    """Take the rows of a claimed table; who confirmed it must still hold the post."""
    here = TableIn.objects.filter(pk=row.pk, state=TAKING)
    holders = actings_of(row.person, clock())
    actor = next((a for a in holders if a.post == row.post and a.roles & ROLES), None)
    taken = Taken()
    try:
        if actor is None:
            raise Refusal("role", N_("确认导入的人已不在岗，没有导入。"))
        for taken in take_rows(table_of(row), row.source, actor, clock):
            if taken.done % EVERY == 0:
                here.update(touched_at=clock(), **_told(taken))
    except Refusal as refusal:
        taken.left.append([0, "", refusal.message, dict(refusal.params)])
    here.update(state=DONE, touched_at=clock(), sealed=b"", nonce=b"", **_told(taken))


def _told(taken: Taken) -> dict[str, object]:
    return {"done": taken.done, "made": taken.made, "known": taken.known, "left": taken.left}


def problems_first(table: Table, most: int) -> tuple[list[CellProblem], int]:
    """The problems that keep rows back before the notes, at most so many; and how many there are in all."""
    found = sorted(table.problems, key=lambda problem: problem.is_note)
    return found[:most], len(found)
