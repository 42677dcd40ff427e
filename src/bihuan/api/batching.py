"""The route that opens many cases at once (批量登记): all of them, or none and every bad row named."""

from django.http import HttpResponse
from ninja import Router

from bihuan.api.answers import answer
from bihuan.api.clock import now
from bihuan.api.openapi import writes_rows
from bihuan.api.reading import Called, idempotency_key, read_rows
from bihuan.api.refused import NoSuchMatter
from bihuan.kernel.cases.batch import open_batch
from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.intakes import require_batchable
from bihuan.kernel.cases.models import BatchReceipt
from bihuan.kernel.errors import FieldProblem, FormRefusal

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
    require_batchable(matter)
    caller = request.auth
    key = idempotency_key(request, caller)
    rows, before = read_rows(request), BatchReceipt.objects.filter(pk=key).exists()
    try:
        numbers = open_batch(matter, rows, caller.acting, now=now(), key=key)
    except FormRefusal as refusal:
        raise FormRefusal(tuple(_in_rows(problem) for problem in refusal.problems)) from None
    opened = [{"number": number, "seq": OPENING} for number in numbers]
    headers = {"Idempotent-Replay": "true"} if before else {}
    return answer({"matter": matter, "count": len(opened), "cases": opened}, 201, headers)


def _in_rows(problem: FieldProblem) -> FieldProblem:
    """The kernel counts rows; here they stand below `rows`."""
    return FieldProblem(f"rows.{problem.path}", problem.message, problem.params)
