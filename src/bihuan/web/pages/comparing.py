"""The tab that shows a dropped report against last year's (与上年比较): what was carried over, changed, or silently dropped."""

from collections import Counter
from dataclasses import dataclass
from typing import get_args
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from bihuan.compiler import Change, ChangeKind
from bihuan.kernel.errors import N_
from bihuan.plan.comparing import comparison_of
from bihuan.web.access import Asked, signed_in
from bihuan.web.compiled import Measured, measured
from bihuan.web.pages.compiling import compiled_row
from bihuan.web.templatetags.shown import in_chinese

KINDS: dict[ChangeKind, str] = {
    "dropped": N_("消失了"), "lowered": N_("降低"), "raised": N_("提高"), "changed": N_("改变"),
    "carried": N_("沿用"), "reported": N_("已报告完成"), "pending": N_("未到期"), "new": N_("新增"),
}  # fmt: skip
SHOWN = 300


@dataclass(frozen=True)
class ChangeShown:
    """A promise of last year beside this year's, and why they are taken for the same."""

    change: Change
    kind: str
    last: Measured | None
    now: Measured | None
    why: str


@signed_in
def comparison_page(request: Asked, token: UUID) -> HttpResponse:
    """What became of last year's promises, what was silently dropped first; `kind` chooses."""
    row, compilation = compiled_row(request, token)
    comparison = comparison_of(row)
    changes = comparison.changes if comparison else ()
    counts = Counter(change.kind for change in changes)
    asked = request.GET.get("kind", "")
    order = [kind for kind in KINDS if counts[kind]]
    kind = asked if asked in counts else next(iter(order), "")
    found = [change for change in changes if change.kind == kind]
    shown = {
        "row": row,
        "compiled": compilation,
        "year": row.year or compilation.year,
        "comparison": comparison,
        "problem": _problem(comparison.problem, comparison.problem_en) if comparison else "",
        "kinds": [(each, gettext(KINDS[each]), counts[each]) for each in order],
        "kind": kind,
        "changes": [_shown(change) for change in found[:SHOWN]],
        "left": max(0, len(found) - SHOWN),
    }
    return render(request, "plan/compared.html", shown)


def _problem(chinese: str, english: str) -> str:
    return chinese if in_chinese() else english


def _shown(change: Change) -> ChangeShown:
    last, now = (
        measured(ref.target) if ref and ref.target else None for ref in (change.last, change.now)
    )
    why = change.why if in_chinese() else change.why_en
    return ChangeShown(change, gettext(KINDS[change.kind]), last, now, why)


assert set(KINDS) == set(get_args(ChangeKind))
