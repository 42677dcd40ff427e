"""Opening a case by hand (登记): the form of any matter that the person's roles may open."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.intakes import take_in
from bihuan.kernel.cases.permissions import is_granted
from bihuan.kernel.cases.queries import visible_to
from bihuan.kernel.errors import FormRefusal, NotAllowed
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.orgs.acting import Acting
from bihuan.web.access import Asked, signed_in
from bihuan.web.clock import now
from bihuan.web.filling import Ask, Form, fresh_form, refused_form
from bihuan.web.inputs import read_files, read_post
from bihuan.web.lines import matter_of
from bihuan.web.sending import sent_key
from bihuan.web.templatetags.shown import label


@signed_in
def open_page(request: Asked, matter: str) -> HttpResponse:
    """The form of a new case; sending it opens the case."""
    definition = matter_of(matter)
    if definition is None:
        raise Http404
    opener = _opener(definition, request)
    ask = _ask(definition)
    if request.method != "POST":
        return _show(request, definition, fresh_form(ask, _known(definition, opener)))
    typed = read_post(definition.fields, request.POST)
    files = read_files(definition.fields, request.FILES)
    try:
        case = take_in(matter, typed, opener, now=now(), files=files, key=sent_key(request))
    except FormRefusal as refusal:
        form = refused_form(ask, typed, request.POST, refusal)
        return _show(request, definition, form, 422)
    if not visible_to(request.actings).filter(pk=case.pk).exists():  # a sealed matter's (封闭事项)
        messages.success(request, gettext("已登记 %(number)s。") % {"number": case.number}, "good")
        return redirect("my_work")
    return redirect("case", number=case.number)


def _ask(matter: Matter) -> Ask:
    url = reverse("open_case", args=[matter.key])
    fields = dict(matter.fields)
    if matter.opener:
        optional = {"required": False}
        fields[matter.opener] = fields[matter.opener].model_copy(update=optional)
    return Ask(url, gettext("登记"), "", fields)


def _known(matter: Matter, opener: Acting) -> dict[str, object]:
    """Units that need not be chosen: the opener's own, and where one unit alone has the posts that act for a field."""
    known: dict[str, object] = {}
    for name in matter.unit_fields:
        roles = {g.role for action in matter.actions.values() for g in action.by if g.party == name}
        units = {post.unit for post in city().posts.values() if roles & set(post.roles)}
        if len(units) == 1:
            known[name] = units.pop()
    return known | ({matter.opener: opener.unit} if matter.opener else {})


def _opener(matter: Matter, request: Asked) -> Acting:
    for acting in request.actings:
        if any(is_granted(grant, acting, {}, {}) for grant in matter.opened_by):
            return acting
    first = next(iter(request.actings), None)
    raise NotAllowed(
        "open",
        "您当前的岗位（%(post)s）不能登记“%(matter)s”。",
        params={"post": first.post_name if first else request.user, "matter": label(matter)},
    )


def _show(request: Asked, matter: Matter, form: Form, status: int = 200) -> HttpResponse:
    context = {"form": form, "matter": matter}
    return render(request, "web/open.html", context, status=status)
