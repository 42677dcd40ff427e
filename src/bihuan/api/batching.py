"""The route that opens many cases at once (批量登记): all of them, or none and every bad row named."""

from django.http import HttpResponse
from ninja import Router

from bihuan.api.answers import answer
from bihuan.api.clock import now
from bihuan.api.openapi import writes_rows
from bihuan.api.opening import open_batch
from bihuan.api.reading import Called, idempotency_key, read_rows
from bihuan.api.refused import NoSuchMatter
from bihuan.kernel.cases.city import city

OPENING = 1  # a case begins with its first event
router = Router(tags=["批量 batch"])


@router.post(
    "/{matter_key:matter}",
    response={201: None},
    summary="批量登记 Open many cases",
    openapi_extra=writes_rows("已全部登记"),
)
def open_many(request: Called, matter: str) -> HttpResponse:
    """Open a case for each row, in order; nothing is written when one row does not fit."""
    if matter not in city().matters:
        raise NoSuchMatter(matter)
    caller = request.auth
    key = idempotency_key(request, caller)
    cases = open_batch(matter, read_rows(request), caller.acting, now=now(), key=key)
    opened = [{"number": case.number, "seq": OPENING} for case in cases]
    headers = {"Idempotent-Replay": "true"} if any(case.is_repeated for case in cases) else {}
    return answer({"matter": matter, "count": len(opened), "cases": opened}, 201, headers)
