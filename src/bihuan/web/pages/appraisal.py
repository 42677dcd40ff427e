"""Appraisal (考核): the months, one month as a table for each measure, and freezing it. For those who see the city."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from bihuan.kernel.appraisal.freeze import freeze, frozen, may_freeze
from bihuan.kernel.appraisal.models import Snapshot
from bihuan.kernel.appraisal.verify import recompute
from bihuan.kernel.cases.city import algorithm
from bihuan.kernel.errors import N_, NotAllowed
from bihuan.web.access import Asked, sees_city, signed_in
from bihuan.web.appraised import month_said, months_until, tables_of
from bihuan.web.clock import now


@signed_in
def months(request: Asked) -> HttpResponse:
    """The months since the ledger began, newest first: frozen or not yet."""
    _require_reader(request)
    kept = {s.month: s for s in Snapshot.objects.filter(replaced_by=None)}
    rows = [(month, month_said(month), kept.get(month)) for month in months_until(now())]
    context = {"rows": rows, "may_freeze": any(may_freeze(a) for a in request.actings)}
    return render(request, "web/appraisal.html", context)


@signed_in
def month_page(request: Asked, month: str) -> HttpResponse:
    """One frozen month; an open one leads back to the list."""
    _require_reader(request)
    snapshot = frozen(month)
    if snapshot is None:
        return redirect("appraisal")
    context = {
        "snapshot": snapshot,
        "title": month_said(month),
        "tables": tables_of(snapshot),
        "version": snapshot.content["version"],
        "earlier": _replaced_by(snapshot),
        "algorithm": algorithm().upper(),
        "may_freeze": any(may_freeze(a) for a in request.actings),
    }
    return render(request, "web/appraised.html", context)


@require_POST
@signed_in
def freeze_month(request: Asked, month: str) -> HttpResponse:
    """Freeze a month, or correct one with a reason."""
    if not request.actings:
        raise NotAllowed("freeze", N_("您的岗位不能冻结考核。"))
    actor = next((a for a in request.actings if may_freeze(a)), request.actings[0])
    freeze(month, actor, now=now(), reason=request.POST.get("reason", ""))
    messages.success(request, gettext("已冻结 %(month)s。") % {"month": month_said(month)}, "good")
    return redirect("appraised", month=month)


@require_POST
@signed_in
def check_month(request: Asked, month: str) -> HttpResponse:
    """Compute a frozen month anew from the ledger and say whether it is the same."""
    _require_reader(request)
    snapshot = frozen(month)
    if snapshot is not None and recompute(snapshot) == snapshot.body:
        messages.success(request, gettext("已按台账重算，与冻结的逐字一致。"), "good")
    else:
        messages.error(request, gettext("按台账重算的结果与冻结的不同，请报告安全审计员。"), "bad")
    return redirect(reverse("appraised", args=[month]))


def _replaced_by(snapshot: Snapshot) -> list[Snapshot]:
    """What this one corrected, newest first."""
    found: list[Snapshot] = []
    while snapshot.replaces is not None:
        snapshot = snapshot.replaces
        found.append(snapshot)
    return found


def _require_reader(request: Asked) -> None:
    if not sees_city(request.actings):
        raise NotAllowed(
            "appraisal",
            N_("您的岗位不能查看全市考核。"),
            remedy=N_("全市考核由督查机构、市领导和计划专员查看。"),
        )
