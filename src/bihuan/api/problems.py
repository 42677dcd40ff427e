"""Refusals as problem documents (RFC 9457), in the caller's language. Catches nothing itself; urls.py registers it."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request, gettext, override

from bihuan.api.answers import answer
from bihuan.api.refused import ApiRefusal, TooMany
from bihuan.hotline.limits import TooOften
from bihuan.kernel.errors import (
    N_,
    FormRefusal,
    NotAllowed,
    NotNow,
    Refusal,
    Stale,
    fill,
)

# Which status says it; the first that fits, so what is narrower stands first.
STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (FormRefusal, 422),
    (NotAllowed, 403),
    (Stale, 412),
    (NotNow, 409),
    (TooOften, 429),
    (Refusal, 409),
)
TITLES = {
    400: N_("请求有误"),
    401: N_("没有有效的密钥"),
    403: N_("无权办理"),
    404: N_("没有找到"),
    405: N_("不支持的方法"),
    409: N_("现在不能办理"),
    412: N_("已有新进展"),
    413: N_("请求过大"),
    422: N_("表单有误"),
    429: N_("请求过多"),
    500: N_("系统出错"),
    503: N_("暂时不可用"),
}
UNKNOWN_KEY = Refusal(
    "unauthorized",
    N_("请求没有带有效的密钥，或密钥已收回，或持有人已不在岗。"),
    remedy=N_("请在请求头写 Authorization: Bearer 密钥；密钥由管理员用 bihuan api-key 生成。"),
)
NOT_FOUND = Refusal(
    "not_found",
    N_("没有这个地址或办件，或您的岗位无权查看。"),
    remedy=N_("请核对编号；地址见 /api/v1/openapi.json。"),
)
WRONG_METHOD = Refusal(
    "method", N_("此地址不支持这种方法。"), remedy=N_("可用的方法见应答头 Allow。")
)
BROKEN = Refusal(
    "internal",
    N_("系统出错，已记入日志。此请求未改动任何数据，或已完整办理。"),
    remedy=N_("请用同一个 Idempotency-Key 重试。"),
)
AWAY = Refusal(
    "unavailable",
    N_("数据库暂时不可用。"),
    remedy=N_("请稍后用同一个 Idempotency-Key 重试。"),
)


def refused(
    request: HttpRequest, refusal: Refusal, status: int = 0, **more: object
) -> HttpResponse:
    """The problem document of a refusal; `more` are further members."""
    status = status or _status(refusal)
    language = get_language_from_request(request)
    params = dict(refusal.params)
    if refusal.code == "key_reused":  # the kernel was given the key in the caller's own form
        params["key"] = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
    with override(language):
        body: dict[str, object] = {
            "type": f"urn:bihuan:problem:{refusal.code}",
            "title": gettext(TITLES[status]),
            "status": status,
            "detail": fill(refusal.message, params, gettext),
            "code": refusal.code,
            "remedy": fill(refusal.remedy, params, gettext),
            "basis": refusal.basis,
        }
        if isinstance(refusal, FormRefusal):
            body["problems"] = [
                {"field": p.path, "message": fill(p.message, dict(p.params), gettext)}
                for p in refusal.problems
            ]
    response = answer(body | more, status, _headers(refusal, status))
    response.headers["Content-Type"] = "application/problem+json"
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    return response


def _status(refusal: Refusal) -> int:
    if isinstance(refusal, ApiRefusal):
        return refusal.status
    return next(status for kind, status in STATUS if isinstance(refusal, kind))


def _headers(refusal: Refusal, status: int) -> Mapping[str, str]:
    if isinstance(refusal, TooMany):
        return {"Retry-After": str(refusal.wait)}
    if isinstance(refusal, TooOften):
        return {"Retry-After": str(int(refusal.wait.total_seconds()) + 1)}
    return {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "1"}}.get(status, {})
