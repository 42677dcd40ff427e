"""Values that the generic page of a case puts into the plan's forms beforehand (预填)."""

from collections.abc import Mapping
from datetime import datetime

from bihuan.kernel.cases.models import Case
from bihuan.plan import weekly
from bihuan.plan.decompose import suggest_task
from bihuan.web.panels import prefill


@prefill("plan.commitment", "decompose")
@prefill("plan.commitment", "add_task")
def of_decomposition(case: Case, now: datetime) -> Mapping[str, object]:
    """The compiler's suggestion for a task."""
    return suggest_task(case)


@prefill("plan.task", "report")
def of_weekly_report(case: Case, now: datetime) -> Mapping[str, object]:
    """What the ledger knows since the last report; a target that never had a value has no row."""
    given = weekly.prefill(case, now).given
    actuals = given["actuals"]
    rows = actuals if isinstance(actuals, list) else []
    return {**given, "actuals": [r for r in rows if isinstance(r, dict) and r.get("value")]}
