"""The route of the telephone system (来电弹屏): a call rings at an operator's seat. Keeps no case."""

from django.http import HttpResponse
from ninja import Router

from bihuan.api.answers import answer
from bihuan.api.clock import now
from bihuan.api.openapi import rings
from bihuan.api.reading import Called, read_form
from bihuan.hotline.ringing import ring

router = Router(tags=["热线 hotline"])


@router.post("/ring", response={200: None}, summary="来电 A call rings", openapi_extra=rings())
def a_call_rings(request: Called) -> HttpResponse:
    """The call of `number` rings at `seat` (the key's own post where none is named); the same `call` again is the same ring."""
    form = read_form(request)
    told = {name: str(form.get(name) or "") for name in ("number", "call", "seat")}
    rung = ring(**told, actor=request.auth.acting, now=now())
    return answer({"call": rung.call, "seat": rung.post, "at": rung.at.isoformat()})
