"""The ledger (台账): recent events, one event, and the check of all. For those whose role sees the city or the ledger."""

from itertools import chain, islice

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from bihuan.kernel.appraisal.verify import verify_snapshots
from bihuan.kernel.cases.city import algorithm
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import visible_to
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.errors import N_, NotAllowed
from bihuan.kernel.ledger.chain import event_hash
from bihuan.kernel.ledger.models import Event
from bihuan.plan.verify import verify_texts
from bihuan.web.access import Asked, reads_ledger, signed_in
from bihuan.web.clock import now
from bihuan.web.keyset import by_newest
from bihuan.web.lines import action_label
from bihuan.web.written import canonical_text

MANY_FAULTS = 100


@signed_in
def event_list(request: Asked) -> HttpResponse:
    """Events, newest first, by stream or person."""
    _require_reader(request)
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("stream", "person")}
    keyset = by_newest(_filtered(asked), request.GET)
    context = {
        "keyset": keyset,
        "rows": [(e, action_label(e.matter, e.version, e.action)) for e in keyset.rows],
        "asked": asked,
    }
    return render(request, "web/ledger.html", context)


@signed_in
def event_page(request: Asked, pk: int) -> HttpResponse:
    """One event with its hash, its predecessor and its content as it was hashed."""
    _require_reader(request)
    event = get_object_or_404(Event, pk=pk)
    near = Event.objects.filter(stream=event.stream, seq__in=(event.seq - 1, event.seq + 1))
    context = {
        "event": event,
        "action": action_label(event.matter, event.version, event.action),
        "text": canonical_text(event.content),
        "algorithm": algorithm().upper(),
        "is_whole": event_hash(algorithm(), vars(event)) == event.hash,
        "near": {("prev" if e.seq < event.seq else "next"): e for e in near},
        "is_visible": visible_to(request.actings).filter(number=event.stream).exists(),
    }
    return render(request, "web/event.html", context)


@require_POST
@signed_in
def verify_page(request: Asked) -> HttpResponse:
    """Check every event, case, seal and file, and say what was found."""
    _require_reader(request)
    found = chain(verify_all(now()), verify_texts(), verify_snapshots())
    faults = list(islice(found, MANY_FAULTS + 1))
    context = {
        "faults": faults[:MANY_FAULTS],
        "is_more": len(faults) > MANY_FAULTS,
        "events": Event.objects.count(),
        "cases": Case.objects.count(),
        "algorithm": algorithm().upper(),
    }
    return render(request, "web/verified.html", context)


def _filtered(asked: dict[str, str]) -> QuerySet[Event]:
    found = Event.objects.all()
    if asked["stream"]:
        found = found.filter(stream=asked["stream"])
    if asked["person"]:
        found = found.filter(person_name__contains=asked["person"])
    return found


def _require_reader(request: Asked) -> None:
    if not reads_ledger(request.actings):
        raise NotAllowed(
            "ledger",
            N_("您的岗位不能查看台账。"),
            remedy=N_(
                "台账由督查机构、市领导、计划专员和安全审计员查看；本单位办件的经过见各件页面。"
            ),
        )
