"""What a matter (事项) is: the frozen value behind one YAML file of the catalog. No checks of flow here: see checks.py."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from pydantic import Field as PydanticField
from pydantic import model_validator

from bihuan.kernel.matters.actions import BACK, SAME, SYSTEM, Action, Grant, State, is_none
from bihuan.kernel.matters.fields import FieldDefinition, Frozen
from bihuan.kernel.matters.handoffs import StandIn
from bihuan.kernel.matters.outsiders import Follows, Outsiders, Tells
from bihuan.kernel.matters.timing import Clock

__all__ = ["BACK", "SAME", "SYSTEM", "Action", "Grant", "Matter", "Section", "State"]


class Section(Frozen):
    """A named group of fields, for the page and for `requires`."""

    label: str = PydanticField(description="中文名称 (what people see)")
    label_en: str = PydanticField(default="", description="英文名称")
    fields: tuple[str, ...] = PydanticField(description="names of fields, in order")


class Matter(Frozen):
    """A kind of case (事项), as one catalog file declares it."""

    key: str = PydanticField(description="代号: kept forever", pattern=r"^[a-z]+(\.[a-z_]+)+$")
    version: int = PydanticField(description="版本: raised with every change", ge=1)
    label: str = PydanticField(description="中文名称 (what people see)")
    label_en: str = PydanticField(default="", description="英文名称")
    basis: str = PydanticField(default="", description="依据")
    prefix: str = PydanticField(
        pattern=r"^[A-Z]{2,4}$", description="of the case number, such as RW"
    )
    title: str = PydanticField(description="the text field that names a case on lists")
    handler: tuple[str, ...] = PydanticField(
        min_length=1, description="unit fields of the handling units: they never verify"
    )
    verify: tuple[str, ...] = PydanticField(
        default=(), description="actions that verify; empty: every action barred to the handlers"
    )
    verified_by_rule: StandIn | None = PydanticField(
        default=None, description="rule instead of a verifier"
    )
    opened_by: tuple[Grant, ...] = PydanticField(min_length=1, description="who may open a case")
    opener: str = PydanticField(
        default="", description="the unit field that takes the opener's unit when not given"
    )
    intake: str = PydanticField(
        default="",
        description="受理: the named intake through which every case that comes in from outside is opened",
    )
    public: tuple[str, ...] = PydanticField(
        default=(), description="fields anybody may read; empty: the matter is not public"
    )
    hides_from: tuple[str, ...] = PydanticField(
        default=(),
        description="封闭事项: unit fields whose units and all below them never see a case nor act on it; "
        "the roles named in actions and reveals see it, in the other units that take part",
    )
    search: tuple[str, ...] = PydanticField(
        default=(), description="查找: text fields that the search reads besides number and title"
    )
    columns: tuple[str, ...] = PydanticField(
        default=(), description="列: of its lists: state, owner, due, opened, moved, or fields"
    )
    filters: tuple[str, ...] = PydanticField(
        default=(), description="筛选: choice, unit and region fields that its lists filter by"
    )
    reveals: tuple[Grant, ...] = PydanticField(
        default=(), description="who may look at personal fields; each look is an event"
    )
    erases: tuple[Grant, ...] = PydanticField(
        default=(), description="who may have personal fields erased on request"
    )
    follows: Follows | None = PydanticField(
        default=None, exclude_if=is_none, description="并单: when a case follows another one"
    )
    outsiders: Outsiders | None = PydanticField(
        default=None, exclude_if=is_none, description="告知对象: persons outside who are told"
    )
    fields: dict[str, FieldDefinition] = PydanticField(description="表单字段")
    sections: dict[str, Section] = PydanticField(default_factory=dict, description="表单分组")
    initial: str = PydanticField(description="state of a new case")
    states: dict[str, State] = PydanticField(description="环节")
    actions: dict[str, Action] = PydanticField(description="动作")
    clocks: dict[str, Clock] = PydanticField(description="时限")

    @model_validator(mode="before")
    @classmethod
    def keeps_away(cls, value: object) -> object:
        """Whoever a case is hidden from is barred from every action, as if each said so (not_by)."""
        if not isinstance(value, Mapping) or not isinstance(value.get("actions"), Mapping):
            return value
        hidden = value.get("hides_from")
        if not hidden or not isinstance(hidden, list | tuple):
            return value
        barred = {name: _barring(action, hidden) for name, action in value["actions"].items()}
        return {**value, "actions": barred}

    @cached_property
    def seen_by(self) -> frozenset[str]:
        """Of a sealed matter: the roles that may see a case on their desk."""
        grants = [g for a in self.actions.values() for g in a.by] + [*self.reveals]
        return frozenset(grant.role for grant in grants) - {SYSTEM}

    @cached_property
    def desk_fields(self) -> tuple[str, ...]:
        """The unit fields on whose desks a case lies: not those that it is hidden from."""
        return tuple(name for name in self.unit_fields if name not in self.hides_from)

    @cached_property
    def unit_fields(self) -> tuple[str, ...]:
        """Names of the fields that hold one unit or several: the parties of a case."""
        return tuple(n for n, f in self.fields.items() if f.type in ("unit", "units"))

    @property
    def tells_opening(self) -> bool:
        """True where somebody outside is told that a case was opened."""
        return self.outsiders is not None and self.outsiders.opened is not None

    def tells_of(self, action: str) -> Tells | None:
        """What an event tells persons outside."""
        if action == "open":
            return self.outsiders.opened if self.outsiders else None
        return self.actions[action].tells if action in self.actions else None

    @cached_property
    def timing_fields(self) -> tuple[str, ...]:
        """Fields whose change can start, stop or move a clock."""
        named = (name for c in self.clocks.values() for name in (c.until, *c.when) if name)
        return tuple(dict.fromkeys(named))

    @cached_property
    def timing_actions(self) -> Mapping[str, frozenset[str]]:
        """Clock → actions that meet or extend it, wherever the case stands."""
        return {
            key: frozenset(clock.met_by)
            | {n for n, a in self.actions.items() if a.extends and key in a.extends.clock}
            for key, clock in self.clocks.items()
        }

    @cached_property
    def joins(self) -> Mapping[str, frozenset[str]]:
        """Action that joins → matters of the cases whose end it waits for."""
        found: dict[str, set[str]] = {}
        for action in self.actions.values():
            for handoff in action.opens:
                if handoff.join:
                    found.setdefault(handoff.join, set()).add(handoff.matter)
        return {name: frozenset(matters) for name, matters in found.items()}

    def expand(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Replace names of sections by the fields in them."""
        found: list[str] = []
        for name in names:
            found.extend(self.sections[name].fields if name in self.sections else (name,))
        return tuple(dict.fromkeys(found))

    def is_independent(self, action: Action) -> bool:
        """True where it verifies: the handling unit is barred, or a named rule stands in."""
        by_rule = bool(self.verified_by_rule and self.verified_by_rule.rule in action.guard)
        if action.is_system or (not by_rule and any(g.role == SYSTEM for g in action.by)):
            return by_rule
        counts = not self.verify or any(self.actions.get(name) is action for name in self.verify)
        return counts and set(self.handler) <= set(action.not_by)


def _barring(action: object, hidden: Sequence[str]) -> object:
    if not isinstance(action, Mapping):
        return action
    own = action.get("not_by", ())
    if not isinstance(own, list | tuple):
        return action
    return {**action, "not_by": [*own, *(name for name in hidden if name not in own)]}
