"""The routes of cases (办件): open, act, read one, read its history. Rules and writes are the engine's."""

from django.http import HttpResponse
from ninja import Query, Router

from bihuan.api.answers import (
    acknowledged,
    answer,
    one_event,
    what_changed,
    whole_case,
)
from bihuan.api.clock import now
from bihuan.api.openapi import reads, writes
from bihuan.api.problems import refused
from bihuan.api.reading import Called, expected, idempotency_key, read_form
from bihuan.api.refused import NoSuchMatter
from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.intakes import take_in
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import offers, see
from bihuan.kernel.errors import Stale
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.orgs.acting import Acting

router = Router(tags=["办件 cases"])
PAGE = 200


@router.post(
    "/{matter_key:name}",
    response={201: None},
    summary="登记 Open a case",
    openapi_extra=writes(201, "已登记"),
)
def open_one(request: Called, name: str) -> HttpResponse:
    """Open a case of the current version of the matter `name`."""
    if name not in city().matters:
        raise NoSuchMatter(name)
    caller = request.auth
    key = idempotency_key(request, caller)
    case = take_in(name, read_form(request), caller.acting, now=now(), key=key)
    return _done(case, 201)


@router.post(
    "/{case_number:number}/actions/{action}",
    summary="办理 Take an action",
    openapi_extra=writes(200, "已办理", matching=True),
)
def act_on(request: Called, number: str, action: str) -> HttpResponse:
    """Take an action on a case in the post that the key is bound to."""
    caller = request.auth
    key, expect = idempotency_key(request, caller), expected(request)
    form = read_form(request)
    if not _sees_all(caller.acting):
        see(number, [caller.acting])
    try:
        case = act(number, action, caller.acting, form, now=now(), key=key, expect=expect)
    except Stale as stale:
        newer = Event.objects.filter(stream=number, seq__gt=expect).order_by("seq")[:PAGE]
        return refused(request, stale, changed=what_changed(newer))
    return _done(case, 200)


@router.get("/{case_number:name}", summary="查看 Read a case", openapi_extra=reads("办件"))
def read_one(request: Called, name: str) -> HttpResponse:
    """The case with the number `name` as it stands, if the key's post may see it."""
    case = see(name, [request.auth.acting])
    clocks = case.clocks.filter(is_open=True).order_by("key", "run")
    body = whole_case(case, clocks, offers(case, [request.auth.acting]))
    return answer(body, headers={"ETag": f'"{case.seq}"'})


@router.get(
    "/{case_number:number}/events", summary="历程 Read its events", openapi_extra=reads("事件")
)
def read_events(
    request: Called,
    number: str,
    after: int = Query(0, ge=0, le=10**9),  # type: ignore[type-arg]
    limit: int = Query(PAGE, ge=1, le=PAGE),  # type: ignore[type-arg]
) -> HttpResponse:
    """The events of a case in order, from the one after `after`; `next` is where to go on, or null."""
    case = see(number, [request.auth.acting])
    events = Event.objects.filter(stream=case.number, seq__gt=after).order_by("seq")[:limit]
    found = [one_event(event) for event in events]
    more = bool(found) and found[-1]["seq"] != case.seq
    body = {"number": case.number, "events": found, "next": found[-1]["seq"] if more else None}
    return answer(body)


def _done(case: Case, status: int) -> HttpResponse:
    """The acknowledgement: the call's event, or the first answer's event where the key came again."""
    event = case.answer
    assert event is not None
    headers = {"ETag": f'"{event.seq}"', "Location": f"/api/v1/cases/{event.stream}"}
    if case.is_repeated:
        headers["Idempotent-Replay"] = "true"
    return answer(acknowledged(event), status, headers)


def _sees_all(acting: Acting) -> bool:
    """True where the post sees the whole city, so that nothing need be asked before acting."""
    roles = city().roles
    return any(role in roles and roles[role].sees == "city" for role in acting.roles)
