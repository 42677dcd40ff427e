"""The plan (计划): the reports, a report at a glance, its tasks and its commitments as lists."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from bihuan.kernel.cases.city import city, matter_now
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import NoSuchCase
from bihuan.plan.changes import changes
from bihuan.plan.reading import commitment_counts
from bihuan.plan.sieve import (
    COMMITMENT_FACETS,
    TASK_FACETS,
    CommitmentFacts,
    T,
    TaskFacts,
    by_number,
    commitment_facts,
    sieve,
    tally,
    task_facts,
)
from bihuan.web.access import Asked, has_role, signed_in
from bihuan.web.charts import Bullet, bullet, mean_bullet
from bihuan.web.clock import now
from bihuan.web.keyset import by_order
from bihuan.web.templatetags.shown import label, unit_name

LIGHTS = ("red", "yellow", "green", "blue", "grey", "done")
Naming = Callable[[str], str]
RED_SHOWN = 12
CHANGES_SHOWN = 10


@dataclass(frozen=True)
class Count:
    """A number that is a door: how many, of what, and the query of the list with as many rows."""

    value: str
    label: str
    number: int
    query: str
    is_here: bool = False


@dataclass(frozen=True)
class UnitLine:
    """A unit, or a chapter, with its tasks by light and how far they are on average."""

    value: str
    name: str
    lights: tuple[Count, ...]
    whole: Count
    bar: Bullet | None
    silent: Count | None


@dataclass(frozen=True)
class TaskLine:
    """A row of the tasks' list."""

    fact: TaskFacts
    bar: Bullet | None


def report_of(number: str) -> Case:
    """A report by number: its title and text are public, so everybody who signed in may open it."""
    case = Case.objects.filter(matter="plan.report", number=number).first()
    if case is None:
        raise NoSuchCase(number)
    return case


def reports() -> list[tuple[Case, int]]:
    """Every report with the number of its commitments, newest year first."""
    found = list(Case.objects.filter(matter="plan.report").order_by("-data__year", "-pk"))
    return [(case, sum(commitment_counts(case).values())) for case in found]


@signed_in
def report_list(request: Asked) -> HttpResponse:
    """All reports; with a single one, its plan at once."""
    found = reports()
    if len(found) == 1 and "all" not in request.GET:
        return HttpResponseRedirect(reverse("plan_report", args=[found[0][0].number]))
    shown = {"reports": found, "may_import": has_role(request, "planner")}
    return render(request, "plan/list.html", shown)


@signed_in
def overview(request: Asked, report: str) -> HttpResponse:
    """A report at a glance: what is red and why, who owns it, what changed this week, counts that are doors."""
    case = report_of(report)
    facts = task_facts(case, request.actings, now())
    promised = commitment_facts(case, request.actings)
    red = sieve(facts, {"light": "red"})
    news = changes([fact.case for fact in facts], now())
    shown = {
        "report": case,
        "lights": light_counts(facts, {}),
        "states": _commitment_counts(promised, "state"),
        "kinds": _commitment_counts(promised, "kind"),
        "red": [TaskLine(fact, bullet(fact.pace)) for fact in red[:RED_SHOWN]],
        "red_whole": len(red),
        "red_shown": RED_SHOWN,
        "changed": _change_counts(facts),
        "news": news[:CHANGES_SHOWN],
        "units": _lines(facts, "unit"),
        "chapters": _lines(facts, "section"),
        "silent": _silent_units(facts),
        "may_plan": has_role(request, "planner"),
    }
    return render(request, "plan/overview.html", shown)


@signed_in
def task_list(request: Asked, report: str) -> HttpResponse:
    """The tasks that fit the asked facets."""
    case = report_of(report)
    facts = task_facts(case, request.actings, now())
    wish = wish_of(request.GET, TASK_FACETS)
    naming: dict[str, Naming] = {"unit": unit_name, "section": str, "state": _state_of("plan.task")}
    found = sieve(facts, wish)
    keyset = by_order(found, _by_urgency, request.GET)
    shown = {
        "report": case,
        "rows": [TaskLine(fact, bullet(fact.pace)) for fact in keyset.rows],
        "keyset": keyset,
        "total": len(found),
        "wish": wish,
        "lights": light_counts(facts, wish),
        "choices": _choices(facts, wish, naming),
        "asked": _asked(wish),
        "may_plan": has_role(request, "planner"),
    }
    return render(request, "plan/tasks.html", shown)


@signed_in
def commitment_list(request: Asked, report: str) -> HttpResponse:
    """The commitments that fit the asked facets."""
    case = report_of(report)
    facts = commitment_facts(case, request.actings)
    wish = wish_of(request.GET, COMMITMENT_FACETS)
    naming: dict[str, Naming] = {
        "state": _state_of("plan.commitment"),
        "kind": _kind,
        "section": str,
        "lead": unit_name,
    }
    found = sieve(facts, wish)
    keyset = by_order(found, _by_text, request.GET)
    shown = {
        "report": case,
        "rows": keyset.rows,
        "keyset": keyset,
        "total": len(found),
        "wish": wish,
        "choices": _choices(facts, wish, naming),
        "may_plan": has_role(request, "planner"),
    }
    return render(request, "plan/commitments.html", shown)


def _by_urgency(fact: TaskFacts) -> tuple[int, str, int]:
    """Red first, then what is due soonest; what is due at no time comes last."""
    due = fact.case.next_due_at
    return LIGHTS.index(fact.row.lit.light), due.isoformat() if due else "~", fact.case.pk


def _by_text(fact: CommitmentFacts) -> tuple[int, int]:
    return int(fact.case.data.get("start") or 0), fact.case.pk


def wish_of(asked: QueryDict, facets: Sequence[str]) -> dict[str, str]:
    """The facets asked for in a query; what is no facet is left out."""
    given = {name: str(asked.get(name, "")).strip()[:200] for name in (*facets, "q")}
    return {name: value for name, value in given.items() if value}


def light_counts(facts: Sequence[TaskFacts], wish: Mapping[str, str]) -> tuple[Count, ...]:
    """Tasks by light in the order of urgency, each with its list under the same other wishes."""
    counts = tally(facts, "light", {k: v for k, v in wish.items() if k != "light"})
    return tuple(
        Count(
            light,
            light,
            counts[light],
            urlencode({**wish, "light": light}),
            wish.get("light") == light,
        )
        for light in LIGHTS
        if counts.get(light)
    )


def _commitment_counts(facts: Sequence[CommitmentFacts], facet: str) -> tuple[Count, ...]:
    naming = _kind if facet == "kind" else _state_of("plan.commitment")
    counts = tally(facts, facet)
    return tuple(Count(v, naming(v), n, urlencode({facet: v})) for v, n in counts.items())


def _change_counts(facts: Sequence[TaskFacts]) -> tuple[Count, ...]:
    actions = matter_now("plan.task")[0].actions
    counts = by_number(tally(facts, "changed"))
    return tuple(
        Count(name, label(actions[name]), n, urlencode({"changed": name}))
        for name, n in counts.items()
        if name in actions and name != "edit"
    )


def _lines(facts: Sequence[TaskFacts], facet: str) -> list[UnitLine]:
    """One line for each unit or chapter, the most red first."""
    lines = [_line(facts, facet, value) for value in tally(facts, facet)]
    if facet == "section":
        order = {
            fact.chapter: int(fact.case.parent.data.get("start") or 0) if fact.case.parent else 0
            for fact in reversed(facts)
        }
        return sorted(lines, key=lambda line: order[line.value])
    return sorted(lines, key=lambda line: tuple(-count.number for count in line.lights))


def _line(facts: Sequence[TaskFacts], facet: str, value: str) -> UnitLine:
    mine = sieve(facts, {facet: value})
    lights = tuple(
        Count(
            light,
            light,
            len(sieve(mine, {"light": light})),
            urlencode({facet: value, "light": light}),
        )
        for light in LIGHTS
        if light != "blue"
    )
    silent = len(sieve(mine, {"silent": "1"}))
    return UnitLine(
        value,
        unit_name(value) if facet == "unit" else value,
        lights,
        Count(value, "", len(mine), urlencode({facet: value})),
        mean_bullet([fact.pace for fact in mine if fact.pace]),
        Count("1", "", silent, urlencode({facet: value, "silent": "1"})) if silent else None,
    )


def _silent_units(facts: Sequence[TaskFacts]) -> list[Count]:
    quiet = sieve(facts, {"silent": "1"})
    counts = by_number(tally(quiet, "unit"))
    return [
        Count(v, unit_name(v), n, urlencode({"unit": v, "silent": "1"})) for v, n in counts.items()
    ]


def _choices(
    facts: Sequence[T], wish: Mapping[str, str], naming: Mapping[str, Naming]
) -> list[tuple[str, list[Count]]]:
    """For each facet its values with the length of the list that choosing them leads to."""
    found = []
    for facet, name in naming.items():
        others = {k: v for k, v in wish.items() if k != facet}
        counts = tally(facts, facet, others)
        options = [
            Count(v, name(v), n, urlencode({**others, facet: v}), wish.get(facet) == v)
            for v, n in counts.items()
        ]
        found.append((facet, options))
    return found


def _asked(wish: Mapping[str, str]) -> str:
    """Words for what the filters on the page cannot show: a rule, what was done this week, silence."""
    matter = matter_now("plan.task")[0]
    lights = {light.key: label(light) for light in city().lights}
    words = [lights.get(wish.get("rule", ""), "")]
    if wish.get("changed") in matter.actions:
        words.append(label(matter.actions[wish["changed"]]))
    return "、".join(word for word in words if word)


def _state_of(key: str) -> Naming:
    states = matter_now(key)[0].states
    return lambda value: label(states[value]) if value in states else value


def _kind(value: str) -> str:
    choices = matter_now("plan.commitment")[0].fields["kind"].choices
    return label(choices[value]) if value in choices else value
