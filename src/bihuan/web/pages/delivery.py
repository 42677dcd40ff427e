"""Deliveries (投递) and web hooks (订阅) for the system administrator: why it failed, resending, subscribing. Shows no case."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET

from bihuan.delivery.heartbeat import is_anybody_working
from bihuan.delivery.models import DEAD, SENT, UNSENT, WAITING, Delivery, Subscription
from bihuan.delivery.resend import FAILED, dead, resend, resend_all
from bihuan.delivery.subscriptions import pause, ping, resume, subscribe
from bihuan.kernel.errors import N_, FormRefusal
from bihuan.kernel.orgs.acting import Acting
from bihuan.web.access import ADMINISTRATOR, Asked, in_role, signed_in
from bihuan.web.clock import now
from bihuan.web.delivering import (
    Row,
    action_choices,
    contact_masks,
    matter_choices,
    shown,
    shown_hook,
)
from bihuan.web.keyset import by_newest
from bihuan.web.refusals import filled, said

SHOWS = {
    "failed": N_("未送达"), "dead": N_("死信"), "waiting": N_("待投递"), "sent": N_("已送达"), "unsent": N_("未发送"),
}  # fmt: skip
DEEDS = {
    "ping": (ping, N_("发送测试事件"), N_("将向此订阅发送一个测试事件，结果见投递列表。")),
    "pause": (pause, N_("停用订阅"), N_("停用期间发生的事不会补发；已排队的投递转为死信，可在启用后重发。")),
    "resume": (resume, N_("启用订阅"), N_("从现在起恢复投递；停用期间发生的事不补发。")),
}  # fmt: skip


@require_GET
@signed_in
def delivery_list(request: Asked) -> HttpResponse:
    """Deliveries, newest first: what failed, what was given up, what waits, what arrived."""
    _administrator(request)
    show = request.GET.get("show", "")
    show = show if show in SHOWS else "failed"
    keyset = by_newest(_chosen(show), request.GET)
    context = {
        "keyset": keyset,
        "rows": _rows(keyset.rows),
        "shows": SHOWS,
        "show": show,
        "dead": dead().count(),
        "failing": Delivery.objects.filter(FAILED, status=WAITING).count(),
        "is_working": is_anybody_working(),
        "mail": settings.BIHUAN_SMTP,
        "short_messages": settings.BIHUAN_SMS,
        "site": settings.BIHUAN_SITE,
        "here": "delivery",
    }
    return render(request, "web/delivery/list.html", context)


@signed_in
def resend_one(request: Asked, pk: int) -> HttpResponse:
    """Ask, then send one delivery again."""
    actor = _administrator(request)
    delivery = get_object_or_404(_related(Delivery.objects.all()), pk=pk)
    if request.method == "POST":
        resend(pk, actor, now=now())
        messages.success(request, gettext("已重新排队，约十秒内投递。"), "good")
        return redirect("delivery")
    (row,) = _rows([delivery])
    return render(request, "web/delivery/resend.html", {"row": row})


@signed_in
def resend_dead(request: Asked) -> HttpResponse:
    """Ask, then send every dead letter again."""
    actor = _administrator(request)
    if request.method == "POST":
        count = resend_all(actor, now=now())
        said_so = ngettext("已重新排队 %(n)s 件死信。", "已重新排队 %(n)s 件死信。", count)
        messages.success(request, said_so % {"n": count}, "good")
        return redirect("delivery")
    return render(request, "web/delivery/resend.html", {"count": dead().count()})


@require_GET
@signed_in
def hook_list(request: Asked) -> HttpResponse:
    """All web hooks."""
    _administrator(request)
    keyset = by_newest(Subscription.objects.select_related("created_by"), request.GET)
    context = {
        "keyset": keyset,
        "rows": [shown_hook(hook) for hook in keyset.rows],
        "here": "hooks",
    }
    return render(request, "web/delivery/hooks.html", context)


@signed_in
def new_hook(request: Asked) -> HttpResponse:
    """The form of a new web hook; its secret is shown once, in the answer."""
    actor = _administrator(request)
    context: dict[str, object] = {
        "matters": matter_choices(),
        "actions": action_choices(),
        "here": "hooks",
    }
    if request.method != "POST":
        return render(request, "web/delivery/new_hook.html", context)
    typed = {name: request.POST.get(name, "").strip() for name in ("name", "url")}
    matters, actions = request.POST.getlist("matters"), request.POST.getlist("actions")
    try:
        hook, secret = subscribe(typed["name"], typed["url"], matters, actions, actor, now=now())
    except FormRefusal as refusal:
        wrong = {
            problem.path: filled(problem.message, dict(problem.params))
            for problem in refusal.problems
        }
        context |= {
            "typed": typed,
            "ticked": [*matters, *actions],
            "wrong": wrong,
            "refusal": said(refusal),
        }
        return render(request, "web/delivery/new_hook.html", context, status=422)
    page = render(request, "web/delivery/secret.html", {"hook": hook, "secret": secret})
    page["Cache-Control"] = "no-store"
    return page


@require_GET
@signed_in
def hook_page(request: Asked, pk: int) -> HttpResponse:
    """One web hook: what it gets, whether it works, its deliveries."""
    _administrator(request)
    hook = get_object_or_404(Subscription.objects.select_related("created_by"), pk=pk)
    keyset = by_newest(_related(hook.deliveries.all()), request.GET)
    rows = _rows(keyset.rows)
    context = {
        "hook": hook, "row": shown_hook(hook), "keyset": keyset, "rows": rows, "here": "hooks",
    }  # fmt: skip
    return render(request, "web/delivery/hook.html", context)


@signed_in
def hook_deed(request: Asked, pk: int, deed: str) -> HttpResponse:
    """Ask, then test, pause or resume a web hook."""
    actor = _administrator(request)
    hook = get_object_or_404(Subscription, pk=pk)
    if deed not in DEEDS:
        raise Http404
    do, label, text = DEEDS[deed]
    if request.method == "POST":
        do(hook, actor, now=now())
        messages.success(request, gettext("已办理：%(deed)s") % {"deed": gettext(label)}, "good")
        return redirect("hook", pk)
    return render(
        request, "web/delivery/hook_deed.html", {"hook": hook, "label": label, "text": text}
    )


def _administrator(request: Asked) -> Acting:
    return in_role(request, ADMINISTRATOR)


def _rows(deliveries: Sequence[Delivery]) -> list[Row]:
    masks, at = contact_masks(deliveries), now()
    return [shown(delivery, at, masks) for delivery in deliveries]


def _related(found: QuerySet[Delivery]) -> QuerySet[Delivery]:
    return found.select_related("notice__case", "case", "person__address", "subscription")


def _chosen(show: str) -> QuerySet[Delivery]:
    found = _related(Delivery.objects.all())
    if show == "failed":
        return found.filter(FAILED).exclude(status=UNSENT)
    if show == "dead":
        return found.filter(FAILED, status=DEAD)
    return found.filter(status={"sent": SENT, "unsent": UNSENT}.get(show, WAITING))
