"""Answers as JSON: what an event led to, a case, its history. Reads models; decides nothing."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.http import HttpResponse

from bihuan.kernel.cases.models import Case, CaseClock
from bihuan.kernel.cases.queries import Offer
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.privacy.store import shown

Body = Mapping[str, object]


def answer(
    body: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """A JSON answer that no cache keeps."""
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()
    response = HttpResponse(content, status=status, content_type="application/json")
    response.headers["Content-Length"] = str(len(content))
    response.headers["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def _plain(value: object) -> str:
    assert isinstance(value, Decimal), value
    return str(value)


def acknowledged(event: Event) -> Body:
    """What a call led to: the event that is now on disk, without reading it back."""
    return {
        "number": event.stream,
        "matter": event.matter,
        "seq": event.seq,
        "state": event.content["to"],
        "at": event.at.isoformat(),
        "hash": event.hash,
    }


def whole_case(case: Case, clocks: Iterable[CaseClock], offers: Iterable[Offer]) -> Body:
    """A case as it stands, its open clocks, and what the caller may do with it now."""
    return {
        "number": case.number,
        "matter": case.matter,
        "seq": case.seq,
        "state": case.state,
        "at": case.moved_at.isoformat(),
        "hash": case.head,
        "version": case.version,
        "title": case.title,
        "owner": case.owner_id,
        "parent": case.parent.number if case.parent else None,
        "root": case.root.number if case.root else None,
        "end": case.end,
        "opened_at": case.opened_at.isoformat(),
        "ended_at": case.ended_at.isoformat() if case.ended_at else None,
        "next_due_at": case.next_due_at.isoformat() if case.next_due_at else None,
        "data": shown(case.number, case.data),
        "clocks": [_clock(clock) for clock in clocks],
        "actions": [{"name": o.name, "label": o.action.label} for o in offers],
    }


def _clock(clock: CaseClock) -> Body:
    return {
        "key": clock.key,
        "run": clock.run,
        "status": clock.status,
        "started_at": clock.started_at.isoformat(),
        "due_at": clock.due_at.isoformat() if clock.due_at else None,
    }


def one_event(event: Event) -> Body:
    """One event with all that its hash covers."""
    return {
        "seq": event.seq,
        "at": event.at.isoformat(),
        "action": event.action,
        "person": event.person,
        "person_name": event.person_name,
        "post": event.post,
        "unit": event.unit,
        "matter": event.matter,
        "version": event.version,
        "definition": event.definition,
        "content": event.content,
        "prev": event.prev,
        "hash": event.hash,
    }


def what_changed(events: Iterable[Event]) -> list[Body]:
    """What happened since the caller last looked, in short."""
    return [
        {
            "seq": event.seq,
            "at": event.at.isoformat(),
            "action": event.action,
            "person_name": event.person_name,
            "fields": sorted(event.content.get("edits", {})),
        }
        for event in events
    ]
