"""The ledger (台账): events, the check of all, seals and proofs. For those whose role sees the city or the ledger."""

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bihuan.kernel.cases.city import algorithm, sealed_matters
from bihuan.kernel.cases.queries import see, visible_to
from bihuan.kernel.errors import N_, NotAllowed
from bihuan.kernel.ledger.chain import event_hash
from bihuan.kernel.ledger.models import Checkpoint, Event, LedgerCheck
from bihuan.kernel.ledger.proofs import prove
from bihuan.kernel.ledger.seals import document_of, file_of
from bihuan.kernel.matters.fields import Json
from bihuan.web.access import Asked, reads_ledger, signed_in
from bihuan.web.checking import is_running, latest, started
from bihuan.web.clock import now
from bihuan.web.keyset import by_newest
from bihuan.web.lines import action_label
from bihuan.web.written import canonical_text

PARTS = {
    "chain": _("逐条核对哈希与链接"),
    "seals": _("核对封存点"),
    "definitions": _("核对事项定义"),
    "numbers": _("核对编号"),
    "organisation": _("核对机构与任职"),
    "cases": _("重演各办件"),
    "files": _("核对佐证文件"),
    "personal": _("核对封存的个人信息"),
    "texts": _("核对报告文本"),
    "months": _("重算考核快照"),
}


@signed_in
def event_list(request: Asked) -> HttpResponse:
    """Events, newest first, by stream or person."""
    _require_reader(request)
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("stream", "person")}
    keyset = by_newest(_filtered(_open_to(request), asked), request.GET)
    context = {
        "keyset": keyset,
        "rows": [(e, action_label(e.matter, e.version, e.action)) for e in keyset.rows],
        "asked": asked,
        "last_check": latest(),
    }
    return render(request, "web/ledger.html", context)


@signed_in
def event_page(request: Asked, pk: int) -> HttpResponse:
    """One event with its hash, its predecessor and its content as it was hashed."""
    _require_reader(request)
    event = get_object_or_404(_open_to(request), pk=pk)
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
    """Begin the check of every event, case, seal and file in the background, and lead to where it shows."""
    _require_reader(request)
    return redirect("ledger_check", pk=started(request.actings[0]).pk)


@signed_in
def check_page(request: Asked, pk: int) -> HttpResponse:
    """How far a check is, or what it found; asked for in place, its part of the page alone."""
    _require_reader(request)
    check = get_object_or_404(LedgerCheck, pk=pk)
    context = {
        "check": check,
        "is_running": is_running(check, now()),
        "part": PARTS.get(check.part, ""),
        "is_more": check.found > len(check.faults),
        "algorithm": algorithm().upper(),
    }
    part = "web/parts/check.html" if request.headers.get("HX-Request") else "web/verified.html"
    return render(request, part, context)


@signed_in
def seal_list(request: Asked) -> HttpResponse:
    """The checkpoints, newest first, and the key that signs them."""
    _require_reader(request)
    keyset = by_newest(Checkpoint.objects.all(), request.GET)
    return render(request, "web/seals.html", {"keyset": keyset, "seals": keyset.rows})


@signed_in
def seal_file(request: Asked, number: int) -> HttpResponse:
    """A checkpoint as it is published."""
    _require_reader(request)
    checkpoint = get_object_or_404(Checkpoint, number=number)
    return _download(document_of(checkpoint), f"checkpoint-{number}.json")


@signed_in
def proof_file(request: Asked, number: str) -> HttpResponse:
    """The proof of a case against the newest checkpoint."""
    _require_reader(request)
    case = see(number, request.actings)
    return _download(prove(case.number), f"proof-{case.number}.json")


def _download(document: dict[str, Json], name: str) -> HttpResponse:
    answer = HttpResponse(file_of(document), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _open_to(request: Asked) -> QuerySet[Event]:
    """All events but those of sealed cases (封闭事项) that the person does not see."""
    sealed = list(sealed_matters())
    if not sealed:
        return Event.objects.all()
    seen = visible_to(request.actings).filter(matter__in=sealed).values("number")
    return Event.objects.exclude(~Q(stream__in=seen), matter__in=sealed)


def _filtered(found: QuerySet[Event], asked: dict[str, str]) -> QuerySet[Event]:
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
