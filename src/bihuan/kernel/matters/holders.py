"""Who held a case when: every second of its life belongs to exactly one unit in one state; who closed in vain. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.facts import Moved


@dataclass(frozen=True)
class Holding:
    """A stretch of time in which one unit held the case in one state; `unit` is empty where the field is."""

    unit: str
    state: str
    since: datetime
    until: datetime


def holders(matter: Matter, history: Sequence[Moved], now: datetime) -> tuple[Holding, ...]:
    """The stretches in order, without gap or overlap, from opening to the end or to `now`; ended time has no holder.

    Where the owner is a field of several units, the first one holds.
    """
    stretches: list[Holding] = []
    ends = [event.at for event in history[1:]] + [now]
    for event, until in zip(history, ends, strict=False):
        state = matter.states[event.to]
        if state.end or until <= event.at:
            continue
        owner = event.data.get(state.owner)
        unit = owner[0] if isinstance(owner, list) and owner else owner
        held = Holding(unit if isinstance(unit, str) else "", event.to, event.at, until)
        last = stretches[-1] if stretches else None
        if last and (last.unit, last.state, last.until) == (held.unit, held.state, held.since):
            stretches[-1] = replace(last, until=until)
        else:
            stretches.append(held)
    return tuple(stretches)


@dataclass(frozen=True)
class Reopening:
    """A case that was taken up again (返工): when, and the unit that it counts against."""

    unit: str
    at: datetime


def reopenings(matter: Matter, history: Sequence[Moved]) -> tuple[Reopening, ...]:
    """Each time an action with `reopens` was taken, counted against the handling unit that did the work.

    That is the first handling unit of the case as it stood before the action: a later change of hands moves no blame.
    """
    found: list[Reopening] = []
    for before, event in pairwise(history):
        action = matter.actions.get(event.action)
        if action is None or not action.reopens:
            continue
        named = (before.data.get(field) for field in matter.handler)
        units = [
            unit for value in named for unit in (value if isinstance(value, list) else [value])
        ]
        found.append(Reopening(next((str(unit) for unit in units if unit), ""), event.at))
    return tuple(found)
