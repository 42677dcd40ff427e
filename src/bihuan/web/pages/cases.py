"""The page of a case (办件), its actions, the list of cases, and opening one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from bihuan.kernel.cases.city import city, matter_at
from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.lanes import cases_at
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import see, visible_to
from bihuan.kernel.errors import NoSuchCase, NotAllowed, NotNow, Refusal
from bihuan.web.access import Asked, signed_in
from bihuan.web.casepage import case_context, done_message, newer_entries
from bihuan.web.choices import keep_choice, safe_next
from bihuan.web.clock import now
from bihuan.web.columns import chosen_columns, column_choices, cookie_of, known_columns, loads_data
from bihuan.web.deeds import ask_for, deed_fields
from bihuan.web.filling import refused_form
from bihuan.web.inputs import read_files, read_post
from bihuan.web.lines import lines
from bihuan.web.options import proposed
from bihuan.web.searching import asked_for, found_for, list_context
from bihuan.web.sending import acting_for, expected, sent_key
from bihuan.web.sheets import MOST_ROWS, XLSX, sheet_of


@signed_in
def case_list(request: Asked) -> HttpResponse:
    """The cases that I may see, by search words and filters; the number of one that I may see leads straight to it."""
    wanted = request.GET.get("q", "").strip().upper()
    if wanted and visible_to(request.actings).filter(number=wanted).exists():
        return redirect("case", number=wanted)
    return render(request, "web/cases.html", list_context(request, now()))


@signed_in
def case_sheet(request: Asked) -> HttpResponse:
    """The list as it is filtered, as a workbook."""
    at = now()
    asked = asked_for(request.GET)
    matter = city().matters.get(asked["matter"])
    names = chosen_columns(request, matter)
    heads = {name: gettext(column_choices(matter)[name]) for name in names}
    keys = found_for(asked, request.actings, at, None, MOST_ROWS + 1).keys
    shown = lines(cases_at(keys[:MOST_ROWS], with_data=loads_data(names)), names)
    sheet = sheet_of(shown, heads, at, is_cut=len(keys) > MOST_ROWS)
    answer = HttpResponse(sheet, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="cases-{at:%Y%m%d-%H%M}.xlsx"'
    return answer


@require_POST
@signed_in
def columns(request: Asked) -> HttpResponse:
    """Remember the columns of the list in this browser, and go back."""
    answer = redirect(safe_next(request))
    matter = city().matters.get(request.POST.get("matter", ""))
    kept = ".".join(known_columns(matter, request.POST.getlist("columns")))
    keep_choice(request, answer, cookie_of(matter), kept)
    return answer


@signed_in
def case_page(request: Asked, number: str) -> HttpResponse:
    """One case on one page."""
    case = see(number, request.actings)
    return render(request, "web/case.html", case_context(case, request))


@require_POST
@signed_in
def act_on(request: Asked, number: str, action: str) -> HttpResponse:
    """Take an action on a case through the one door, then go back to its page."""
    case = see(number, request.actings)
    matter, _ = matter_at(case.matter, case.version)
    if action not in matter.actions:
        raise NoSuchCase(number)
    fields = deed_fields(matter, matter.actions[action])
    typed = read_post(fields, request.POST)
    try:
        moved = act(
            number, action, acting_for(case, action, request.actings), typed,
            now=now(), files=read_files(fields, request.FILES),
            key=sent_key(request), expect=expected(request),
        )  # fmt: skip
    except (NotAllowed, NotNow):
        raise
    except Refusal as refusal:
        return _came_back(request, case, action, typed, refusal)
    messages.success(request, done_message(moved, action), "good")
    return _go(request, reverse("case", args=[number]))


def _came_back(
    request: Asked, case: Case, action: str, typed: dict[str, object], refusal: Refusal
) -> HttpResponse:
    """The form again, with what was typed and what to mend: in place with scripts, else on the whole page."""
    case.refresh_from_db()
    matter, _ = matter_at(case.matter, case.version)
    ask = ask_for(case, matter, action)
    form = refused_form(ask, proposed(ask.fields, typed), request.POST, refusal)
    context = {"form": form, "newer": newer_entries(case, request.POST.get("expect", ""))}
    if request.headers.get("HX-Request"):
        return render(request, "web/parts/form.html", context, status=422)
    page = case_context(case, request, {action: form}) | {"newer": context["newer"]}
    return render(request, "web/case.html", page, status=422)


def _go(request: Asked, url: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)
