"""The operator's desk (话务台): registers a call and takes its next step as one; who follows whom."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.db.models.fields.json import KeyTextTransform

from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.cases.intakes import take_in
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_, FieldProblem, FormRefusal
from bihuan.kernel.orgs.acting import Acting

DEMAND = "hotline.demand"
STEPS = (
    "dispatch",
    "answer_now",
    "decline",
    "link",
)  # what an operator may do with the call at once
KEPT_BY_DISPATCH = frozenset({"category", "pace"})  # already written when the demand was opened


@transaction.atomic
def register(
    data: Mapping[str, object],
    step: str,
    given: Mapping[str, object],
    operator: Acting,
    *,
    now: datetime,
    files: Mapping[str, Sequence[Upload]] | None = None,
    key: str = "",
) -> Case:
    """Open a demand and take its next step (empty: none); a Refusal of either leaves nothing behind."""
    if step == "link":
        _require_open(str(given.get("main") or ""))
    case = take_in(DEMAND, data, operator, now=now, files=files or {}, key=key)
    if step in STEPS and case.state == "registered":
        kept = {n: v for n, v in given.items() if n not in KEPT_BY_DISPATCH}
        return act(case.number, step, operator, kept, now=now, key=key and f"{key}:{step}")
    return case


def followers_of(numbers: Sequence[str]) -> dict[str, list[Case]]:
    """Main case → the demands that were joined to it, oldest first: their callers are to be told when it moves."""
    joined = _joined(numbers).select_related("owner").order_by("pk")
    found: dict[str, list[Case]] = {}
    for case in joined:
        found.setdefault(str(case.data["main"]), []).append(case)
    return found


def follower_counts(numbers: Sequence[str]) -> dict[str, int]:
    """Main case → how many demands were joined to it."""
    counted = _joined(numbers).values("at").annotate(n=Count("pk")).values_list("at", "n")
    return dict(counted)


def repeats_of(number: str) -> list[Case]:
    """The demands by which the same caller said a demand again, oldest first."""
    again = Case.objects.annotate(of=KeyTextTransform("repeats", "data")).filter(of=number)
    return list(again.select_related("owner").order_by("pk"))


def leads_of(numbers: Sequence[str]) -> dict[str, str]:
    """Demand → its lead unit, of those that have one."""
    found = Case.objects.filter(number__in=numbers).values_list("number", "data__lead")
    return {number: lead for number, lead in found if lead}


def _joined(numbers: Sequence[str]) -> QuerySet[Any]:
    main = KeyTextTransform("main", "data")
    return Case.objects.filter(state="linked").annotate(at=main).filter(at__in=list(numbers))


def _require_open(number: str) -> None:
    main = Case.objects.filter(number=number, matter=DEMAND).first()
    if main is None or main.end:
        raise FormRefusal((FieldProblem("main", N_("没有这一编号的在办诉求，请从相似诉求中选择")),))
