"""Who held a case when: every second of its life belongs to exactly one unit in one state. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

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
