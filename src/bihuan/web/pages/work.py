"""My work (我的工作): what waits for me, and what my units were told."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from bihuan.delivery.addresses import mail_goes_to
from bihuan.kernel.cases.lanes import CAP, cases_at
from bihuan.kernel.cases.models import Notice
from bihuan.kernel.cases.notices import mark_read, notices_of
from bihuan.kernel.cases.waiting import waiting_of
from bihuan.web.access import Asked, signed_in
from bihuan.web.clock import now
from bihuan.web.desk import GROUPS, grouped, in_group, tallies
from bihuan.web.keyset import SIZE, asked_place, by_due, by_newest, capped
from bihuan.web.lines import action_label
from bihuan.web.saved import lists_of

LATEST = 6


@signed_in
def my_work(request: Asked) -> HttpResponse:
    """Everything that waits for me, soonest due first; `when` picks one group."""
    at, when = now(), request.GET.get("when", "")
    waiting = waiting_of(request.actings)
    places = waiting.page(in_group(when, at), asked_place(request.GET), SIZE + 1)
    keyset = by_due(places, cases_at, request.GET)
    unread = notices_of(_units(request)).filter(read_at=None)
    context = {
        "keyset": keyset,
        "lines": [grouped(case, at) for case in keyset.rows],
        "tallies": tallies(waiting, at),
        "lists": lists_of(request.user.pk, request.actings),
        "groups": GROUPS,
        "when": when if when in GROUPS else "",
        "told": [(n, _told(n)) for n in unread[:LATEST]],
        "unread": min(count := capped(unread), CAP),
        "unread_more": count > CAP,
    }
    return render(request, "web/my_work.html", context)


@signed_in
def notices(request: Asked) -> HttpResponse:
    """All notices of my units, newest first; `unread` leaves the read ones out."""
    found = notices_of(_units(request))
    if request.GET.get("unread"):
        found = found.filter(read_at=None)
    keyset = by_newest(found, request.GET)
    told = [(notice, _told(notice)) for notice in keyset.rows]
    count = capped(found)
    context = {"keyset": keyset, "told": told, "total": min(count, CAP), "is_more": count > CAP}
    context["mail_to"] = mail_goes_to(request.user.pk)
    return render(request, "web/notices.html", context)


@require_POST
@signed_in
def read_notices(request: Asked) -> HttpResponseRedirect:
    """Mark what I have been shown as read."""
    upto = request.POST.get("upto", "")
    count = mark_read(_units(request), int(upto), now()) if upto.isdecimal() else 0
    said = ngettext("已读 %(n)s 条通知", "已读 %(n)s 条通知", count) % {"n": count}
    messages.success(request, said if count else gettext("没有未读通知"), "good")
    return redirect("my_work")


def _units(request: Asked) -> set[str]:
    return {acting.unit for acting in request.actings}


def _told(notice: Notice) -> str:
    return action_label(notice.case.matter, notice.case.version, notice.action)
