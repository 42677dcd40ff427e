"""The one door (唯一入口): opens cases, acts on them, and lets time pass. Nothing else writes cases or events.

Each verb is one transaction; the current instant is an argument. What a move does inside it stands in `moves`.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from bihuan.kernel.cases.city import matter_at, matter_now
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.cases.history import past_of
from bihuan.kernel.cases.models import Case, CaseClock
from bihuan.kernel.cases.moves import (
    NO_FILES,
    Call,
    lock,
    open_one,
    pass_time,
    ready_to_open,
    take,
    take_owed,
)
from bihuan.kernel.cases.permissions import is_granted
from bihuan.kernel.cases.personal import has_moved
from bihuan.kernel.cases.receipts import first_answer, is_key_taken, receipt_for
from bihuan.kernel.errors import N_, NotAllowed, NotNow, Stale
from bihuan.kernel.matters.definition import Action, Matter
from bihuan.kernel.matters.facts import NOTHING
from bihuan.kernel.matters.personal import is_private
from bihuan.kernel.orgs.acting import Acting

Around = AbstractContextManager[object]


def open_case(
    matter_key: str,
    data: Mapping[str, object],
    actor: Acting,
    *,
    now: datetime,
    parent: Case | None = None,
    files: Mapping[str, Sequence[Upload]] = NO_FILES,
    key: str = "",
    added: Mapping[str, object] = NOTHING,
) -> Case:
    """Open a case of the matter's current version; raises a Refusal and writes nothing where the rules say no.

    With an idempotency `key`, the same key again returns the case first opened. `added` are fields that an intake found
    out by itself: they may be others the next time, and the key is still the same request's.
    """

    matter, _ = matter_now(matter_key)
    private = is_private(matter)

    def once() -> Case:
        ready = ready_to_open(matter, now, key)
        if case := first_answer(ready.receipt, key, matter_key, data, private=private):
            return case
        require_may_open(matter, actor, parent)
        receipt = receipt_for(key, matter_key, data, private=private)
        return open_one(
            matter, {**data, **added}, actor, ready,
            now=now, parent=parent, files=files, receipt=receipt,
        )  # fmt: skip

    # One statement stores all of it: only inside a larger transaction a taken key needs a savepoint to come back to.
    # A private matter stores its personal values with a second one.
    whole = private or connection.in_atomic_block
    return _answered_once(once, transaction.atomic if whole else nullcontext)


def act(
    number: str,
    action: str,
    actor: Acting,
    given: Mapping[str, object],
    *,
    now: datetime,
    files: Mapping[str, Sequence[Upload]] = NO_FILES,
    key: str = "",
    expect: int | None = None,
) -> Case:
    """Take an action on a case; raises a Refusal and writes nothing where the rules say no.

    `expect` is the sequence number that the page was made from; `key` is an idempotency key.
    """
    what = f"{number}/{action}"

    def once() -> Case:
        case, units = lock(number)
        past = past_of(case, key)
        matter, _ = matter_at(case.matter, case.version)
        private = bool(key) and is_private(matter)
        if answered := first_answer(past.receipt, key, what, given, private=private):
            return answered
        if expect is not None and expect != case.seq and has_moved(case, expect):
            raise Stale(
                "stale",
                N_("此件刚刚有了新进展（第 %(seq)s 号事件），您看到的页面已过时。"),
                remedy=N_("您填写的内容仍保留，请核对新进展后再提交。"),
                params={"seq": case.seq},
            )
        receipt = receipt_for(key, what, given, private=private)
        at, found = max(now, case.moved_at), find_action(matter, case, action)
        take(case, matter, Call(action, found, actor, given, files, at, receipt), units, past)
        take_owed(case, matter, at, units, past)
        return case

    return _answered_once(once, transaction.atomic)


def _answered_once(once: Callable[[], Case], around: Callable[[], Around]) -> Case:
    """Run it; where another call stored the same idempotency key first, give that one's answer."""
    try:
        with around():
            return once()
    except IntegrityError as error:
        if not is_key_taken(error):
            raise
    with around():
        return once()


@transaction.atomic
def sweep_case(number: str, *, now: datetime) -> Case:
    """Let time pass for one case: re-derive its clocks and take what missing them demands."""
    case, units = lock(number)
    now = max(now, case.moved_at)
    matter, _ = matter_at(case.matter, case.version)
    past = past_of(case)
    take_owed(case, matter, now, units, past)
    pass_time(case, matter, now, past)
    return case


def sweep(*, now: datetime) -> int:
    """Let time pass for every case with a clock that has run out; each in its own transaction. Returns how many."""
    due = CaseClock.objects.filter(is_open=True, status="running", due_at__lt=now)
    numbers = list(due.order_by("case_id").values_list("case__number", flat=True).distinct())
    for number in numbers:
        sweep_case(number, now=now)
    return len(numbers)


def require_may_open(matter: Matter, actor: Acting, parent: Case | None) -> None:
    """Who opens by hand needs the role; what an action opens is covered by that action's own permission."""
    if parent is not None or actor.is_system:
        return
    if not any(is_granted(grant, actor, {}, {}) for grant in matter.opened_by):
        raise NotAllowed(
            "open",
            N_("您当前的岗位（%(post)s）不能登记“%(matter)s”。"),
            params={"post": actor.post_name or actor.name, "matter": matter.label},
        )


def find_action(matter: Matter, case: Case, name: str) -> Action:
    """The action, where the flow has it in the state in which the case stands; else raises NotNow."""
    action = matter.actions.get(name)
    if action is None or case.state not in action.sources:
        label = action.label if action else name
        raise NotNow(
            "not_now",
            N_("现在不能“%(action)s”：此件处于“%(state)s”环节。"),
            remedy=N_("请刷新页面，查看当前可办理的动作。"),
            params={"action": label, "state": matter.states[case.state].label},
        )
    return action
