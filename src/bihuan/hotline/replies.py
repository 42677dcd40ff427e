"""Hints on a reply that waits to be checked (答复审核提示), with the unit's own newest replies to compare. Decides nothing."""

from bihuan.hotline.console import DEMAND
from bihuan.hotline.words.reply import Hint, check
from bihuan.kernel.cases.models import Case, CaseParty

COMPARED = 50  # newest demands of the same unit
LEAD = "lead"


def hints_on(case: Case) -> tuple[Hint, ...]:
    """What may be wrong with the answer of a demand, in the order of its text; none without an answer."""
    answer = str(case.data.get("answer") or "")
    if not answer:
        return ()
    demand = f"{case.title}\n{case.data.get('content') or ''}"
    return check(demand, answer, _others(case))


def _others(case: Case) -> list[str]:
    parties = CaseParty.objects.filter(unit=str(case.data.get(LEAD) or ""), field=LEAD)
    near = parties.exclude(case=case.pk).order_by("-pk").values_list("case", flat=True)[:COMPARED]
    found = Case.objects.filter(pk__in=list(near), matter=DEMAND)
    return [str(a) for a in found.values_list("data__answer", flat=True) if a]
