"""Who asks: the person's posts at this instant, for every page. Signing in itself stands in pages/signin.py."""

from collections.abc import Callable, Sequence
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from bihuan.kernel.cases.city import city
from bihuan.kernel.errors import N_, NotAllowed
from bihuan.kernel.orgs.acting import Acting, actings_of
from bihuan.web.clock import now


class Asked(HttpRequest):
    """A request of somebody who signed in; `actings` are their posts."""

    actings: tuple[Acting, ...]


ADMINISTRATOR = "system_admin"
Page = Callable[..., HttpResponseBase]


def signed_in(page: Page) -> Page:
    """Send strangers to the sign-in page; give everybody else their posts."""

    @wraps(page)
    def wrapper(request: Asked, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        request.actings = actings_of(request.user.pk, now())
        return page(request, *args, **kwargs)

    return wrapper


def in_role(request: Asked, *roles: str) -> Acting:
    """The post in which the person has one of the roles; raises NotAllowed where there is none."""
    for acting in request.actings:
        if acting.roles & set(roles):
            return acting
    raise NotAllowed(
        "role", N_("您的岗位不能办理此事。"), remedy=N_("请联系系统管理员核对您的岗位。")
    )


def has_role(request: Asked, *roles: str) -> bool:
    """True where one of the person's posts has one of the roles."""
    return any(acting.roles & set(roles) for acting in request.actings)


def reads_ledger(actings: Sequence[Acting]) -> bool:
    """True where one of the posts has a role that sees the city or the ledger."""
    roles = city().roles
    held = {role for acting in actings for role in acting.roles if role in roles}
    return any(roles[role].sees in ("city", "ledger") for role in held)


def sees_city(actings: Sequence[Acting]) -> bool:
    """True where one of the posts has a role that sees the city."""
    roles = city().roles
    held = {role for acting in actings for role in acting.roles if role in roles}
    return any(roles[role].sees == "city" for role in held)


def appraises(actings: Sequence[Acting]) -> bool:
    """True where the city appraises its units and one of the posts sees the city."""
    return bool(city().appraisal.versions) and sees_city(actings)


def answer(status: int, body: str = "") -> HttpResponse:
    """A bare answer for what is no page."""
    return HttpResponse(body, status=status, content_type="text/plain; charset=utf-8")


def writes_reports(actings: Sequence[Acting]) -> bool:
    """True where one of the posts owes weekly reports, by the grants of the task's `report` action."""
    matter = city().matters.get("plan.task")
    report = matter.actions.get("report") if matter else None
    roles = {grant.role for grant in report.by} if report else set()
    return any(acting.roles & roles for acting in actings)


def runs_system(actings: Sequence[Acting]) -> bool:
    """True where one of the posts is a system administrator's."""
    return any(ADMINISTRATOR in acting.roles for acting in actings)


def serves_hotline(actings: Sequence[Acting]) -> bool:
    """True where one of the posts sits in the hotline centre; the desk for what comes in online has no person."""
    return any(
        role.startswith("hotline_") and role != "hotline_online"
        for acting in actings
        for role in acting.roles
    )
