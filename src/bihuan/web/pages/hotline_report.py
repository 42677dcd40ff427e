"""The operator registers what is no demand (举报登记): its own sealed form, and number and code to give to the caller."""

from collections.abc import Mapping

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from bihuan.hotline.following import follow_code
from bihuan.hotline.offered import Door, doors
from bihuan.hotline.reporting import ANONYMOUS, BY_OPERATOR, FILES
from bihuan.hotline.reporting import report as take_report
from bihuan.kernel.cases.city import matter_now
from bihuan.kernel.errors import Refusal
from bihuan.kernel.matters.fields import FieldDefinition
from bihuan.web.access import Asked, in_role, signed_in
from bihuan.web.clock import now
from bihuan.web.filling import Ask, Form, fresh_form, refused_form
from bihuan.web.inputs import read_files, read_post
from bihuan.web.promised import promised_to_report
from bihuan.web.sending import sent_key
from bihuan.web.templatetags.shown import label

OPENERS = ("hotline_operator", "hotline_reports")


@never_cache
@signed_in
def report(request: Asked, kind: str) -> HttpResponse:
    """The form of a door; sending it opens the sealed case and shows number and code, this once."""
    door = doors().get(kind)
    if door is None:
        raise Http404
    operator = in_role(request, *OPENERS)
    ask = _ask(door)
    if request.method != "POST":
        return _show(request, door, fresh_form(ask, {}))
    typed = read_post(ask.fields, request.POST)
    try:
        case = take_report(
            typed, operator, now=now(), matter=door.matter,
            files=read_files(ask.fields, request.FILES).get(FILES, ()), key=sent_key(request),
        )  # fmt: skip
    except Refusal as refusal:
        return _show(request, door, refused_form(ask, typed, request.POST, refusal), 422)
    shown = {"door": door, "number": case.number, "code": follow_code(case.number)}
    return render(request, "hotline/reported.html", shown | dict(promised_to_report()))


def begin(request: Asked, door: Door, typed: Mapping[str, object]) -> HttpResponse:
    """The form with what the operator has typed on the console; nothing is stored yet."""
    in_role(request, *OPENERS)
    ask = _ask(door)
    known = {name: value for name, value in typed.items() if name in ask.fields}
    known["named"] = ANONYMOUS if typed.get("identity") == ANONYMOUS else "real"
    return _show(request, door, fresh_form(ask, known))


def _ask(door: Door) -> Ask:
    fields = matter_now(door.matter)[0].fields
    asked = {name: _told(fields[name]) for name in (*BY_OPERATOR, FILES)}
    url = reverse("hotline_report", args=[door.kind])
    return Ask(url, gettext("登记") + label(door), "", asked)


def _told(field: FieldDefinition) -> FieldDefinition:
    """A title may be left to the first sentence; whatever else is missing is named when it is sent."""
    return field if field.type != "text" else field.model_copy(update={"required": False})


def _show(request: Asked, door: Door, form: Form, status: int = 200) -> HttpResponse:
    return render(request, "hotline/report.html", {"form": form, "door": door}, status=status)
