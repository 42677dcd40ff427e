"""Counts and lists of the plan (计数与清单) by one and the same sieve, so that a count never differs from its list."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Protocol, TypeVar

from django.db.models import Q

from bihuan.kernel.cases.city import work_calendar
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import sight_of, visible_to
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.orgs.acting import Acting
from bihuan.plan.chapters import chapters
from bihuan.plan.progress import Pace, pace_of
from bihuan.plan.promises import HIDDEN_STATES
from bihuan.plan.reading import TaskRow, commitments_of, task_rows, tasks_of


class Faceted(Protocol):
    """What the sieve can sort: it has values in facets, and words to search."""

    @property
    def words(self) -> str:
        """What a search looks through."""

    def facets(self, name: str) -> frozenset[str]:
        """The values that it has in a facet."""


T = TypeVar("T", bound="Faceted")
Wish = Mapping[str, str]  # facet → wanted value; an empty value wants everything
WEEK = timedelta(days=7)
KEPT_REPORTS = 8
KEEPING = Lock()
_kept: dict[tuple[int, int, datetime], tuple["TaskFacts", ...]] = {}


class TaskFacts:
    """A task with everything it is counted by."""

    def __init__(self, row: TaskRow, chapter: str, recent: frozenset[str], today: date) -> None:
        self.row = row
        self.case = row.case
        self.chapter = chapter
        self.recent = recent
        self.unit = str(row.case.data.get("lead") or "")
        self.pace: Pace | None = pace_of(row.progress, today)

    def facets(self, name: str) -> frozenset[str]:
        """The values that the task has in a facet."""
        if name == "changed":
            return self.recent
        found = {
            "light": self.row.lit.light,
            "rule": self.row.lit.key,
            "unit": self.unit,
            "section": self.chapter,
            "state": self.case.state,
            "silent": "1" if self.row.progress.silent_periods else "",
        }
        return frozenset({found[name]})

    @property
    def words(self) -> str:
        """What a search looks through."""
        return f"{self.case.number} {self.case.title} {self.case.data.get('goal') or ''}"


class CommitmentFacts:
    """A commitment with everything it is counted by."""

    def __init__(self, case: Case, chapter: str) -> None:
        self.case = case
        self.chapter = chapter

    def facets(self, name: str) -> frozenset[str]:
        """The values that the commitment has in a facet."""
        data = self.case.data
        found = {
            "state": self.case.state,
            "kind": str(data.get("kind") or ""),
            "section": self.chapter,
            "lead": str(data.get("suggested_lead") or ""),
        }
        return frozenset({found[name]})

    @property
    def words(self) -> str:
        """What a search looks through."""
        return f"{self.case.number} {self.case.title} {self.case.data['text']}"


TASK_FACETS = ("light", "rule", "unit", "section", "state", "silent", "changed")
COMMITMENT_FACETS = ("state", "kind", "section", "lead")


def sieve(facts: Iterable[T], wish: Wish) -> list[T]:
    """Those that have every wished value; `q` is looked for in number, title and words."""
    text = wish.get("q", "").strip().casefold()
    facets = [(name, value) for name, value in wish.items() if value and name != "q"]
    return [
        fact
        for fact in facts
        if all(value in fact.facets(name) for name, value in facets)
        and (not text or text in fact.words.casefold())
    ]


def tally(facts: Sequence[T], facet: str, wish: Wish | None = None) -> dict[str, int]:
    """Each value of a facet with the length of the list it leads to, in order of appearance."""
    wish = wish or {}
    values = dict.fromkeys(value for fact in facts for value in sorted(fact.facets(facet)) if value)
    return {value: len(sieve(facts, {**wish, facet: value})) for value in values}


def by_number(counts: Mapping[str, int]) -> dict[str, int]:
    """Largest first; equals keep their order."""
    return dict(sorted(counts.items(), key=lambda item: -item[1]))


def task_facts(report: Case, actings: Sequence[Acting], now: datetime) -> list[TaskFacts]:
    """The tasks of a report that the person may see, with what they are counted by."""
    facts = kept_facts(report, now)
    sight = sight_of(actings)
    if sight.everything:
        return list(facts)
    seen = set(visible_to(actings).filter(root=report).values_list("pk", flat=True))
    return [fact for fact in facts if fact.case.pk in seen]


def kept_facts(report: Case, now: datetime) -> Sequence[TaskFacts]:
    """Every task of a report, reckoned once a minute and event: the same for all who look, and only read."""
    last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    minute = now.replace(second=0, microsecond=0)
    key = (report.pk, last, minute)
    with KEEPING:
        if key not in _kept:
            if len(_kept) >= KEPT_REPORTS:
                _kept.pop(next(iter(_kept)))
            _kept[key] = _all_facts(report, now)
        return _kept[key]


def _all_facts(report: Case, now: datetime) -> tuple[TaskFacts, ...]:
    rows = task_rows(tasks_of(report), now)
    named = chapters_of(report)
    recent = recent_actions([row.case.number for row in rows], now)
    today = now.astimezone(work_calendar().zone).date()
    return tuple(
        TaskFacts(row, named.get(row.section, ""), recent.get(row.case.number, frozenset()), today)
        for row in rows
    )


def commitment_facts(report: Case, actings: Sequence[Acting]) -> list[CommitmentFacts]:
    """The commitments of a report that the person may see: by post, and those that are public anyway."""
    named = chapters_of(report)
    return [
        CommitmentFacts(case, named.get(str(case.data.get("section") or ""), ""))
        for case in commitments_of(report).filter(
            Q(pk__in=visible_to(actings).values("pk")) | ~Q(state__in=HIDDEN_STATES)
        )
    ]


def chapters_of(report: Case) -> Mapping[str, str]:
    """Chapters by section, reckoned over all commitments, so that everybody sees the same."""
    return chapters(
        [str(s or "") for s in commitments_of(report).values_list("data__section", flat=True)]
    )


def recent_actions(numbers: Sequence[str], now: datetime) -> dict[str, frozenset[str]]:
    """What was done to each case in the last seven days."""
    rows = Event.objects.filter(stream__in=numbers, at__gt=now - WEEK, at__lte=now)
    found: dict[str, set[str]] = {}
    for stream, action in rows.values_list("stream", "action"):
        found.setdefault(stream, set()).add(action)
    return {stream: frozenset(actions) for stream, actions in found.items()}
