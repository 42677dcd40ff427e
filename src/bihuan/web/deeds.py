"""What somebody may do with a case now: each action with its form, its key and what will happen. Takes no action."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.permissions import party_codes
from bihuan.kernel.cases.queries import Offer
from bihuan.kernel.matters.definition import BACK, SAME, Action, Matter
from bihuan.kernel.matters.fields import FieldDefinition
from bihuan.kernel.privacy.store import references_in
from bihuan.web.filling import Ask, Form, fresh_form
from bihuan.web.panels import prefilled
from bihuan.web.personal import noted
from bihuan.web.templatetags.shown import helped, in_chinese, label, unit_name

TAKEN_LETTERS = frozenset("jkogx")


@dataclass(frozen=True)
class Deed:
    """One action as a page offers it."""

    name: str
    label: str
    help: str
    letter: str
    is_primary: bool
    will: tuple[str, ...]
    form: Form
    is_open: bool = False


def deed_fields(matter: Matter, action: Action) -> dict[str, FieldDefinition]:
    """The fields of an action's form: those of the case that it writes, then its own."""
    edits = {n: matter.fields[n].model_copy(update={"required": False}) for n in action.edits}
    return edits | dict(action.form)


def ask_for(case: Case, matter: Matter, name: str) -> Ask:
    """What the form of an action asks, made from the case as it stands."""
    action = matter.actions[name]
    fields = noted(case, deed_fields(matter, action))
    held = references_in(case.data)
    return Ask(
        url=reverse("act", args=[case.number, name]),
        submit=label(action),
        prefix=name,
        fields=fields,
        required=frozenset(n for n in matter.expand(action.requires) if n not in held),
        expect=case.seq,
    )


def deeds_for(
    case: Case,
    matter: Matter,
    offers: Sequence[Offer],
    now: datetime,
    returned: Mapping[str, Form] | None = None,
) -> list[Deed]:
    """The offers with their forms; `returned` holds a form that came back with errors, which stands open."""
    letters = _letters(offer.name for offer in offers)
    returned = returned or {}
    return [
        Deed(
            name=offer.name,
            label=label(offer.action),
            help=helped(offer.action),
            letter=letters.get(offer.name, ""),
            is_primary=offer.action.primary,
            will=_will(case, matter, offer.action),
            form=returned.get(offer.name) or _fresh(case, matter, offer.name, now),
            is_open=offer.name in returned,
        )
        for offer in offers
    ]


def _fresh(case: Case, matter: Matter, name: str, now: datetime) -> Form:
    values = {n: case.data.get(n) for n in matter.actions[name].edits}
    return fresh_form(ask_for(case, matter, name), {**values, **prefilled(case, name, now)})


def _letters(names: Iterable[str]) -> dict[str, str]:
    """A letter for each action: the first of its name that is free."""
    found: dict[str, str] = {}
    for name in names:
        free = [c for c in name if c.isalpha() and c not in {*TAKEN_LETTERS, *found.values()}]
        if free:
            found[name] = free[0]
    return found


def _will(case: Case, matter: Matter, action: Action) -> tuple[str, ...]:
    """What will happen: where the case goes, which clocks begin, who is told, what is opened."""
    to = {SAME: case.state, BACK: case.return_to}.get(action.to, action.to)
    joint = "、" if in_chinese() else ", "
    lines = []
    if to in matter.states and to != case.state:
        lines.append(gettext("办理后进入“%(state)s”。") % {"state": label(matter.states[to])})
        begins = [
            label(c)
            for c in matter.clocks.values()
            if to in c.runs_in and case.state not in c.runs_in
        ]
        if begins:
            lines.append(gettext("从办理时起算：%(clocks)s。") % {"clocks": joint.join(begins)})
    told = [unit_name(c) for field in action.notifies for c in party_codes(case.data, field)]
    if told:
        lines.append(
            gettext("会收到通知：%(units)s。") % {"units": joint.join(dict.fromkeys(told))}
        )
    return tuple(lines)
