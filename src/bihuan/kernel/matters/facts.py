"""What the pure decisions see of a case: values only, no database, no clock. Guards and clocks take these."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Protocol

from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.matters.definition import Action, Matter
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.matters.handoffs import Extension

NOTHING: Mapping[str, Json] = MappingProxyType({})


@dataclass(frozen=True)
class Moved:
    """One event of a case as the reckoning sees it; `source` is empty for the opening."""

    seq: int
    at: datetime
    action: str
    source: str
    to: str
    data: Mapping[str, Json] = field(
        default_factory=lambda: NOTHING, hash=False
    )  # of the case, after the event
    given: Mapping[str, Json] = field(
        default_factory=lambda: NOTHING, hash=False
    )  # the action's own form


@dataclass(frozen=True)
class Child:
    """A case that this case opened: its matter, where it stands, how it ended ('' while open)."""

    number: str
    matter: str
    state: str
    end: str


class Parameters(Protocol):
    """Dated numbers of the catalog (参数): the value in force at an instant."""

    def number(self, name: str, at: datetime) -> Decimal:
        """Raise KeyError for an unknown name and LookupError for an instant before its first value."""


@dataclass(frozen=True)
class Facts:
    """All that a guard may look at. `data` already holds what the action would write."""

    matter: Matter
    state: str
    data: Mapping[str, Json]
    given: Mapping[str, Json]
    history: Sequence[Moved]
    children: Sequence[Child]
    parameters: Parameters
    now: datetime

    def times(self, action: str) -> int:
        """How often the action has been taken."""
        return sum(1 for moved in self.history if moved.action == action)


Guard = Callable[[Facts], Refusal | None]
GUARDS: dict[str, Guard] = {}


def guard(name: str) -> Callable[[Guard], Guard]:
    """Register a named rule; a name taken twice is a bug."""

    def register(rule: Guard) -> Guard:
        if name in GUARDS:
            raise ValueError(f"guard {name} is registered twice")
        GUARDS[name] = rule
        return rule

    return register


def ask_guards(action: Action, facts: Facts) -> None:
    """Raise the first Refusal among the action's guards; an extension has its limits without naming any."""
    if action.extends and (refusal := beyond_limits(action.extends, facts)):
        raise refusal
    for name in action.guard:
        if refusal := GUARDS[name](facts):
            raise refusal


def beyond_limits(extends: Extension, facts: Facts) -> Refusal | None:
    """An extension is no longer, and not more often granted, than the catalog's parameters allow (延期的限制)."""
    if not any(_is_wanted(facts, key) for key in extends.clock):
        return Refusal(
            "nothing_to_extend",
            N_("此件现在没有可以延期的时限。"),
            remedy=N_("请驳回申请；时限类别有误的，先改正类别。"),
        )
    amount = facts.given.get(extends.by) or facts.data.get(extends.by)
    if not isinstance(amount, int) or amount < 1:
        return Refusal("no_extension", N_("没有写明延长多少。"), remedy=N_("请填写大于零的整数。"))
    if extends.max_each and amount > facts.parameters.number(extends.max_each, facts.now):
        most = int(facts.parameters.number(extends.max_each, facts.now))
        return Refusal(
            "extension_too_long",
            N_("一次最多延长 %(most)s，申请的是 %(amount)s。"),
            remedy=N_("请缩短后再申请。"),
            params={"most": most, "amount": amount},
        )
    granted = sum(
        1
        for moved in facts.history
        if (taken := facts.matter.actions.get(moved.action))
        and taken.extends
        and not set(taken.extends.clock).isdisjoint(extends.clock)
    )
    if extends.max_times and granted >= facts.parameters.number(extends.max_times, facts.now):
        return Refusal(
            "no_extension_left",
            N_("已延期 %(most)s 次，不能再延期。"),
            remedy=N_("请如期办理，或报请改变任务。"),
            params={"most": granted},
        )
    return None


def _is_wanted(facts: Facts, key: str) -> bool:
    """True where a clock is asked for by the case's fields, and its date, where it goes by one, is filled in."""
    clock = facts.matter.clocks[key]
    dated = not clock.until or bool(facts.data.get(clock.until))
    return dated and all(facts.data.get(name) == value for name, value in clock.when.items())
