"""Lists that people keep (清单): saving, sharing, dropping, watching, and their counts, renewed while somebody looks."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bihuan.kernel.cases.finding import count
from bihuan.kernel.cases.lanes import CAP
from bihuan.kernel.cases.queries import see
from bihuan.kernel.errors import NotAllowed
from bihuan.web.access import Asked, signed_in
from bihuan.web.choices import safe_next
from bihuan.web.clock import now
from bihuan.web.saved import drop_list, lists_of, save_list, watch
from bihuan.web.searching import SCOPES, asked_for, saved_query, sight_for, wanted_by


@dataclass(frozen=True)
class Chip:
    """A list as a door with its number; `said` is exact up to a thousand."""

    id: str
    name: str
    url: str
    said: str
    is_here: bool
    note: str = ""


@never_cache
@signed_in
def counts(request: Asked) -> HttpResponse:
    """The person's lists with their numbers: one counting query each."""
    here = saved_query(QueryDict(request.GET.get("here", "")))
    named = [(f"list-{key}", gettext(name), _of_scope(key), "") for key, name in SCOPES.items()]
    named += [
        (
            f"list-{kept.pk}",
            kept.name,
            kept.query,
            "" if kept.person_id == request.user.pk else kept.unit,
        )
        for kept in lists_of(request.user.pk, request.actings)
    ]
    chips = [
        Chip(pk, name, f"{reverse('cases')}?{query}", _count(request, query), query == here, note)
        for pk, name, query, note in named
    ]
    return render(request, "web/parts/chips.html", {"chips": chips, "at": now()})


@require_POST
@signed_in
def save(request: Asked) -> HttpResponseRedirect:
    """Keep the list that the page shows under a name."""
    if not request.actings:
        raise NotAllowed("role", gettext("您没有岗位，不能保存清单。"))
    query = saved_query(QueryDict(request.POST.get("query", "")))
    unit = request.POST.get("unit", "")
    save_list(request.POST.get("name", ""), query, unit, request.actings, now=now())
    return redirect(f"{reverse('cases')}?{query}")


@require_POST
@signed_in
def drop(request: Asked, pk: int) -> HttpResponseRedirect:
    """Forget a list of one's own."""
    drop_list(pk, request.user.pk)
    return redirect(safe_next(request))


@require_POST
@signed_in
def watching(request: Asked, number: str) -> HttpResponseRedirect:
    """Watch a case, or stop."""
    case = see(number, request.actings)
    watch(request.user.pk or 0, case, on=request.POST.get("on") == "1", now=now())
    return redirect("case", number=number)


def _of_scope(key: str) -> str:
    return urlencode({"open": "1", "scope": key})


def _count(request: Asked, query: str) -> str:
    asked = asked_for(QueryDict(query))
    found = count(wanted_by(asked, request.actings, now()), sight_for(asked, request.actings))
    return f"{CAP:,}+" if found > CAP else str(found)
