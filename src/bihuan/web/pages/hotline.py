"""The hotline's entry page (热线): what waits for my seat, by stage and clock, counted live. Writes nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render

from bihuan.hotline.console import DEMAND
from bihuan.hotline.table_taking import ROLES
from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.lanes import CAP
from bihuan.kernel.cases.queries import Sight, sight_of
from bihuan.kernel.cases.standing import standing
from bihuan.kernel.cases.waiting import waiting_of
from bihuan.kernel.errors import N_, NotAllowed
from bihuan.kernel.matters.definition import Matter
from bihuan.web.access import Asked, has_role, serves_hotline, signed_in
from bihuan.web.clock import now
from bihuan.web.desk import tallies
from bihuan.web.templatetags.shown import label

WATCHED = frozenset({"dispatched", "handling", "joining"})  # others work; the hotline urges


@dataclass(frozen=True)
class Stage:
    """A stage with how many demands stand in it, and how many of them are late."""

    key: str
    label: str
    count: int
    late: int
    is_mine: bool

    @property
    def said(self) -> str:
        """The number as it is shown: exact up to a thousand."""
        return f"{CAP}+" if self.count > CAP else str(self.count)


@signed_in
def entry(request: Asked) -> HttpResponse:
    """My seat's doors and counts."""
    return render(request, "hotline/entry.html", _context(request))


@signed_in
def counts(request: Asked) -> HttpResponse:
    """The counts alone, as the entry page asks for them."""
    return render(request, "hotline/parts/counts.html", _context(request))


def _context(request: Asked) -> dict[str, object]:
    if not serves_hotline(request.actings):
        raise NotAllowed("role", N_("您的岗位不在热线中心。"), remedy=N_("请从“我的工作”进入。"))
    at = now()
    return {
        "tallies": tallies(waiting_of(request.actings), at),
        "stages": _stages(request, sight_of(request.actings), at),
        "at": at,
        "is_operator": has_role(request, "hotline_operator"),
        "takes_tables": has_role(request, *ROLES),
        "calls_back": has_role(request, "hotline_callback"),
    }


def _stages(request: Asked, sight: Sight, at: datetime) -> list[Stage]:
    matter = city().matters[DEMAND]
    roles = {role for acting in request.actings for role in acting.roles}
    mine = _served(matter, roles)
    shown = [name for name in matter.states if name in mine or name in WATCHED]
    counts = standing(DEMAND, shown, sight, at)
    return [Stage(name, label(matter.states[name]), *counts[name], name in mine) for name in shown]


def _served(matter: Matter, roles: set[str]) -> set[str]:
    """The stages whose owner is the hotline and in which one of the roles has an action that moves the demand on."""
    return {
        state
        for action in matter.actions.values()
        if roles & {grant.role for grant in action.by} and action.to != "same"
        for state in action.sources
        if matter.states[state].owner == "desk"
    }
