"""What a move does inside the door's transaction: decide, append, project, hand on. Called by the doors alone.

A move: permission → form → guards → append the event → project → open what it opens → join what has come together.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from bihuan.kernel.cases import project
from bihuan.kernel.cases.city import algorithm, city, matter_at, matter_now, work_calendar
from bihuan.kernel.cases.desks import desks_of
from bihuan.kernel.cases.evidence import Upload, file_fields, store_all
from bihuan.kernel.cases.form import check_references, read_form, read_opening, require_filled
from bihuan.kernel.cases.heirs import inherited
from bihuan.kernel.cases.history import Past, children_of, moved_by, past_of, still_past
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.numbers import Offer, next_numbers, series_of
from bihuan.kernel.cases.others import require_other_hand
from bihuan.kernel.cases.permissions import all_parties, require_may_act, require_verifier
from bihuan.kernel.cases.project import Projection
from bihuan.kernel.cases.receipts import KeptReceipt
from bihuan.kernel.cases.statement import run
from bihuan.kernel.cases.write import write_move, write_opening, write_times
from bihuan.kernel.errors import NoSuchCase, Refusal
from bihuan.kernel.ledger.append import Link, next_event
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.clocks import derive_clocks, missed_actions, next_due
from bihuan.kernel.matters.definition import BACK, SAME, Action, Matter
from bihuan.kernel.matters.facts import Facts, Moved, ask_guards
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.matters.handoffs import Gather, Handoff
from bihuan.kernel.matters.personal import is_private
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR, Acting
from bihuan.kernel.orgs.directory import Directory, directory
from bihuan.kernel.privacy.sealing import seal_values
from bihuan.kernel.privacy.store import changed, opened

NO_FILES: Mapping[str, Sequence[Upload]] = {}
COLUMNS = tuple(field.attname for field in Case._meta.concrete_fields)
LOCK = (
    "SELECT (SELECT version FROM orgs_directory), "
    + ", ".join(f'c."{name}"' for name in COLUMNS)
    + " FROM cases_case c WHERE c.number = %s FOR NO KEY UPDATE"
)
READY = (
    "SELECT (SELECT version FROM orgs_directory), (SELECT last FROM cases_counter WHERE series = %s), "
    "r.asked, r.case_id, r.seq FROM (SELECT) one LEFT JOIN cases_receipt r ON r.key = %s"
)


@dataclass(frozen=True)
class Ready:
    """What is read before a case is opened: the units as they are, the next number, what the key was used for."""

    units: Directory
    offer: Offer
    receipt: KeptReceipt | None


@dataclass(frozen=True)
class Call:
    """One call of the door: which action, by whom, with what, when; `receipt` is the idempotency key to keep."""

    name: str
    action: Action
    actor: Acting
    given: Mapping[str, object]
    files: Mapping[str, Sequence[Upload]]
    now: datetime
    receipt: tuple[str, str] | None = None


def lock(number: str) -> tuple[Case, Directory]:
    """The case, locked until the transaction ends, and the units as they are; raises NoSuchCase."""
    rows = run(LOCK, [number])
    if not rows:
        raise NoSuchCase(number)
    version, *values = rows[0]
    case = Case.from_db("default", COLUMNS, values)
    if isinstance(case.data, str):
        case.data = json.loads(case.data)
    return case, directory(version)


def ready_to_open(matter: Matter, now: datetime, key: str = "") -> Ready:
    """One read before an opening."""
    series = series_of(matter.prefix, now)
    [(version, last, asked, case_id, seq)] = run(READY, [series, key])
    receipt = (asked, case_id, seq) if asked is not None else None
    return Ready(directory(version), Offer(series, last), receipt)


def open_one(
    matter: Matter,
    data: Mapping[str, object],
    actor: Acting,
    ready: Ready,
    *,
    now: datetime,
    parent: Case | None,
    files: Mapping[str, Sequence[Upload]] = NO_FILES,
    receipt: tuple[str, str] | None = None,
) -> Case:
    """Open a case, in one statement; whether the actor may was asked before."""
    values = read_opening(matter, data, actor) | store_all(matter.fields, files)
    require_openable(matter, values, ready.units)
    case, rows = new_case(matter, values, parent, now)
    rows.files = project.files_in(values, files)
    rows.receipt = receipt
    rows.search = project.search_document(matter, case, ready.offer.series)
    if is_private(matter):  # what is sealed is bound to the number
        case.number = next_numbers(matter.prefix, now, 1)[0]
    event = opening_event(case, matter, rows, parent.number if parent else "", actor)
    write_opening(case, event, rows, ready.offer)
    return case


def require_openable(matter: Matter, values: Mapping[str, Json], units: Directory) -> None:
    """Raise a Refusal where a required field is empty, a code is unknown, or nobody could verify."""
    require_filled(matter, values, tuple(n for n, f in matter.fields.items() if f.required))
    check_references(matter.fields, values, units)
    require_verifier(matter, values, units.paths)


def new_case(
    matter: Matter, values: dict[str, Json], parent: Case | None, now: datetime
) -> tuple[Case, Projection]:
    """A new case, its number still to come, and what is projected from its opening."""
    case = Case(matter=matter.key, version=matter.version, opened_at=now, moved_at=now, data=values)
    case.state, case.title = matter.initial, str(values[matter.title])[:300]
    if parent:
        case.parent_id, case.root_id = parent.pk, parent.root_id or parent.pk
    rows = Projection(parties=project.parties_of(matter, values), tells=matter.tells_opening)
    opened = Moved(1, now, "open", "", matter.initial, values)
    project_times(case, matter, Past([opened], []), now, rows, ())
    return case, rows


def opening_event(
    case: Case, matter: Matter, rows: Projection, parent: str, actor: Acting
) -> Event:
    """The first event of a case that has its number, what is personal sealed; sets the case's columns."""
    values, rows.personal = seal_values(matter.fields, case.data, case.number, now=case.opened_at)
    content = content_of("", matter.initial, "", values, {}) | {"parent": parent}
    event = next_event(
        case.number, Link(), at=case.opened_at, action="open", actor=actor, content=content,
        algorithm=algorithm(), matter=pinned(matter),
    )  # fmt: skip
    project.project_row(case, matter, event, values)
    return event


def take(case: Case, matter: Matter, call: Call, units: Directory, past: Past) -> None:
    """Take an action on a locked case with its past; raises a Refusal and leaves nothing written where the rules say no."""
    if case.end and (heirs := inherited(matter, case.data, units)):
        note(case, matter, "succeed", SYSTEM_ACTOR, now=call.now, edits=heirs)
        past = past_of(case)
    paths = units.paths_of(all_parties(matter, case.data))
    require_may_act(matter, call.action, call.actor, case.data, paths)
    require_other_hand(matter, call.action, call.actor, case.number)
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
    check_references(matter.fields, edits, units)
    check_references(call.action.form, given, units)
    kept = tuple(n for n in edits if matter.fields[n].required)
    require_filled(matter, data, (*kept, *matter.expand(call.action.requires)))
    if not edits.keys().isdisjoint(matter.unit_fields):
        require_verifier(matter, data, units.paths)
    if call.action.guard or call.action.extends:
        ask_guards(call.action, _facts(case, matter, call, data, given, past.moves))
    event = _event(case, matter, call, edits, given)
    rows = Projection(told=project.told_of(call.action, data, event.unit), receipt=call.receipt)
    rows.tells = call.action.tells is not None
    rows.personal = [*personal, *more]
    rows.files = project.files_in({**edits, **given}, file_fields(matter, call.action))
    store(case, matter, event, edits, past, rows)
    _hand_on(case, matter, call, given, units)


def take_owed(
    case: Case, matter: Matter, now: datetime, units: Directory, past: Past | None = None
) -> None:
    """Take what missed clocks demand (逾期后果), until nothing more is owed: one such action can lead to the next.

    Every call that derives the clocks does so, not the sweep alone: a run once stored as missed is not looked for again.
    `past` spares reading it again where no other event has followed.
    """
    if not any(clock.missed for clock in matter.clocks.values()):
        return
    for _ in matter.states:
        moves = still_past(case, past).moves
        owed = missed_actions(matter, moves, work_calendar(), city().parameters, now)
        due = [name for name in owed if case.state in matter.actions[name].sources]
        for name in due:
            action = matter.actions[name]
            if case.state in action.sources:
                call = Call(name, action, SYSTEM_ACTOR, {}, NO_FILES, now)
                take(case, matter, call, units, past_of(case))
        if not due:
            return


def note(
    case: Case,
    matter: Matter,
    action: str,
    actor: Acting,
    *,
    now: datetime,
    edits: dict[str, Json] | None = None,
    given: dict[str, Json] | None = None,
) -> None:
    """Record on a locked case what is no action of its matter: it stays where it is, nobody's form is asked."""
    content = content_of(case.state, case.state, case.return_to, edits or {}, given or {})
    event = next_event(
        case.number, Link(case.seq, case.head), at=max(now, case.moved_at), action=action,
        actor=actor, content=content, algorithm=algorithm(), matter=pinned(matter),
    )  # fmt: skip
    store(case, matter, event, edits or {}, past_of(case), Projection())


def store(
    case: Case,
    matter: Matter,
    event: Event,
    edits: Mapping[str, Json],
    past: Past,
    rows: Projection,
) -> None:
    """Append the event and store what it changes; `past` is what was before it, and it joins the moves."""
    before, title, end = case.data, case.title, case.end
    desks = tuple(desks_of(matter, case.state, before))
    data = {**before, **edits}
    project.project_row(case, matter, event, data)
    fields = edits.keys()
    if not fields.isdisjoint(matter.unit_fields):
        old, new = (project.parties_of(matter, d) for d in (before, data))
        rows.parties = sorted(set(new) - set(old))
        rows.parties_gone = sorted(set(old) - set(new))
    said = (*matter.search, *matter.unit_fields, *matter.filters)
    if (case.title, case.end) != (title, end) or not fields.isdisjoint(said):
        rows.search = project.search_document(matter, case)
    past.moves.append(moved_by(event, data))
    project_times(case, matter, past, event.at, rows, desks)
    write_move(case, event, rows)


def project_times(
    case: Case,
    matter: Matter,
    past: Past,
    now: datetime,
    rows: Projection,
    desks: Sequence[str],
) -> None:
    """Derive all clocks anew; sets the case's next due instant. `desks` are the units on whose desks it lay."""
    states = derive_clocks(matter, past.moves, work_calendar(), city().parameters, now)
    project.project_clocks(rows, states, past.clocks)
    case.next_due_at = next_due(states)
    project.project_desks(rows, matter, case, set(desks))


def pass_time(case: Case, matter: Matter, now: datetime, past: Past | None = None) -> None:
    """Store what the passing of time alone changed; `past` as for `take_owed`, as it was read."""
    rows = Projection()
    desks = tuple(desks_of(matter, case.state, case.data))
    project_times(case, matter, still_past(case, past), now, rows, desks)
    write_times(case, rows)


def content_of(
    source: str, to: str, return_to: str, edits: dict[str, Json], given: dict[str, Json]
) -> dict[str, Json]:
    """The content of an event, as it is hashed."""
    return {"from": source, "to": to, "return_to": return_to, "edits": edits, "given": given}


def pinned(matter: Matter) -> tuple[str, int, str]:
    """What an event says of its matter: key, version, digest of the definition."""
    return matter.key, matter.version, matter_at(matter.key, matter.version)[1]


def gathered(case: Case, gather: Gather) -> Json:
    """One row for each case of the matter that this case opened and that ended well, in the order of opening."""
    parts = case.children.filter(matter=gather.matter, end="success").order_by("id")
    return [
        {column: part.data.get(field) for column, field in gather.copy_fields.items()}
        for part in parts
    ]


def _event(
    case: Case, matter: Matter, call: Call, edits: dict[str, Json], given: dict[str, Json]
) -> Event:
    to = {SAME: case.state, BACK: case.return_to}.get(call.action.to, call.action.to)
    stays = call.action.to == SAME
    return_to = case.state if call.action.remember else (case.return_to if stays else "")
    return next_event(
        case.number,
        Link(case.seq, case.head),
        at=call.now,
        action=call.name,
        actor=call.actor,
        content=content_of(case.state, to, return_to, edits, given),
        algorithm=algorithm(),
        matter=pinned(matter),
    )


def _hand_on(
    case: Case, matter: Matter, call: Call, given: dict[str, Json], units: Directory
) -> None:
    """Open what the action opens; then join here, and on the parent, what has come together."""
    for handoff in call.action.opens:
        opened, _ = matter_now(handoff.matter)
        for data in _openings(case, handoff, given):
            ready = ready_to_open(opened, call.now)
            open_one(opened, data, call.actor, ready, now=call.now, parent=case)
    _join(case, matter, call.now, units)
    if case.parent_id and (call.action.then or case.end):
        _try_on(case.parent_id, call, bool(case.end))


def _openings(case: Case, handoff: Handoff, given: dict[str, Json]) -> Iterator[dict[str, Json]]:
    """The data of each case that a handoff opens; a unit that has an open one already gets no second."""
    source: dict[str, Json] = {**case.data, **given}
    items = source.get(handoff.for_each) if handoff.for_each else [None]
    for item in items if isinstance(items, list) else []:
        row = item if isinstance(item, dict) else {}
        data = opened({to: {**source, **row}.get(f) for to, f in handoff.copy_fields.items()})
        data |= handoff.set_fields
        if handoff.item:
            data[handoff.item] = item
            same = case.children.filter(matter=handoff.matter, end="")
            if same.filter(data__contains={handoff.item: item}).exists():
                continue
        yield data


def _try_on(parent_id: int, call: Call, is_ended: bool) -> None:
    """On the parent: the action that the child's action names, then the joins that its end may complete."""
    [(number,)] = run("SELECT number FROM cases_case WHERE id = %s", [parent_id])
    parent, units = lock(number)
    matter, _ = matter_at(parent.matter, parent.version)
    now = max(call.now, parent.moved_at)
    if call.action.then:
        _take_by_system(parent, matter, call.action.then, now, units)
    if is_ended:
        _join(parent, matter, now, units)
    take_owed(parent, matter, now, units)


def _join(case: Case, matter: Matter, now: datetime, units: Directory) -> None:
    """Take the joining action (汇合) once every case that it waits for has ended."""
    for name, matters in matter.joins.items():
        if case.state in matter.actions[name].sources and not case.end:
            waiting = case.children.filter(matter__in=matters, end="")
            if not waiting.exists():
                _take_by_system(case, matter, name, now, units)


def _take_by_system(case: Case, matter: Matter, name: str, now: datetime, units: Directory) -> None:
    """Try an action of the product itself; where its rule does not hold yet, it is tried when the next case moves."""
    action = matter.actions.get(name)
    if action is None or case.state not in action.sources:
        return
    before = dict(case.__dict__)
    try:
        with transaction.atomic():
            call = Call(name, action, SYSTEM_ACTOR, {}, NO_FILES, now)
            take(case, matter, call, units, past_of(case))
    except Refusal:
        case.__dict__.update(before)


def _facts(
    case: Case,
    matter: Matter,
    call: Call,
    data: dict[str, Json],
    given: dict[str, Json],
    past: Sequence[Moved],
) -> Facts:
    return Facts(
        matter=matter, state=case.state, data=data, given=given, history=tuple(past),
        children=children_of(case), parameters=city().parameters, now=call.now,
    )  # fmt: skip
