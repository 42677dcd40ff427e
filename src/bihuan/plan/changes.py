"""What happened to a report's cases lately (本周变化): the events that a leader asks about. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bihuan.kernel.cases.city import matter_at
from bihuan.kernel.cases.models import Case
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.definition import Action
from bihuan.plan.sieve import WEEK

TOLD = (
    "sign_off", "verify", "reject", "reopen", "claim", "request_extension", "approve_extension",
    "refuse_extension", "return", "urge", "terminate", "withdraw", "reassign", "issue", "sign_for",
    "report",
)  # fmt: skip
ROUTINE = ("report", "sign_for")


@dataclass(frozen=True)
class Change:
    """One step on one case."""

    case: Case
    event: Event
    action: Action


def changes(cases: Sequence[Case], now: datetime) -> list[Change]:
    """The steps of the last seven days on these cases, newest first; routine ones left out."""
    by_number = {case.number: case for case in cases}
    wanted = [name for name in TOLD if name not in ROUTINE]
    events = Event.objects.filter(
        stream__in=list(by_number), action__in=wanted, at__gt=now - WEEK, at__lte=now
    ).order_by("-at", "-pk")
    found = []
    for event in events:
        case = by_number[event.stream]
        matter, _ = matter_at(case.matter, case.version)
        found.append(Change(case, event, matter.actions[event.action]))
    return found
