"""Open311 GeoReport v2 (/open311/v2/): the demands for other systems, in the standard's own words. Rules are the hotline's."""

import hashlib
import hmac
from collections.abc import Callable
from functools import wraps

import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils.translation import get_language_from_request, gettext, override

from bihuan.api.clock import now
from bihuan.api.keys import Caller, caller_of
from bihuan.api.open311_forms import Item, answered, errors
from bihuan.api.open311_openapi import description
from bihuan.api.open311_read import chosen, read_sent, sent_files, told_of
from bihuan.api.open311_shown import definition, request_of, service_names, services, stamp
from bihuan.api.problems import AWAY, BROKEN
from bihuan.api.rate import spend
from bihuan.api.refused import ApiRefusal, TooMany
from bihuan.hotline.following import follow_code
from bihuan.hotline.intake import MATTER, register
from bihuan.hotline.limits import TooOften
from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_, FormRefusal, NotAllowed, Refusal, fill

View = Callable[..., HttpResponse]
SINCE = "2026-01-01T00:00:00+08:00"  # changeset: when the shape of the answers last changed
STANDARD = "http://wiki.open311.org/GeoReport_v2"
# Our field → the standard's argument.
ARGUMENTS = {
    "content": "description", "lon": "long", "mail": "email", "files": "media",
    "address": "address_string", "name": "first_name",
}  # fmt: skip


class NotThere(ApiRefusal):
    """No such service, request, token or address."""

    status = 404


class NoKey(ApiRefusal):
    """The standard answers 403 where the key is missing or wrong."""

    status = 403


class WrongMethod(ApiRefusal):
    """The address exists, the method does not."""

    status = 405


def standard(*methods: str) -> Callable[[View], View]:
    """A view of the standard: its methods, every refusal in the standard's form, in the caller's language."""

    def around(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, form: str = "json", **named: str) -> HttpResponse:
            with override(get_language_from_request(request)):
                try:
                    if request.method not in methods:
                        raise WrongMethod("method", N_("此地址不支持这种方法。"))
                    _require_here(request.GET.get("jurisdiction_id", ""))
                    return view(request, form, **named)
                except RequestDataTooBig:
                    return errors(form, 413, [gettext("请求过大")])
                except SuspiciousOperation:
                    raise
                except Exception as error:
                    return _refused(form, error)

        return wrapper

    return around


def _require_here(jurisdiction: str) -> None:
    """One city is served: its key or its division's code may be named, another's may not."""
    info = city().info
    if jurisdiction not in ("", info.key, info.region):
        raise NotThere(
            "no_jurisdiction",
            N_("这里不是辖区“%(given)s”；本辖区为 %(key)s（%(region)s）。"),
            params={"given": jurisdiction[:40], "key": info.key, "region": info.region},
        )


def _refused(form: str, error: Exception) -> HttpResponse:
    if isinstance(error, FormRefusal):
        told = [
            f"{ARGUMENTS.get(p.path, p.path)}: {fill(p.message, dict(p.params), gettext)}"
            for p in error.problems
        ]
        return errors(form, 400, told)
    if isinstance(error, OperationalError | InterfaceError):
        structlog.get_logger("bihuan.open311").error("database unavailable", error=str(error))
        error = AWAY
    elif not isinstance(error, Refusal):
        structlog.get_logger("bihuan.open311").exception("unexpected", exc_info=error)
        error = BROKEN
    said = (fill(text, error.params, gettext) for text in (error.message, error.remedy))
    response = errors(form, _status(error), [" ".join(text for text in said if text)])
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.wait)
    return response


def _status(error: Refusal) -> int:
    if isinstance(error, ApiRefusal):
        return error.status
    if error in (AWAY, BROKEN):
        return 503 if error is AWAY else 500
    narrower = ((TooOften, 429), (NotAllowed, 403))
    return next((status for kind, status in narrower if isinstance(error, kind)), 400)


@standard("GET")
def discovery(request: HttpRequest, form: str) -> HttpResponse:
    """Where the endpoints are, and how to get a key."""
    url = request.build_absolute_uri("/open311/v2")
    endpoint: Item = {
        "specification": STANDARD,
        "url": url,
        "changeset": SINCE,
        "type": "production",
        "formats": ["application/json", "text/xml"],
    }
    body: Item = {
        "changeset": SINCE,
        "contact": gettext("热线：12345"),
        "key_service": gettext("密钥由系统管理员用 bihuan api-key 生成，绑定网上受理席。"),
        "endpoints": [endpoint],
    }
    return answered(form, "discovery", body)


@standard("GET")
def service_list(request: HttpRequest, form: str) -> HttpResponse:
    """The services."""
    return answered(form, "services", services())


@standard("GET")
def service_definition(request: HttpRequest, form: str, code: str) -> HttpResponse:
    """What one service asks for."""
    if code not in service_names():
        raise NotThere("no_service", N_("没有服务“%(code)s”。"), params={"code": code[:40]})
    return answered(form, "service_definition", definition(code))


@standard("GET", "POST")
def requests(request: HttpRequest, form: str) -> HttpResponse:
    """A list of demands, or a new one."""
    if request.method == "POST":
        return _send(request, form)
    return answered(form, "service_requests", map(request_of, chosen(request.GET, now())))


@standard("GET")
def one_request(request: HttpRequest, form: str, number: str) -> HttpResponse:
    """One demand, in a list of one as the standard wants it."""
    return answered(form, "service_requests", [request_of(_demand(number))])


@standard("GET")
def token(request: HttpRequest, form: str, token: str) -> HttpResponse:
    """The number for a token (number, dot, code). Requests are numbered at once, so that nobody has to ask."""
    number, _, code = token.partition(".")
    if not hmac.compare_digest(code.encode(), follow_code(number).encode()):
        raise NotThere("no_token", N_("没有这个令牌。登记时已直接给出编号，不必查询令牌。"))
    found: Item = {"service_request_id": _demand(number).number, "token": token}
    return answered(form, "service_requests", [found])


@standard("GET", "POST")
def nowhere(request: HttpRequest, form: str) -> HttpResponse:
    """Every other address."""
    raise NotThere("not_found", N_("没有这个地址。地址见 /open311/v2/discovery.json。"))


def _demand(number: str) -> Case:
    case = Case.objects.filter(matter=MATTER, number=number).first()
    if case is None:
        raise NotThere(
            "no_request", N_("没有编号为“%(number)s”的诉求。"), params={"number": number[:40]}
        )
    return case


def _send(request: HttpRequest, form: str) -> HttpResponse:
    """Register a demand for the holder of a key; it is on disk when the number is given."""
    sent = read_sent(request)
    _require_here(sent.get("jurisdiction_id", ""))
    caller = caller_of(sent.get("api_key", ""), now())
    if caller is None:
        raise NoKey("api_key", N_("api_key 缺失、无效或已收回。"))
    spend(caller.key)
    code = sent.get("service_code", "")
    if code not in service_names():
        raise NotThere("no_service", N_("没有服务“%(code)s”。"), params={"code": code[:40]})
    case = register(
        told_of(sent),
        caller.acting,
        now=now(),
        files=sent_files(request),
        key=_key(request, caller),
    )
    notice = gettext("查询码 %(code)s：凭编号和查询码可在 %(url)s 查询。") % {
        "code": follow_code(case.number),
        "url": request.build_absolute_uri("/12345/follow/"),
    }
    made: Item = {
        "service_request_id": case.number,
        "service_notice": notice,
        "account_id": None,
        "requested_datetime": stamp(case.opened_at),
    }
    return answered(form, "service_requests", [made], 201)


def _key(request: HttpRequest, caller: Caller) -> str:
    """The caller's Idempotency-Key, where it sends one: made the caller's own."""
    given = request.META.get("HTTP_IDEMPOTENCY_KEY", "")[:120]
    whole = hashlib.sha256(f"{caller.person}:{given}".encode()).hexdigest()
    return f"open311:{whole}" if given else ""


def described(request: HttpRequest) -> HttpResponse:
    """These addresses as OpenAPI describes them."""
    return answered("json", "openapi", description())


FORM = r"\.(?P<form>json|xml)$"
urlpatterns = [
    re_path(rf"^(?:v2/)?discovery{FORM}", discovery),
    re_path(rf"^v2/services{FORM}", service_list),
    re_path(rf"^v2/services/(?P<code>[\w-]{{1,60}}){FORM}", service_definition),
    re_path(rf"^v2/requests{FORM}", requests),
    re_path(rf"^v2/requests/(?P<number>[\w-]{{1,40}}){FORM}", one_request),
    re_path(rf"^v2/tokens/(?P<token>[\w.-]{{1,80}}){FORM}", token),
    re_path(r"^v2/openapi\.json$", described),
    re_path(rf"^.*{FORM}", nowhere),
    re_path(r"^.*$", nowhere),
]
