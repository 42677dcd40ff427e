"""The one door (唯一入口): opens cases, acts on them, and lets time pass. Nothing else writes cases or events.

`act`, in one transaction: lock → find the action in the definition → permission → form → guards →
append the event → project → hand on. The current instant is an argument.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from bihuan.kernel.cases import project
from bihuan.kernel.cases.city import algorithm, city, matter_at, matter_now, work_calendar
from bihuan.kernel.cases.evidence import Upload, file_fields, store_all
from bihuan.kernel.cases.form import check_references, read_form, read_opening, require_filled
from bihuan.kernel.cases.history import children_of, events_of, fold
from bihuan.kernel.cases.models import Case, CaseClock
from bihuan.kernel.cases.numbers import next_number
from bihuan.kernel.cases.permissions import all_parties, is_granted, require_may_act
from bihuan.kernel.cases.receipts import first_answer, keep_answer
from bihuan.kernel.errors import (
    N_,
    NoSuchCase,
    NotAllowed,
    NotNow,
    Refusal,
    Stale,
)
from bihuan.kernel.ledger.append import Link, append
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.clocks import missed_actions
from bihuan.kernel.matters.definition import BACK, SAME, Action, Matter
from bihuan.kernel.matters.facts import Facts, Moved, ask_guards
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR, Acting
from bihuan.kernel.orgs.queries import unit_paths

NO_FILES: Mapping[str, Sequence[Upload]] = {}


@dataclass(frozen=True)
class Call:
    """One call of the door: which action, by whom, with what, when."""

    name: str
    action: Action
    actor: Acting
    given: Mapping[str, object]
    files: Mapping[str, Sequence[Upload]]
    now: datetime


@transaction.atomic
def open_case(
    matter_key: str,
    data: Mapping[str, object],
    actor: Acting,
    *,
    now: datetime,
    parent: Case | None = None,
    files: Mapping[str, Sequence[Upload]] = NO_FILES,
    key: str = "",
) -> Case:
    """Open a case of the matter's current version; raises a Refusal and writes nothing where the rules say no.

    With an idempotency `key`, the same key again returns the case first opened.
    """
    if case := first_answer(key, matter_key, data):
        return case
    matter, definition = matter_now(matter_key)
    _require_may_open(matter, actor, parent)
    values = read_opening(matter, data, actor) | store_all(matter.fields, files)
    require_filled(matter, values, tuple(n for n, f in matter.fields.items() if f.required))
    check_references(matter.fields, values)
    case = Case(number=next_number(matter.prefix, now), matter=matter.key, version=matter.version)
    case.opened_at = now
    case.parent = parent
    case.root = (parent.root or parent) if parent else None
    content = _content("", matter.initial, "", values, {})
    content["parent"] = parent.number if parent else ""
    event = append(
        case.number, Link(), at=now, action="open", actor=actor, content=content,
        algorithm=algorithm(), matter=(matter.key, matter.version, definition),
    )  # fmt: skip
    project.project_row(case, matter, event, values)
    case.save(force_insert=True)
    project.record_evidence(case, event, {n: values[n] for n in files if n in values})
    project.project_parties(case, matter)
    _project_clocks(case, matter, fold([event]), now)
    keep_answer(key, case, matter_key, data)
    return case


@transaction.atomic
def act(
    number: str,
    action: str,
    actor: Acting,
    given: Mapping[str, object],
    *,
    now: datetime,
    files: Mapping[str, Sequence[Upload]] = NO_FILES,
    key: str = "",
    expect: int | None = None,
) -> Case:
    """Take an action on a case; raises a Refusal and writes nothing where the rules say no.

    `expect` is the sequence number that the page was made from; `key` is an idempotency key.
    """
    case = _lock(number)
    if answered := first_answer(key, f"{number}/{action}", given):
        return answered
    if expect is not None and expect != case.seq:
        raise Stale(
            "stale",
            N_("此件刚刚有了新进展（第 %(seq)s 号事件），您看到的页面已过时。"),
            remedy=N_("您填写的内容仍保留，请核对新进展后再提交。"),
            params={"seq": case.seq},
        )
    matter, _ = matter_at(case.matter, case.version)
    call = Call(action, _find(matter, case, action), actor, given, files, max(now, case.moved_at))
    _take(case, matter, call)
    keep_answer(key, case, f"{number}/{action}", given)
    return case


@transaction.atomic
def sweep_case(number: str, *, now: datetime) -> Case:
    """Let time pass for one case: re-derive its clocks and take what missing them demands."""
    case = _lock(number)
    matter, _ = matter_at(case.matter, case.version)
    moves = fold(events_of(case))
    for name in missed_actions(matter, moves, work_calendar(), city().parameters, now):
        if case.state in matter.actions[name].sources:
            _take(case, matter, Call(name, matter.actions[name], SYSTEM_ACTOR, {}, NO_FILES, now))
    project.project_clocks(case, matter, fold(events_of(case)), now)
    case.save(update_fields=["next_due_at"])
    return case


def sweep(*, now: datetime) -> int:
    """Let time pass for every case with a clock that has run out; each in its own transaction. Returns how many."""
    due = CaseClock.objects.filter(is_open=True, status="running", due_at__lt=now)
    numbers = list(due.order_by("case_id").values_list("case__number", flat=True).distinct())
    for number in numbers:
        sweep_case(number, now=now)
    return len(numbers)


def _take(case: Case, matter: Matter, call: Call) -> None:
    paths = unit_paths(all_parties(matter, case.data))
    require_may_act(matter, call.action, call.actor, case.data, paths)
    edits, given = read_form(
        matter, call.action, call.given, store_all(file_fields(matter, call.action), call.files)
    )
    data: dict[str, Json] = {**case.data, **edits}
    edits |= {to: data.get(source, given.get(source)) for to, source in call.action.sets.items()}
    data |= edits
    check_references(matter.fields, edits)
    check_references(call.action.form, given)
    kept = tuple(n for n in edits if matter.fields[n].required)
    require_filled(matter, data, (*kept, *matter.expand(call.action.requires)))
    past = events_of(case)
    if call.action.guard:
        ask_guards(call.action, _facts(case, matter, call, data, given, past))
    event = _append(case, matter, call, edits, given)
    project.project_row(case, matter, event, data)
    files = {
        name: value
        for name, value in {**edits, **given}.items()
        if name in file_fields(matter, call.action)
    }
    project.record_evidence(case, event, files)
    project.write_notices(case, event, call.action)
    if not edits.keys().isdisjoint(matter.unit_fields):
        project.project_parties(case, matter)
    _project_clocks(case, matter, fold([*past, event]), call.now)
    _hand_on(case, matter, call, given)


def _append(
    case: Case, matter: Matter, call: Call, edits: dict[str, Json], given: dict[str, Json]
) -> Event:
    to = {SAME: case.state, BACK: case.return_to}.get(call.action.to, call.action.to)
    stays = call.action.to == SAME
    return_to = case.state if call.action.remember else (case.return_to if stays else "")
    return append(
        case.number,
        Link(case.seq, case.head),
        at=call.now,
        action=call.name,
        actor=call.actor,
        content=_content(case.state, to, return_to, edits, given),
        algorithm=algorithm(),
        matter=(matter.key, matter.version, matter_at(matter.key, matter.version)[1]),
    )


def _content(
    source: str, to: str, return_to: str, edits: dict[str, Json], given: dict[str, Json]
) -> dict[str, Json]:
    return {"from": source, "to": to, "return_to": return_to, "edits": edits, "given": given}


def _project_clocks(case: Case, matter: Matter, moves: Sequence[Moved], now: datetime) -> None:
    project.project_clocks(case, matter, moves, now)
    case.save()


def _hand_on(case: Case, matter: Matter, call: Call, given: dict[str, Json]) -> None:
    """Open the cases that the action opens, and try what it asks of the parent."""
    handoff = call.action.opens
    if handoff:
        source: dict[str, Json] = {**case.data, **given}
        items = source.get(handoff.for_each) if handoff.for_each else [None]
        for item in items if isinstance(items, list) else []:
            row = item if isinstance(item, dict) else {}
            data = {to: {**source, **row}.get(field) for to, field in handoff.copy_fields.items()}
            if handoff.item:
                data[handoff.item] = item
                if case.children.filter(
                    matter=handoff.matter, end="", data__contains={handoff.item: item}
                ).exists():
                    continue
            open_case(handoff.matter, data, call.actor, now=call.now, parent=case)
    if call.action.then and case.parent:
        _try_on(case.parent.number, call)


def _try_on(number: str, call: Call) -> None:
    parent = _lock(number)
    matter, _ = matter_at(parent.matter, parent.version)
    action = matter.actions.get(call.action.then)
    if action is None or parent.state not in action.sources:
        return
    try:
        with transaction.atomic():
            _take(
                parent,
                matter,
                Call(
                    call.action.then,
                    action,
                    SYSTEM_ACTOR,
                    {},
                    NO_FILES,
                    max(call.now, parent.moved_at),
                ),
            )
    except Refusal:
        return  # the parent's rule does not hold yet; it is tried again when the next child moves


def _lock(number: str) -> Case:
    case = Case.objects.select_for_update(of=("self",)).filter(number=number).first()
    if case is None:
        raise NoSuchCase(number)
    return case


def _find(matter: Matter, case: Case, name: str) -> Action:
    action = matter.actions.get(name)
    if action is None or case.state not in action.sources:
        label = action.label if action else name
        raise NotNow(
            "not_now",
            N_("现在不能“%(action)s”：此件处于“%(state)s”环节。"),
            remedy=N_("请刷新页面，查看当前可办理的动作。"),
            params={"action": label, "state": matter.states[case.state].label},
        )
    return action


def _require_may_open(matter: Matter, actor: Acting, parent: Case | None) -> None:
    """Who opens by hand needs the role; what an action opens is covered by that action's own permission."""
    if parent is not None or actor.is_system:
        return
    if not any(is_granted(grant, actor, {}, {}) for grant in matter.opened_by):
        raise NotAllowed(
            "open",
            N_("您当前的岗位（%(post)s）不能登记“%(matter)s”。"),
            params={"post": actor.post_name or actor.name, "matter": matter.label},
        )


def _facts(
    case: Case,
    matter: Matter,
    call: Call,
    data: dict[str, Json],
    given: dict[str, Json],
    past: Sequence[Event],
) -> Facts:
    return Facts(
        matter=matter, state=case.state, data=data, given=given, history=fold(past),
        children=children_of(case), parameters=city().parameters, now=call.now,
    )  # fmt: skip
