"""Puts the interface together: who may call, which routes there are, what a refusal becomes. Starts with /api/v1/."""

from typing import Any

import structlog
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import HttpBearer

from bihuan.api import addresses, batching, cases, matters, ringing
from bihuan.api.clock import now
from bihuan.api.keys import Caller, caller_of
from bihuan.api.openapi import SCHEMAS
from bihuan.api.problems import AWAY, BROKEN, NOT_FOUND, UNKNOWN_KEY, refused
from bihuan.api.rate import spend
from bihuan.kernel.errors import N_, FieldProblem, FormRefusal, NoSuchCase, Refusal


class KeyAuth(HttpBearer):
    """`Authorization: Bearer <token>`; the token's owner acts in the post that it is bound to."""

    def __call__(self, request: HttpRequest) -> Caller | None:
        """The caller, or None for a stranger; a caller that comes too often is refused."""
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        caller = self.authenticate(request, token) if scheme.lower() == "bearer" else None
        if caller:
            spend(caller.key)
        return caller

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """Who holds the token at this instant."""
        return caller_of(token, now())


class Interface(NinjaAPI):
    """Ninja's routes, with the shapes that every route's answers share."""

    def get_openapi_schema(self, **how: Any) -> Any:
        """The description, as docs/openapi.json keeps it."""
        described = super().get_openapi_schema(**how)
        described["components"]["schemas"] |= SCHEMAS
        return described


addresses.register()
api = Interface(
    title="闭环 Bihuan",
    version="1",
    description="每一项改动都经过同一扇门：权限、表单、时限、台账。 Every change goes through the one door.",
    docs_url=None,
    auth=KeyAuth(),
    urls_namespace="api",
)
api.add_router("/cases", cases.router)
api.add_router("/batch", batching.router)
api.add_router("/matters", matters.router)
api.add_router("/hotline", ringing.router)


@api.exception_handler(Refusal)
def _refusal(request: HttpRequest, refusal: Any) -> HttpResponse:
    return refused(request, refusal)


@api.exception_handler(NoSuchCase)
@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Any) -> HttpResponse:
    return refused(request, NOT_FOUND, 404)


@api.exception_handler(AuthenticationError)
def _stranger(request: HttpRequest, error: Any) -> HttpResponse:
    return refused(request, UNKNOWN_KEY, 401)


@api.exception_handler(ValidationError)
def _bad_query(request: HttpRequest, error: Any) -> HttpResponse:
    names = [str(found["loc"][-1]) for found in error.errors]
    problems = tuple(FieldProblem(name, N_("不是此参数可取的值")) for name in names)
    return refused(request, FormRefusal(problems), 400)


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def _no_database(request: HttpRequest, error: Any) -> HttpResponse:
    structlog.get_logger("bihuan.api").error("database unavailable", error=str(error))
    return refused(request, AWAY, 503)


@api.exception_handler(Exception)
def _bug(request: HttpRequest, error: Any) -> HttpResponse:
    structlog.get_logger("bihuan.api").exception("unexpected", path=request.path, exc_info=error)
    return refused(request, BROKEN, 500)
