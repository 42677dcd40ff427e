"""My work (我的工作): what waits for somebody, in four groups by clock, and the counts that lead to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bihuan.kernel.cases.city import work_calendar
from bihuan.kernel.cases.lanes import ALWAYS, CAP, Span
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.waiting import Waiting
from bihuan.kernel.errors import N_
from bihuan.web.lines import Line, line

GROUPS: Mapping[str, str] = {
    "late": N_("已超期"),
    "today": N_("今天"),
    "week": N_("本周"),
    "later": N_("以后"),
}


@dataclass(frozen=True)
class Tally:
    """A group with its number: a door to exactly that many rows."""

    key: str
    label: str
    count: int
    is_more: bool = False


def group_edges(now: datetime) -> tuple[datetime, datetime]:
    """The end of today and of this week (Sunday), in the city's zone."""
    local = work_calendar().local(now)
    tonight = datetime.combine(local.date() + timedelta(days=1), time(0), tzinfo=local.tzinfo)
    return tonight, tonight + timedelta(days=6 - local.weekday())


def in_group(key: str, now: datetime) -> Span:
    """The stretch of due instants of a group; an unknown key is everything."""
    tonight, sunday = group_edges(now)
    spans = {
        "late": Span(high=now, undated=False),
        "today": Span(now, tonight, undated=False),
        "week": Span(tonight, sunday, undated=False),
        "later": Span(low=sunday),
    }
    return spans.get(key, ALWAYS)


def tallies(waiting: Waiting, now: datetime) -> list[Tally]:
    """How many wait in each group; one query."""
    counts = waiting.counts([in_group(key, now) for key in GROUPS])
    return [
        Tally(key, name, min(count, CAP), count > CAP)
        for (key, name), count in zip(GROUPS.items(), counts, strict=True)
    ]


def grouped(case: Case, now: datetime) -> Line:
    """A line with the key of its group."""
    tonight, sunday = group_edges(now)
    due = case.next_due_at
    edges = (("late", now), ("today", tonight), ("week", sunday))
    key = next((key for key, edge in edges if due and due < edge), "later")
    return line(case, key)
