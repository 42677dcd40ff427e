"""The public's list of promises (承诺公开): each with its state in plain words, counted and listed by one sieve. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_
from bihuan.kernel.ledger.models import Event
from bihuan.plan.promises import (
    Promise,
    public_history,
    public_promises,
    public_tasks,
    public_view,
    verified_values,
)
from bihuan.plan.sieve import chapters_of

PLAIN: Mapping[str, str] = {
    "confirmed": N_("已列入计划，尚未交办"),
    "assigned": N_("正在办理"),
    "fulfilled": N_("已兑现"),
    "dropped": N_("未列入跟踪"),
}


@dataclass(frozen=True)
class Told:
    """A promise as the list tells it: public fields, plain words, who has it."""

    promise: Promise
    chapter: str
    leads: tuple[str, ...]

    def facets(self, name: str) -> frozenset[str]:
        """The values that the promise has in a facet."""
        return frozenset({{"state": self.promise.state, "section": self.chapter}[name]})

    @property
    def words(self) -> str:
        """What a search looks through."""
        shown = self.promise.shown
        return f"{self.promise.number} {shown.get('title')} {shown.get('text')}"

    @property
    def plain(self) -> str:
        """Where it stands, said as people say it; a message to translate."""
        return PLAIN.get(self.promise.state, self.promise.state_label)


def told_of(report: Case) -> list[Told]:
    """The promises of a report that the public may read, in the order of the text; those not tracked come last."""
    cases = sorted(public_promises(report), key=lambda case: case.state == "dropped")
    named = chapters_of(report)
    leads: dict[int, list[str]] = {}
    tasks = Case.objects.filter(parent__in=cases, matter="plan.task")
    for parent, lead in tasks.exclude(state__in=("drafting", "withdrawn")).values_list(
        "parent_id", "data__lead"
    ):
        leads.setdefault(parent, []).append(str(lead))
    return [
        Told(
            public_view(case),
            named.get(str(case.data.get("section") or ""), ""),
            tuple(dict.fromkeys(leads.get(case.pk, ()))),
        )
        for case in cases
    ]


@dataclass(frozen=True)
class PublicTask:
    """A task as the public may read it: public fields, and the values that were verified, by target."""

    promise: Promise
    verified: Mapping[int, str]


def told_whole(commitment: Case) -> tuple[Told, list[PublicTask], Sequence[Event]]:
    """One promise with its tasks and the steps that the public is told of."""
    tasks = public_tasks(commitment)
    events: dict[str, list[Event]] = {task.number: [] for task in tasks}
    for event in Event.objects.filter(stream__in=list(events)).order_by("seq"):
        events[event.stream].append(event)
    views = [PublicTask(public_view(task), verified_values(events[task.number])) for task in tasks]
    leads = tuple(dict.fromkeys(str(view.promise.shown.get("lead") or "") for view in views))
    told = Told(public_view(commitment), str(commitment.data.get("section") or ""), leads)
    return told, views, public_history([commitment, *tasks])
