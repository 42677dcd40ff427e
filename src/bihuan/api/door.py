"""Leads requests of the interface straight to their view. Everything else goes on to the pages' middlewares."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from bihuan.api.problems import NOT_FOUND, WRONG_METHOD, refused

PREFIX = "/api/"
OPEN311 = "/open311/"  # answers in its own standard's form, also what it refuses
METHOD_NOT_ALLOWED = 405


class ApiDoor:
    """A middleware that ends the chain for /api/ and /open311/.

    What stands behind it in MIDDLEWARE serves people with browsers: sessions, CSRF tokens, languages by
    cookie, content security, messages. A program with a key has none of these, so it does not pay for them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(OPEN311):
            found = resolve(request.path_info)
            return found.func(request, *found.args, **found.kwargs)  # type: ignore[no-any-return]
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return refused(request, NOT_FOUND, 404)
        request.resolver_match = match
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        if response.status_code == METHOD_NOT_ALLOWED:
            allowed = response.headers["Allow"]
            response = refused(request, WRONG_METHOD, METHOD_NOT_ALLOWED)
            response.headers["Allow"] = allowed
        return response
