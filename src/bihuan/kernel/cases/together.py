"""Bulk (批量办理): one action on many selected cases. Each is a move of its own through the one door: own guard, event, receipt.

What the rules refuse for one case is said for that case and stops no other. Only actions that the matter declares safe
(`bulk: true`) are taken so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bihuan.kernel.cases.city import matter_at
from bihuan.kernel.cases.engine import act, find_action
from bihuan.kernel.cases.form import read_form
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.permissions import all_parties, may_act, require_may_act
from bihuan.kernel.errors import N_, FieldProblem, FormRefusal, NotAllowed, Refusal, Stale
from bihuan.kernel.matters.definition import Action, Matter
from bihuan.kernel.matters.fields import is_empty
from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.orgs.directory import Directory, directory

MOST_TOGETHER = 200  # cases of one bulk action: a second or two of work


@dataclass(frozen=True)
class Picked:
    """A selected case, and the number of the event that it was selected at."""

    case: Case
    seq: int


@dataclass(frozen=True)
class Outcome:
    """What became of one case: it moved, or why it did not."""

    case: Case
    refusal: Refusal | None = None


def actions_for(cases: Sequence[Case], actings: Sequence[Acting]) -> dict[tuple[str, str], int]:
    """(matter, action) → how many of the cases offer it to the person in bulk; in the order of the matters' files."""
    units = directory()
    found: dict[tuple[str, str], int] = {}
    for case in cases:
        matter, _ = matter_at(case.matter, case.version)
        for name, action in matter.actions.items():
            if (
                action.bulk
                and case.state in action.sources
                and _actor(case, matter, action, actings, units)
            ):
                found[case.matter, name] = found.get((case.matter, name), 0) + 1
    return found


def sort_out(
    cases: Sequence[Case], matter: str, action: str, actings: Sequence[Acting]
) -> list[Outcome]:
    """Each case as it would go now by flow and permission: without a refusal where the action is offered."""
    units = directory()
    return [Outcome(case, _why_not(case, matter, action, actings, units)) for case in cases]


def act_on_each(
    picked: Sequence[Picked],
    matter: str,
    action: str,
    actings: Sequence[Acting],
    given: Mapping[str, object],
    *,
    now: datetime,
    key: str,
) -> list[Outcome]:
    """Take the action on one case after another, each in its own transaction under its own idempotency key.

    Raises a FormRefusal before any is touched where the form itself does not fit. An empty field of the case is left as it
    stands in each.
    """
    if len(picked) > MOST_TOGETHER:
        raise Refusal(
            "bulk_too_many",
            N_("一次最多批量办理 %(most)s 件，现选了 %(count)s 件。"),
            remedy=N_("请分几次办理。"),
            params={"most": MOST_TOGETHER, "count": len(picked)},
        )
    units = directory()
    ready = [one for one in picked if _is_bulk(one.case, matter, action)]
    if ready:
        given = _require_form(ready, action, given)
    return [_one(one, matter, action, actings, given, units, now, key) for one in picked]


def _one(
    picked: Picked,
    matter: str,
    action: str,
    actings: Sequence[Acting],
    given: Mapping[str, object],
    units: Directory,
    now: datetime,
    key: str,
) -> Outcome:
    case = picked.case
    try:
        _require_bulk(case, matter, action)
        own, _ = matter_at(case.matter, case.version)
        actor = _actor(case, own, own.actions[action], actings, units) or actings[0]
        own_key = f"{key}:{case.number}"
        moved = act(case.number, action, actor, given, now=now, key=own_key, expect=picked.seq)
    except Stale:
        case.refresh_from_db()
        return Outcome(case, _why_not(case, matter, action, actings, units) or _moved_on(case))
    except Refusal as refusal:
        return Outcome(case, refusal)
    return Outcome(moved)


def _moved_on(case: Case) -> Refusal:
    return Stale(
        "stale_in_bulk",
        N_("此件在您确认之后有了新进展（第 %(seq)s 号事件）。"),
        remedy=N_("请打开此件核对后单独办理。"),
        params={"seq": case.seq},
    )


def _require_form(
    ready: Sequence[Picked], action: str, given: Mapping[str, object]
) -> dict[str, object]:
    """The form without what was left empty; refused where it does not fit, or a case lacks what the action requires."""
    case = ready[0].case
    matter, _ = matter_at(case.matter, case.version)
    found = matter.actions[action]
    kept = {n: v for n, v in given.items() if n not in found.edits or not is_empty(v)}
    read_form(matter, found, kept, {})
    missing = [n for n in missing_fields([one.case for one in ready], action) if n not in kept]
    if missing:
        raise FormRefusal(tuple(FieldProblem(name, N_("必填")) for name in missing))
    return kept


def missing_fields(cases: Sequence[Case], action: str) -> list[str]:
    """The fields that the action requires, may write, and that one of the cases does not have yet."""
    found: dict[str, None] = {}
    for case in cases:
        matter, _ = matter_at(case.matter, case.version)
        needed = set(matter.expand(matter.actions[action].requires))
        names = [n for n in matter.actions[action].edits if n in needed]
        found |= dict.fromkeys(n for n in names if is_empty(case.data.get(n)))
    return list(found)


def _why_not(
    case: Case, matter: str, action: str, actings: Sequence[Acting], units: Directory
) -> Refusal | None:
    try:
        _require_bulk(case, matter, action)
        own, _ = matter_at(case.matter, case.version)
        found = find_action(own, case, action)
        if not _actor(case, own, found, actings, units):
            paths = units.paths_of(all_parties(own, case.data))
            require_may_act(own, found, actings[0], case.data, paths)
    except Refusal as refusal:
        return refusal
    return None


def _actor(
    case: Case, matter: Matter, action: Action, actings: Sequence[Acting], units: Directory
) -> Acting | None:
    """The post in which the person may take the action."""
    paths = units.paths_of(all_parties(matter, case.data))
    return next((a for a in actings if may_act(action, a, case.data, paths)), None)


def _is_bulk(case: Case, matter: str, action: str) -> bool:
    own, _ = matter_at(case.matter, case.version)
    return case.matter == matter and action in own.actions and own.actions[action].bulk


def _require_bulk(case: Case, matter: str, action: str) -> None:
    if not _is_bulk(case, matter, action):
        own, _ = matter_at(case.matter, case.version)
        raise NotAllowed(
            "not_bulk",
            N_("此件属于“%(matter)s”，没有可批量办理的这一动作。"),
            remedy=N_("请打开此件单独办理。"),
            params={"matter": own.label},
        )
