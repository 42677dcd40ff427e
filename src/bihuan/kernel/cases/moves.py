"""What a move does inside the door's transaction: decide, append, project, hand on. Called by `engine` alone.

A move: permission → form → guards → append the event → project → open what it opens → join what has come together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from bihuan.kernel.cases import project
from bihuan.kernel.cases.city import algorithm, city, matter_at, matter_now
from bihuan.kernel.cases.evidence import Upload, file_fields, store_all
from bihuan.kernel.cases.form import check_references, read_form, read_opening, require_filled
from bihuan.kernel.cases.history import children_of, events_of, fold
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.numbers import next_number
from bihuan.kernel.cases.permissions import all_parties, require_may_act
from bihuan.kernel.errors import NoSuchCase, Refusal
from bihuan.kernel.ledger.append import Link, append
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.definition import BACK, SAME, Action, Matter
from bihuan.kernel.matters.facts import Facts, ask_guards
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.matters.handoffs import Gather, Handoff
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR, Acting
from bihuan.kernel.orgs.queries import unit_paths
from bihuan.kernel.privacy.sealing import seal_values
from bihuan.kernel.privacy.store import changed, opened, save_rows

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


def lock(number: str) -> Case:
    """The case, locked until the transaction ends; raises NoSuchCase."""
    locked = Case.objects.select_for_update(of=("self",), no_key=True)
    case = locked.filter(number=number).first()
    if case is None:
        raise NoSuchCase(number)
    return case


def open_one(
    matter_key: str,
    data: Mapping[str, object],
    actor: Acting,
    *,
    now: datetime,
    parent: Case | None,
    files: Mapping[str, Sequence[Upload]] = NO_FILES,
) -> Case:
    """Open a case; whether the actor may was asked before."""
    matter, definition = matter_now(matter_key)
    values = read_opening(matter, data, actor) | store_all(matter.fields, files)
    require_filled(matter, values, tuple(n for n, f in matter.fields.items() if f.required))
    check_references(matter.fields, values)
    case = Case(number=next_number(matter.prefix, now), matter=matter.key, version=matter.version)
    case.opened_at = now
    case.parent = parent
    case.root = (parent.root or parent) if parent else None
    values, personal = seal_values(matter.fields, values, case.number, now=now)
    content = content_of("", matter.initial, "", values, {})
    content["parent"] = parent.number if parent else ""
    event = append(
        case.number, Link(), at=now, action="open", actor=actor, content=content,
        algorithm=algorithm(), matter=(matter.key, matter.version, definition),
    )  # fmt: skip
    project.project_row(case, matter, event, values)
    case.save(force_insert=True)
    save_rows(personal)
    project.record_evidence(case, event, {n: values[n] for n in files if n in values})
    project.project_parties(case, matter)
    project.project_times(case, matter, fold([event]), now)
    return case


def take(case: Case, matter: Matter, call: Call) -> None:
    """Take an action on a locked case; raises a Refusal and leaves nothing written where the rules say no."""
    paths = unit_paths(all_parties(matter, case.data))
    require_may_act(matter, call.action, call.actor, case.data, paths)
    edits, given = read_form(
        matter, call.action, call.given, store_all(file_fields(matter, call.action), call.files)
    )
    edits = changed(matter.fields, edits, case.data)
    data: dict[str, Json] = {**case.data, **edits}
    edits |= {to: data.get(source, given.get(source)) for to, source in call.action.sets.items()}
    edits |= {into: gathered(case, gather) for into, gather in call.action.gathers.items()}
    edits, personal = seal_values(matter.fields, edits, case.number, now=call.now)
    given, more = seal_values(call.action.form, given, case.number, now=call.now)
    data |= edits
    check_references(matter.fields, edits)
    check_references(call.action.form, given)
    kept = tuple(n for n in edits if matter.fields[n].required)
    require_filled(matter, data, (*kept, *matter.expand(call.action.requires)))
    past = events_of(case)
    if call.action.guard or call.action.extends:
        ask_guards(call.action, _facts(case, matter, call, data, given, past))
    event = _append(case, matter, call, edits, given)
    project.project_row(case, matter, event, data)
    save_rows([*personal, *more])
    files = {n: v for n, v in {**edits, **given}.items() if n in file_fields(matter, call.action)}
    project.record_evidence(case, event, files)
    project.write_notices(case, event, call.action)
    if not edits.keys().isdisjoint(matter.unit_fields):
        project.project_parties(case, matter)
    project.project_times(case, matter, fold([*past, event]), call.now)
    _hand_on(case, matter, call, given)


def content_of(
    source: str, to: str, return_to: str, edits: dict[str, Json], given: dict[str, Json]
) -> dict[str, Json]:
    """The content of an event, as it is hashed."""
    return {"from": source, "to": to, "return_to": return_to, "edits": edits, "given": given}


def gathered(case: Case, gather: Gather) -> Json:
    """One row for each case of the matter that this case opened and that ended well, in the order of opening."""
    parts = case.children.filter(matter=gather.matter, end="success").order_by("id")
    return [
        {column: part.data.get(field) for column, field in gather.copy_fields.items()}
        for part in parts
    ]


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
        content=content_of(case.state, to, return_to, edits, given),
        algorithm=algorithm(),
        matter=(matter.key, matter.version, matter_at(matter.key, matter.version)[1]),
    )


def _hand_on(case: Case, matter: Matter, call: Call, given: dict[str, Json]) -> None:
    """Open what the action opens; then join here, and on the parent, what has come together."""
    for handoff in call.action.opens:
        for data in _openings(case, call.action, handoff, given):
            open_one(handoff.matter, data, call.actor, now=call.now, parent=case)
    _join(case, matter, call.now)
    if case.parent and (call.action.then or case.end):
        _try_on(case.parent.number, call, case)


def _openings(
    case: Case, action: Action, handoff: Handoff, given: dict[str, Json]
) -> Iterator[dict[str, Json]]:
    """The data of each case that a handoff opens; a unit that has an open one already gets no second."""
    source: dict[str, Json] = {**case.data, **given}
    items = source.get(handoff.for_each) if handoff.for_each else [None]
    for item in items if isinstance(items, list) else []:
        row = item if isinstance(item, dict) else {}
        data = opened({to: {**source, **row}.get(f) for to, f in handoff.copy_fields.items()})
        if handoff.item:
            data[handoff.item] = item
            same = {"matter": handoff.matter, "end": "", f"data__{handoff.item}": item}
            if case.children.filter(**same).exists():
                continue
        yield data


def _try_on(number: str, call: Call, child: Case) -> None:
    """On the parent: the action that the child's action names, then the joins that its end may complete."""
    parent = lock(number)
    matter, _ = matter_at(parent.matter, parent.version)
    now = max(call.now, parent.moved_at)
    if call.action.then:
        _take_by_system(parent, matter, call.action.then, now)
    if child.end:
        _join(parent, matter, now)


def _join(case: Case, matter: Matter, now: datetime) -> None:
    """Take the joining action (汇合) once every case that it waits for has ended."""
    for name, matters in matter.joins.items():
        if case.state in matter.actions[name].sources and not case.end:
            waiting = case.children.filter(matter__in=matters, end="")
            if not waiting.exists():
                _take_by_system(case, matter, name, now)


def _take_by_system(case: Case, matter: Matter, name: str, now: datetime) -> None:
    """Try an action of the product itself; where its rule does not hold yet, it is tried when the next case moves."""
    action = matter.actions.get(name)
    if action is None or case.state not in action.sources:
        return
    before = _kept(case)
    try:
        with transaction.atomic():
            take(case, matter, Call(name, action, SYSTEM_ACTOR, {}, NO_FILES, now))
    except Refusal:
        case.__dict__.update(before)


def _kept(case: Case) -> dict[str, object]:
    """The columns of a case in memory, to put back when a move is refused half way."""
    return dict(case.__dict__)


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
