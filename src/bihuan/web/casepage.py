"""Everything that the one page of a case shows, gathered (办件页). Decides nothing, writes nothing."""

from collections.abc import Mapping

from django.utils.translation import gettext

from bihuan.kernel.cases.city import matter_at
from bihuan.kernel.cases.history import events_of
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import offers, visible_to
from bihuan.kernel.ledger.seals import is_sealed
from bihuan.web.access import Asked, reads_ledger
from bihuan.web.clock import now
from bihuan.web.deeds import deeds_for
from bihuan.web.filling import Form
from bihuan.web.flow import draw_case
from bihuan.web.held import held_by
from bihuan.web.lines import lines
from bihuan.web.panels import panel_context, panel_template
from bihuan.web.personal import personal_of, with_masks
from bihuan.web.reckoned import open_clocks_of
from bihuan.web.saved import is_watching
from bihuan.web.templatetags.shown import label
from bihuan.web.timeline import timeline
from bihuan.web.values import parts_of

MANY_CHILDREN = 50


def case_context(
    case: Case, request: Asked, returned: Mapping[str, Form] | None = None
) -> dict[str, object]:
    """The variables of case.html; `returned` is the form that came back, by action."""
    matter, _ = matter_at(case.matter, case.version)
    events = events_of(case)
    files = list(case.evidence.order_by("pk"))
    at = now()
    seen = visible_to(request.actings)
    children = seen.filter(parent=case).order_by("pk")[: MANY_CHILDREN + 1]
    personal = personal_of(case, matter, request.actings)
    parent = case.parent if case.parent_id and seen.filter(pk=case.parent_id).exists() else None
    return {
        "case": case,
        "matter": matter,
        "state": matter.states[case.state],
        "parts": parts_of(matter, with_masks(case.data, personal.masks), files),
        "deeds": deeds_for(case, matter, offers(case, request.actings), at, returned),
        "clocks": open_clocks_of(matter, events, at) if not case.end else [],
        "held": held_by(matter, events, at),
        "drawn": draw_case(matter, events, case.state),
        "entries": timeline(matter, events, files, personal.masks),
        "personal": personal,
        "is_watched": is_watching(request.user.pk, case),
        "children": lines(children[:MANY_CHILDREN]),
        "more_children": len(children) > MANY_CHILDREN,
        "parent": lines([parent])[0] if parent else None,
        "panel": panel_template(case.matter),
        "has_proof": reads_ledger(request.actings) and is_sealed(case.number),
        **panel_context(case, request),
    }


def newer_entries(case: Case, since: str) -> list[str]:
    """What happened after the event that a page was made from, in one line each."""
    matter, _ = matter_at(case.matter, case.version)
    entries = timeline(matter, events_of(case), ())
    seen = int(since) if since.isdecimal() else case.seq
    return [e.line for e in reversed(entries) if e.event.seq > seen]


def done_message(case: Case, action: str) -> str:
    """What a person reads after an action."""
    matter, _ = matter_at(case.matter, case.version)
    names = {"action": label(matter.actions[action]), "state": label(matter.states[case.state])}
    return gettext("已办理“%(action)s”，现处于“%(state)s”。") % names
