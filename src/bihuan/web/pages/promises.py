"""Public promises (公开承诺): what was promised, in its own words, who has it, until when. No sign-in; public fields only."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.utils.translation import gettext

from bihuan.kernel.cases.city import city, matter_now
from bihuan.kernel.cases.models import Case
from bihuan.kernel.ledger.models import Event
from bihuan.plan.open_book import PLAIN, told_of, told_whole
from bihuan.plan.promises import public_promise
from bihuan.plan.sieve import sieve, tally
from bihuan.web.clock import now
from bihuan.web.keyset import by_order
from bihuan.web.pages.plan import Count, wish_of
from bihuan.web.pages.review import source_of
from bihuan.web.templatetags.shown import label

SECONDS = 60  # a browser may keep a page so long
Page = Callable[..., HttpResponse]


def kept_a_minute(page: Page) -> Page:
    """Let the visitor's browser keep the page; shared caches may not, since it carries the visitor's own form token."""

    @wraps(page)
    def wrapper(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = page(request, *args, **kwargs)
        patch_cache_control(response, private=True, max_age=SECONDS)
        return response

    return wrapper


@kept_a_minute
def promise_list(request: HttpRequest) -> HttpResponse:
    """The promises of a year's report, counted by state; each count leads to its list."""
    reports = list(
        Case.objects.filter(matter="plan.report").exclude(state="void").order_by("-data__year")
    )
    asked = request.GET.get("year", "")
    report = next((r for r in reports if str(r.data["year"]) == asked), next(iter(reports), None))
    facts = told_of(report) if report else []
    wish = wish_of(request.GET, ("state", "section"))
    kept = {"year": asked} if asked else {}
    found = sieve(facts, wish)
    places = {told.promise.number: place for place, told in enumerate(facts)}
    keyset = by_order(found, lambda told: (places[told.promise.number],), request.GET)
    counts = tally(facts, "state", {k: v for k, v in wish.items() if k != "state"})
    shown = {
        "report": report,
        "reports": reports,
        "rows": keyset.rows,
        "keyset": keyset,
        "total": len(found),
        "wish": wish,
        "whole": len(facts),
        "counts": [
            Count(
                s,
                gettext(PLAIN[s]),
                counts[s],
                urlencode({**kept, **wish, "state": s}),
                wish.get("state") == s,
            )
            for s in PLAIN
            if counts.get(s)
        ],
        "sections": [
            Count(v, v, n, "", wish.get("section") == v)
            for v, n in tally(
                facts, "section", {k: v for k, v in wish.items() if k != "section"}
            ).items()
        ],
        "city": city().info,
        "at": now(),
    }
    return render(request, "plan/promises.html", shown)


@kept_a_minute
def promise_page(request: HttpRequest, number: str) -> HttpResponse:
    """One promise: the exact words in the report, targets with verified values, milestones, the steps taken."""
    case = public_promise(number)
    told, tasks, events = told_whole(case)
    shown = {
        "told": told,
        "report": case.root,
        "tasks": tasks,
        "source": source_of(case),
        "steps": [(event, _step(event)) for event in events],
        "fields": matter_now("plan.commitment")[0].fields,
        "quarters": matter_now("plan.task")[0].fields["milestones"].fields["quarter"].choices,
        "bounds": matter_now("plan.task")[0].fields["targets"].fields["bound"].choices,
        "city": city().info,
        "at": now(),
    }
    return render(request, "plan/promise.html", shown)


def _step(event: Event) -> str:
    """What was done, without who did it."""
    for key in ("plan.commitment", "plan.task"):
        matter, _ = matter_now(key)
        if event.matter == key and event.action in matter.actions:
            return label(matter.actions[event.action])
    return event.action
