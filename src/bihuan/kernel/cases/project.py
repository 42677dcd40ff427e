"""Projections of a case's events: its row, parties, clocks, evidence, notices. Only the engine and replay call this."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from bihuan.kernel.cases.city import city, work_calendar
from bihuan.kernel.cases.desks import desks_of
from bihuan.kernel.cases.models import Case, CaseClock, CaseDesk, CaseParty, Evidence, Notice
from bihuan.kernel.cases.permissions import party_codes
from bihuan.kernel.cases.tokens import tokens_of
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.clocks import ClockState, derive_clocks, next_due
from bihuan.kernel.matters.definition import Action, Matter
from bihuan.kernel.matters.facts import Moved
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.matters.personal import QUIET


def project_row(case: Case, matter: Matter, event: Event, data: dict[str, Json]) -> None:
    """Set the case's columns to what they are after the event (without saving)."""
    case.seq, case.head, case.moved_at = event.seq, event.hash, event.at
    if event.action in QUIET:
        return
    state = matter.states[str(event.content["to"])]
    case.data = data
    case.title = str(data[matter.title])[:300]
    case.state = str(event.content["to"])
    case.return_to = str(event.content["return_to"])
    case.owner_id = next(iter(party_codes(data, state.owner)), None) if not state.end else None
    case.end = state.end
    case.ended_at = event.at if state.end else None


def project_times(case: Case, matter: Matter, moves: Sequence[Moved], now: datetime) -> None:
    """Derive all clocks anew, write the runs and desks that changed, and save the case with its next due instant."""
    _project_clocks(case, matter, moves, now)
    case.save()
    _project_desks(case, matter)
    _project_search(case, matter)


def search_texts(matter: Matter, case: Case) -> list[str]:
    """What the search reads of a case: number, title, and the fields that its matter names."""
    named = (case.data.get(name) for name in matter.search)
    return [case.number, case.title, *(text for text in named if isinstance(text, str))]


def _project_search(case: Case, matter: Matter) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_case SET search = array_to_tsvector(%s::text[]) WHERE id = %s",
            [tokens_of(search_texts(matter, case)), case.pk],
        )


def _project_desks(case: Case, matter: Matter) -> None:
    desks = desks_of(matter, case.state, case.data)
    case.desks.exclude(unit__in=desks).delete()
    CaseDesk.objects.bulk_create(
        [
            CaseDesk(case=case, unit=unit, waits=list(roles), due_at=case.next_due_at)
            for unit, roles in desks.items()
        ],
        update_conflicts=True,
        unique_fields=["case", "unit"],
        update_fields=["waits", "due_at"],
    )


def _project_clocks(case: Case, matter: Matter, moves: Sequence[Moved], now: datetime) -> None:
    states = derive_clocks(matter, moves, work_calendar(), city().parameters, now)
    known = {(row.key, row.run): row for row in case.clocks.all()}
    fresh: list[CaseClock] = []
    changed: list[CaseClock] = []
    for state in states:
        row = known.pop((state.key, state.run), None)
        if row is None:
            fresh.append(CaseClock(case=case, key=state.key, run=state.run, **clock_columns(state)))
        elif clock_columns(state) != {name: getattr(row, name) for name in CLOCK_COLUMNS}:
            for name, value in clock_columns(state).items():
                setattr(row, name, value)
            changed.append(row)
    if known:
        CaseClock.objects.filter(pk__in=[row.pk for row in known.values()]).delete()
    CaseClock.objects.bulk_create(fresh)
    for row in changed:
        row.save(update_fields=CLOCK_COLUMNS)
    case.next_due_at = next_due(states)


CLOCK_COLUMNS = ("started_at", "due_at", "status", "stopped_at", "is_open")


def clock_columns(state: ClockState) -> dict[str, object]:
    """The stored columns of one derived run."""
    return {name: getattr(state, name) for name in CLOCK_COLUMNS}


def project_parties(case: Case, matter: Matter) -> None:
    """Write the units that take part, from the unit fields."""
    wanted = {(name, code) for name in matter.unit_fields for code in party_codes(case.data, name)}
    held = {(row.field, row.unit_id): row.pk for row in case.parties.all()}
    gone = [pk for pair, pk in held.items() if pair not in wanted]
    if gone:
        CaseParty.objects.filter(pk__in=gone).delete()
    CaseParty.objects.bulk_create(
        CaseParty(case=case, field=name, unit_id=code) for name, code in sorted(wanted - set(held))
    )


def record_evidence(case: Case, event: Event, files: Mapping[str, Json]) -> None:
    """One row for each file that the event brought."""
    Evidence.objects.bulk_create(
        Evidence(case=case, seq=event.seq, at=event.at, field=field, **_file_columns(file))
        for field, stored in files.items()
        for file in (stored if isinstance(stored, list) else [])
        if isinstance(file, dict)
    )


def _file_columns(file: Mapping[str, Json]) -> dict[str, Any]:
    return {name: file[name] for name in ("sha256", "name", "type", "size")}


def write_notices(case: Case, event: Event, action: Action) -> None:
    """Put into the outbox what the action's `notifies` says, in the same transaction."""
    units = {code for field in action.notifies for code in party_codes(case.data, field)}
    Notice.objects.bulk_create(
        Notice(case=case, seq=event.seq, unit_id=code, action=event.action, at=event.at)
        for code in sorted(units - {event.unit})
    )
