"""What a demand's page shows beside the generic parts: its main case, who follows it (并单), and hints on its reply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bihuan.hotline.console import DEMAND, followers_of, repeats_of
from bihuan.hotline.offered import Template, replies_for
from bihuan.hotline.replies import hints_on
from bihuan.hotline.rules import proposes_letter
from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.history import events_of, fold
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import visible_to
from bihuan.kernel.errors import N_
from bihuan.web.access import Asked, serves_hotline
from bihuan.web.clock import now
from bihuan.web.lines import line, lines
from bihuan.web.panels import panel
from bihuan.web.templatetags.shown import in_chinese

CHECKED_IN, HANDLED_IN = "replied", "handling"
SEVERITIES: Mapping[str, str] = {"stop": N_("应改"), "warn": N_("请核对"), "note": N_("留意")}


@dataclass(frozen=True)
class Marked:
    """A hint in words: how grave, what, and the words that it is about (empty for the whole reply)."""

    severity: str
    message: str
    words: str


@panel(DEMAND)
def of_demand(case: Case, request: Asked) -> Mapping[str, object]:
    """The main case that it was joined to, else who follows it and hints: for the hotline alone, which tells and checks."""
    if case.state == "linked":
        found = visible_to(request.actings).filter(number=case.data.get("main")).first()
        return {"main": line(found) if found else None}
    if not serves_hotline(request.actings):
        return {"templates": _templates(case)}
    return {
        "followers": _followers(case),
        "repeats": lines(repeats_of(case.number)),
        "unhappy": _unhappy(case),
        "is_checked": case.state == CHECKED_IN,
        "hints": _hints(case),
    }


def _templates(case: Case) -> Sequence[Template]:
    """Replies to begin with, while the unit handles the demand."""
    if case.state != HANDLED_IN:
        return ()
    return replies_for(str(case.data.get("kind") or ""), str(case.data.get("category") or ""))


def _followers(case: Case) -> Sequence[object]:
    return lines(followers_of([case.number]).get(case.number, ()))


def _unhappy(case: Case) -> int:
    """How many callbacks found no satisfaction, where they propose a letter of the first level (一级督办)."""
    if case.end:
        return 0
    after = int(city().parameters.number("hotline.supervise_after", now()))
    return proposes_letter(fold(events_of(case)), after)


def _hints(case: Case) -> list[Marked]:
    if case.state != CHECKED_IN:
        return []
    answer = str(case.data.get("answer") or "")
    return [
        Marked(
            SEVERITIES.get(hint.severity, hint.severity),
            hint.message if in_chinese() else hint.message_en,
            "" if hint.end - hint.start >= len(answer) else answer[hint.start : hint.end],
        )
        for hint in hints_on(case)
    ]
