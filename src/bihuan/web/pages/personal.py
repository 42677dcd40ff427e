"""Personal data on request (个人信息): one look with its reason, erasure by law, and finding a person's cases."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bihuan.kernel.cases.city import matter_at
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.personal import erase, find, may, reveal
from bihuan.kernel.cases.queries import see, visible_to
from bihuan.kernel.errors import N_, NoSuchCase, NotAllowed, Refusal
from bihuan.kernel.matters.definition import Grant
from bihuan.kernel.orgs.acting import Acting
from bihuan.web.access import Asked, signed_in
from bihuan.web.casepage import case_context
from bihuan.web.clock import now
from bihuan.web.lines import lines
from bihuan.web.personal import KINDS, may_find
from bihuan.web.refusals import said


@require_POST
@never_cache
@signed_in
def reveal_value(request: Asked, number: str, value: str) -> HttpResponse:
    """The case's page with one value in clear, this once; the look is on record."""
    case = see(number, request.actings)
    matter, _ = matter_at(case.matter, case.version)
    actor = _acting(matter.reveals, case, request)
    clear = reveal(number, value, actor, request.POST.get("reason", ""), now=now())
    context = case_context(see(number, request.actings), request) | {"revealed": {value: clear}}
    return render(request, "web/case.html", context)


@require_POST
@signed_in
def erase_values(request: Asked, number: str) -> HttpResponse:
    """Erase the chosen fields of a case for good, then go back to its page."""
    case = see(number, request.actings)
    matter, _ = matter_at(case.matter, case.version)
    actor = _acting(matter.erases, case, request)
    fields = request.POST.getlist("field")
    erase(number, fields, actor, request.POST.get("ground", ""), now=now())
    messages.success(request, gettext("已依法删除所选的个人信息，并记入台账。"), "good")
    return redirect("case", number=number)


@never_cache
@signed_in
def find_person(request: Asked) -> HttpResponse:
    """The cases of somebody who gives a phone or an id number; the value is posted, never part of an address."""
    if not may_find(request.actings):
        raise NotAllowed("personal", N_("您的岗位不能按个人信息查找。"))
    asked = {name: request.POST.get(name, "").strip() for name in ("kind", "value", "reason")}
    context: dict[str, object] = {"asked": asked, "kinds": [(k, gettext(n)) for k, n in KINDS]}
    if request.method == "POST" and asked["value"]:
        try:
            numbers = _found(request, asked)
        except Refusal as refusal:
            return render(
                request, "web/person.html", context | {"refusal": said(refusal)}, status=422
            )
        cases = Case.objects.filter(number__in=numbers).select_related("owner").order_by("-pk")
        context |= {"lines": lines(cases), "is_asked": True}
    return render(request, "web/person.html", context)


def _found(request: Asked, asked: dict[str, str]) -> set[str]:
    numbers: set[str] = set()
    for acting in request.actings:
        numbers |= set(find(asked["kind"], asked["value"], acting, asked["reason"], now=now()))
    return set(
        visible_to(request.actings).filter(number__in=numbers).values_list("number", flat=True)
    )


def _acting(grants: tuple[Grant, ...], case: Case, request: Asked) -> Acting:
    """The post that may; else the first one: the kernel then says why not."""
    if not request.actings:
        raise NoSuchCase(case.number)
    return may(grants, case, request.actings) or request.actings[0]
