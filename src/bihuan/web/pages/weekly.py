"""Friday: which of my unit's tasks owe a report this week, each pre-filled from what the system knows?"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bihuan.kernel.cases.city import matter_at
from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.models import Case, CaseClock
from bihuan.kernel.cases.queries import Offer, offers, see, waiting_for
from bihuan.kernel.errors import Refusal
from bihuan.plan.rules import targets_of
from bihuan.plan.weekly import prefill
from bihuan.web.access import Asked, signed_in
from bihuan.web.clock import now
from bihuan.web.filling import Ask, Form, fresh_form, refused_form
from bihuan.web.inputs import read_files, read_post


@signed_in
def weekly(request: Asked) -> HttpResponse:
    """All reports owed, one form each; POST sends one of them."""
    answer: Form | None = None
    sent = request.POST.get("number", "")
    if request.method == "POST":
        case = see(sent, request.actings)
        answer = _send(request, case)
        if answer is None:
            messages.success(request, _("已报送：%(title)s") % {"title": case.title})
            return redirect("weekly")
    owed = [
        _entry(request, case, answer if case.number == sent else None) for case in _mine(request)
    ]
    return render(request, "plan/weekly.html", {"owed": owed, "count": len(owed)})


def _mine(request: Asked) -> list[Case]:
    """Tasks in a state in which one of my posts reports, those due first first."""
    found = waiting_for(request.actings).filter(
        matter="plan.task", state__in=("in_progress", "extension_pending")
    )
    return list(found)


def _report_offer(request: Asked, case: Case) -> Offer | None:
    return next((o for o in offers(case, request.actings) if o.name == "report"), None)


def _ask(case: Case, number: int) -> Ask:
    matter, _definition = matter_at(case.matter, case.version)
    fields = {n: f for n, f in matter.actions["report"].form.items()}
    return Ask("", _("报送"), f"w{number}", fields, expect=case.seq)


def _entry(request: Asked, case: Case, answer: Form | None) -> dict[str, object]:
    known = prefill(case, now())
    clock = CaseClock.objects.filter(case=case, key="weekly", is_open=True).first()
    return {
        "case": case,
        "form": answer or fresh_form(_ask(case, case.pk), known.given),
        "known": known.known,
        "since": known.since,
        "due": clock.due_at if clock else None,
        "targets": list(enumerate(targets_of(case.data))),
    }


def _send(request: Asked, case: Case) -> Form | None:
    """Send one report; the form comes back with what was typed where it is refused."""
    ask = _ask(case, case.pk)
    raw = read_post(ask.fields, request.POST)
    raw["actuals"] = [
        row for row in _rows(raw.get("actuals")) if str(row.get("value") or "").strip()
    ]
    offer = _report_offer(request, case)
    actor = offer.actor if offer else request.actings[0]
    try:
        act(
            case.number, "report", actor, raw, now=now(),
            files=read_files(ask.fields, request.FILES), key=request.POST.get("key", ""),
        )  # fmt: skip
    except Refusal as refusal:
        return refused_form(ask, raw, request.POST, refusal)
    return None


def _rows(value: object) -> list[dict[str, object]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
