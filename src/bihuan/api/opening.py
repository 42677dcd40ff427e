"""Opens many cases in one transaction, row by row through the one door. Stands in for the kernel's batch door."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from bihuan.kernel.cases.engine import open_case
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import FieldProblem, FormRefusal
from bihuan.kernel.orgs.acting import Acting

MOST_PROBLEMS = 200


@transaction.atomic
def open_batch(
    matter_key: str,
    rows: Sequence[Mapping[str, object]],
    actor: Acting,
    *,
    now: datetime,
    key: str = "",
) -> list[Case]:
    """Open a case for each row, or raise a FormRefusal that names every bad row and write nothing."""
    cases: list[Case] = []
    problems: list[FieldProblem] = []
    for number, row in enumerate(rows):
        try:
            row_key = f"{key}:{number}" if key else ""
            cases.append(open_case(matter_key, row, actor, now=now, key=row_key))
        except FormRefusal as refusal:
            problems += [
                FieldProblem(f"rows.{number}.{p.path}", p.message, p.params)
                for p in refusal.problems
            ]
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise FormRefusal(tuple(problems))
    return cases
