"""Suggestions for decomposing a commitment (分解): who, when, how far by each quarter. Writes through the one door only."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.models import Case
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.acting import Acting
from bihuan.plan.progress import QUARTER_ENDS, quarter_end
from bihuan.plan.rules import targets_of


def suggest_task(commitment: Case) -> dict[str, Json]:
    """What `decompose` asks, filled from the compiler's suggestion."""
    data = commitment.data
    assist: list[Json] = [
        c for c in str(data.get("suggested_assist") or "").split(",") if c in city().units
    ]
    lead = str(data.get("suggested_lead") or "")
    return {
        "task_title": data["title"],
        "lead": lead if lead in city().units else None,
        "assist": [code for code in assist if code != lead],
    }


def suggest_five_fixed(task: Case, today: date) -> dict[str, Json]:
    """Suggestions for those of the five fixed things (五定) that are still empty."""
    data, lead = task.data, str(task.data["lead"])
    suggestions: dict[str, Json] = {
        "leader": leader_over(lead),
        "responsible": head_of(lead),
        "milestones": suggest_milestones(data, today),
        "pace": "year",
        "weight": 1,
    }
    return {name: value for name, value in suggestions.items() if value and not data.get(name)}


def leader_over(unit: str) -> str | None:
    """The post of the city leader who oversees a unit (分管)."""
    return next((p.code for p in city().posts.values() if unit in p.oversees), None)


def head_of(unit: str) -> str | None:
    """The post of the head of a unit."""
    return next((p.code for p in city().posts_of(unit) if "unit_head" in p.roles), None)


def suggest_milestones(data: dict[str, Json], today: date) -> list[Json]:
    """One milestone for each quarter left before the deadline, in step with time from the baseline."""
    deadline = date.fromisoformat(str(data["deadline"]))
    year = date(deadline.year, 1, 1)
    first = next(iter(targets_of(data)), None)
    cumulative = first is not None and first.get("basis") in (None, "", "level", "coverage")
    rows: list[Json] = []
    for quarter in QUARTER_ENDS:
        day = quarter_end(quarter, deadline)
        if day < today or (rows and day == deadline and rows[-1] == deadline.isoformat()):
            continue
        share = Decimal((day - year).days + 1) / Decimal((deadline - year).days + 1)
        rows.append(_milestone(quarter, first if cumulative else None, share))
        if day == deadline:
            break
    return rows


def _milestone(quarter: str, target: dict[str, Json] | None, share: Decimal) -> Json:
    percent = int((share * 100).quantize(Decimal(1)))
    if target is None:
        return {"quarter": quarter, "text": f"完成全年工作量的{percent}%", "value": None}
    goal = Decimal(str(target["value"]))
    start = Decimal(str(target.get("baseline") or 0))
    value = goal if share == 1 else _rounded(start + (goal - start) * share)
    return {
        "quarter": quarter,
        "text": f"{target['measure']}达到{_said(value)}{target.get('unit') or ''}",
        "value": format(value.normalize(), "f"),
    }


def _rounded(value: Decimal) -> Decimal:
    """Whole numbers, and three figures of large ones: nobody plans a quarter to the yuan."""
    if abs(value) < 10:
        return value.quantize(Decimal("0.1"))
    return value.quantize(Decimal(1).scaleb(max(0, value.adjusted() - 2)))


def _said(value: Decimal) -> str:
    """A number as people write it: 246亿, 3.5万, 12."""
    for size, word in ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万")):
        if abs(value) >= size:
            return f"{(value / size).normalize():f}{word}"
    return f"{value.normalize():f}"


@transaction.atomic
def decompose_all(cases: Iterable[Case], actor: Acting, *, now: datetime) -> int:
    """Decompose commitments as suggested, one task each; those without a suggested lead stay. Returns how many."""
    done = 0
    for case in cases:
        given = suggest_task(case)
        if given["lead"]:
            act(case.number, "decompose", actor, given, now=now)
            done += 1
    return done
