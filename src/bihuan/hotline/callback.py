"""Calling the citizen back (回访): what was tried, and which action an answer means. Takes none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bihuan.hotline.rules import answered_by_peer, apart
from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.history import events_of, fold
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_, FieldProblem, FormRefusal
from bihuan.kernel.ledger.models import Event

UNHAPPY = frozenset({"poor", "bad"})


@dataclass(frozen=True)
class Attempts:
    """The calls that reached nobody since the reply was last passed, how many count, and how many must."""

    at: tuple[datetime, ...]
    counted: int
    least: int
    next_from: datetime | None

    @property
    def is_enough(self) -> bool:
        """True where the case may be closed without the caller."""
        return self.counted >= self.least


def attempts_of(numbers: Sequence[str], *, now: datetime) -> dict[str, Attempts]:
    """Case → its attempts; one query for all."""
    wanted = Event.objects.filter(
        stream__in=numbers, action__in=("pass", "peer_closed", "not_reached")
    )
    calls: dict[str, list[datetime]] = {number: [] for number in numbers}
    for stream, action, at in wanted.order_by("seq").values_list("stream", "action", "at"):
        calls[stream] = [*calls[stream], at] if action == "not_reached" else []
    parameters = city().parameters
    least = int(parameters.number("hotline.callback_attempts", now))
    gap = timedelta(minutes=int(parameters.number("hotline.callback_gap_minutes", now)))
    return {number: _attempts(found, least, gap, now) for number, found in calls.items()}


def back(case: Case, to_unit: str, anew: str) -> str:
    """Of two actions the one by which a demand is handled again: back to its unit, or anew where a peer answered."""
    return anew if answered_by_peer(fold(events_of(case))) else to_unit


def verdict(case: Case, is_solved: str, rating: str) -> str:
    """The action that the two answers mean, asked apart (是否解决、是否满意分别问); a Refusal where the first is missing."""
    if is_solved not in ("true", "false"):
        raise FormRefusal((FieldProblem("is_solved", N_("请问清诉求是否解决")),))
    if is_solved == "false":
        return back(case, "not_solved", "redispatch")
    return "solved_unhappy" if rating in UNHAPPY else "solved"


def _attempts(found: Sequence[datetime], least: int, gap: timedelta, now: datetime) -> Attempts:
    soonest = found[-1] + gap if found else None
    later = soonest if soonest and soonest > now else None
    return Attempts(tuple(found), apart(found, gap), least, later)
