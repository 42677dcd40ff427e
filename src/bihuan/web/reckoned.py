"""A case's open clocks with their reckoning in words (时限及其算法). Derives them anew; stores nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bihuan.kernel.calendar.workdays import Skipped
from bihuan.kernel.cases.city import city, work_calendar
from bihuan.kernel.cases.history import fold
from bihuan.kernel.errors import CalendarGap
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.clocks import derive_clocks, open_clocks
from bihuan.kernel.matters.definition import Matter
from bihuan.web.refusals import filled
from bihuan.web.templatetags.shown import label


@dataclass(frozen=True)
class SaidStep:
    """One step of the reckoning in words, with the days it did not count."""

    at: datetime
    text: str
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True)
class OpenClock:
    """One obligation that still stands."""

    label: str
    basis: str
    due: datetime | None
    is_paused: bool
    steps: tuple[SaidStep, ...]


def open_clocks_of(matter: Matter, events: Sequence[Event], now: datetime) -> list[OpenClock]:
    """The open clocks, soonest due first, those that pause last."""
    try:
        at = max(now, events[-1].at)
        states = derive_clocks(matter, fold(events), work_calendar(), city().parameters, at)
    except CalendarGap:
        return []
    found = [
        OpenClock(
            label=label(matter.clocks[state.key]),
            basis=matter.clocks[state.key].basis,
            due=state.due_at,
            is_paused=state.status == "paused",
            steps=tuple(
                SaidStep(step.at, filled(step.text, dict(step.params)), step.skipped)
                for step in state.reckoning
            ),
        )
        for state in open_clocks(states)
    ]
    return sorted(found, key=lambda clock: (clock.due is None, clock.due or at))
