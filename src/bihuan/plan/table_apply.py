"""Takes an edited decomposition table in (分解表生效): rehearsed first, then all of it in one transaction, through the doors."""

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.models import Case, Receipt
from bihuan.kernel.errors import N_, FormRefusal, Refusal
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.acting import Acting
from bihuan.plan.table import QUARTERS, raw_of
from bihuan.plan.table_in import CHANGE, CONFLICT, RowChange, Table

Keys = Callable[[], str]
OF_COMMITMENT = ("title", "targets", "deadline")
WITH_TASK = ("title", "lead", "assist")  # what decomposing asks


@dataclass(frozen=True)
class Applied:
    """What an import did: rows taken, cells in them; `again` where the same import had been taken before."""

    rows: int
    cells: int
    again: bool = False


def rehearse(table: Table, actor: Acting, *, now: datetime) -> Table:
    """The table with a refusal on every row that the doors would refuse: taken for real, then rolled back."""
    with transaction.atomic():
        changes = tuple(_rehearsed(change, actor, now) for change in table.changes)
        transaction.set_rollback(True)
    return replace(table, changes=changes)


def _rehearsed(change: RowChange, actor: Acting, now: datetime) -> RowChange:
    if change.refusal or not wanted(change, ()):
        return change
    try:
        with transaction.atomic():
            _take(change, wanted(change, ()), actor, now, lambda: "")
    except Refusal as refusal:
        return replace(change, refusal=refusal)
    return change


def apply(
    table: Table, chosen: Collection[str], actor: Acting, *, now: datetime, key: str
) -> Applied:
    """Take every change that is not refused, and the conflicts that were chosen (`row:column`); all or nothing.

    With the same `key` again nothing more happens. A Refusal where the doors say no: then nothing was taken.
    """
    if Receipt.objects.filter(key=f"{key}/1").exists():
        return Applied(0, 0, again=True)
    count, rows, cells = 0, 0, 0

    def next_key() -> str:
        nonlocal count
        count += 1
        return f"{key}/{count}"

    with transaction.atomic():
        for change in table.changes:
            values = {} if change.refusal else wanted(change, chosen)
            if values:
                _take_or_say_where(change, values, actor, now, next_key)
                rows, cells = rows + 1, cells + len(values)
    return Applied(rows, cells)


def wanted(change: RowChange, chosen: Collection[str]) -> dict[str, Json]:
    """The values of a row that are to be taken: plain changes, and conflicts only where chosen."""
    return {
        d.column: d.raw
        for d in change.differences
        if d.kind == CHANGE or (d.kind == CONFLICT and f"{change.row}:{d.column}" in chosen)
    }


def digest_of(table: Table) -> str:
    """A digest of everything that the preview shows: what is applied is what was seen."""
    seen = [
        [c.row, c.number, c.refusal.code if c.refusal else "", *map(_seen, c.differences)]
        for c in table.changes
    ]
    return hashlib.sha256(json.dumps(seen, ensure_ascii=False, default=str).encode()).hexdigest()


def _seen(difference: object) -> list[str]:
    return [str(getattr(difference, name)) for name in ("column", "kind", "current", "raw")]


def _take_or_say_where(
    change: RowChange, values: dict[str, Json], actor: Acting, now: datetime, key: Keys
) -> None:
    try:
        _take(change, values, actor, now, key)
    except Refusal as refusal:
        raise Refusal(
            refusal.code,
            N_("第 %(row)s 行没有通过，全部改动都没有生效：%(why)s"),
            remedy=refusal.remedy,
            params={"row": change.row, "why": said(refusal), **refusal.params},
        ) from refusal


def said(refusal: Refusal) -> str:
    """A refusal in one sentence, with what each field lacks."""
    text = refusal.message % refusal.params if refusal.params else refusal.message
    if isinstance(refusal, FormRefusal):
        text += "；".join(f"{p.path}：{p}" for p in refusal.problems)
    return text


def _take(
    change: RowChange, values: dict[str, Json], actor: Acting, now: datetime, key: Keys
) -> None:
    if change.is_new:
        _decompose(change.commitment, values, actor, now, key)
        return
    assert change.current is not None
    case, expect = change.current.case, change.current.case.seq
    if change.current.is_task:
        given = edit_of(case, values)
        act(case.number, "edit", actor, given, now=now, key=key(), expect=expect)
        return
    own = {
        n: values[n]
        for n in OF_COMMITMENT
        if n in values and (n != "title" or "lead" not in values)
    }
    if own:
        act(case.number, "edit", actor, own, now=now, key=key(), expect=expect)
    rest = {n: v for n, v in values.items() if n not in own}
    if rest:
        _decompose(case.number, rest, actor, now, key)


def _decompose(
    number: str, values: dict[str, Json], actor: Acting, now: datetime, key: Keys
) -> None:
    """Make a task of a commitment, then fill in what else the row says of it."""
    case = Case.objects.get(number=number)
    if not values.get("lead"):
        raise Refusal(
            "no_lead",
            N_("还没有牵头单位，其余各列无处可记。"),
            remedy=N_("请先在“牵头单位”一列填写单位；建议的单位去掉“（建议）”即为采纳。"),
        )
    if case.state not in ("confirmed", "assigned"):
        raise Refusal(
            "not_confirmed",
            N_("承诺 %(number)s 还没有校核确认，不能分解。"),
            remedy=N_("请先在校核页确认这条承诺。"),
            params={"number": number},
        )
    form = {
        "task_title": values.get("title") or case.title,
        "lead": values["lead"],
        "assist": values.get("assist") or [],
    }
    action = "decompose" if case.state == "confirmed" else "add_task"
    moved = act(number, action, actor, form, now=now, key=key())
    rest = {n: v for n, v in values.items() if n not in WITH_TASK}
    if rest:
        task = moved.children.filter(matter="plan.task").latest("pk")
        act(task.number, "edit", actor, edit_of(task, rest), now=now, key=key())


def edit_of(task: Case, values: dict[str, Json]) -> dict[str, Json]:
    """The form of the action `edit`: quarters become milestones, everything else is itself."""
    quarters = {n for q in QUARTERS for n in (q, f"{q}_value")}
    given = {n: v for n, v in values.items() if n not in quarters}
    if quarters & values.keys():
        given["milestones"] = _milestones({**raw_of(task), **values})
    return given


def _milestones(raw: dict[str, Json]) -> list[Json]:
    rows: list[Json] = []
    for quarter in QUARTERS:
        text, value = raw.get(quarter), raw.get(f"{quarter}_value")
        if text or value:
            rows.append({"quarter": quarter, "text": text, "value": value})
    return rows


def rows_to_take(changes: Sequence[RowChange]) -> int:
    """How many rows would be taken without choosing any conflict."""
    return sum(1 for change in changes if not change.refusal and wanted(change, ()))
