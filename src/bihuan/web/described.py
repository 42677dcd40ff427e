"""A matter in words for the catalog browser (目录): its states, actions and clocks as rows. Decides nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from bihuan.kernel.cases.city import city
from bihuan.kernel.errors import N_
from bihuan.kernel.matters.definition import BACK, SAME, SYSTEM, Action, Grant, Matter
from bihuan.kernel.matters.reckoning import UNIT_NAMES
from bihuan.kernel.matters.timing import Clock
from bihuan.web.templatetags.shown import amount, helped, in_chinese, label

PERIODS = {"week": N_("每周%(day)s %(at)s"), "month": N_("每月%(day)s日 %(at)s")}
WEEKDAYS = (N_("一"), N_("二"), N_("三"), N_("四"), N_("五"), N_("六"), N_("日"))


@dataclass(frozen=True)
class StateRow:
    """A state with its owner and the clocks that run in it."""

    label: str
    owner: str
    clocks: str
    end: str
    help: str


@dataclass(frozen=True)
class ActionRow:
    """An action: from where to where, by whom, who must keep away, who is told."""

    label: str
    help: str
    sources: str
    to: str
    by: str
    not_by: str
    told: str
    is_verifying: bool


@dataclass(frozen=True)
class ClockRow:
    """A clock with its length as it is in force."""

    label: str
    length: str
    states: str
    basis: str


def states_of(matter: Matter) -> list[StateRow]:
    """All states in the order of the file."""
    return [
        StateRow(
            label(state),
            _fields(matter, [state.owner] if state.owner else []),
            _joined(label(c) for c in matter.clocks.values() if name in c.runs_in),
            state.end,
            helped(state),
        )
        for name, state in matter.states.items()
    ]


def actions_of(matter: Matter) -> list[ActionRow]:
    """All actions in the order of the file."""
    return [
        ActionRow(
            label=label(action),
            help=helped(action),
            sources=_joined(label(matter.states[name]) for name in action.sources),
            to=_target(matter, action),
            by=_joined(grant_said(matter, grant) for grant in action.by),
            not_by=_fields(matter, action.not_by),
            told=_fields(matter, action.notifies),
            is_verifying=matter.is_independent(action),
        )
        for action in matter.actions.values()
    ]


def clocks_of(matter: Matter, at: datetime) -> list[ClockRow]:
    """All clocks with the lengths in force at an instant."""
    return [
        ClockRow(
            label(clock),
            length_said(matter, clock, at),
            _joined(label(matter.states[name]) for name in clock.runs_in),
            clock.basis,
        )
        for clock in matter.clocks.values()
    ]


def grant_said(matter: Matter, grant: Grant) -> str:
    """A grant in words: the role, and of which party."""
    if grant.role == SYSTEM:
        return gettext("系统")
    role = label(city().roles.get(grant.role, grant.role))
    return f"{role}（{label(matter.fields[grant.party])}）" if grant.party else role


def length_said(matter: Matter, clock: Clock, at: datetime) -> str:
    """How long a clock runs, with the parameter's value in force."""
    if clock.every is not None:
        day = (
            gettext(WEEKDAYS[clock.every.day - 1])
            if clock.every.period == "week"
            else clock.every.day
        )
        return gettext(PERIODS[clock.every.period]) % {"day": day, "at": clock.every.at}
    if clock.until:
        return gettext("至“%(field)s”当天") % {"field": label(matter.fields[clock.until])}
    assert clock.within is not None  # Clock.one_measure
    length = clock.within.amount
    try:
        number = city().parameters.number(length, at) if isinstance(length, str) else length
    except LookupError:
        return str(length)
    return f"{amount(number)} {gettext(UNIT_NAMES[clock.within.unit])}"


def _target(matter: Matter, action: Action) -> str:
    if action.to == SAME:
        return gettext("不变")
    if action.to == BACK:
        return gettext("回到原环节")
    return label(matter.states[action.to])


def _fields(matter: Matter, names: Iterable[str]) -> str:
    return _joined(label(matter.fields[name]) for name in names)


def _joined(words: Iterable[str]) -> str:
    return ("、" if in_chinese() else ", ").join(words)
