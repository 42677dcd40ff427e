"""What somebody does to a case, and where it can stand (动作、环节): parts of a matter's definition. No checks here."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field as PydanticField
from pydantic import field_validator, model_validator

from bihuan.kernel.matters.fields import FieldDefinition, Frozen
from bihuan.kernel.matters.handoffs import Extension, Gather, Handoff
from bihuan.kernel.matters.outsiders import Tells

BACK = "back"  # an action's `to`: the state that was remembered (return address)
SAME = "same"  # an action's `to`: stays where it is
SYSTEM = "system"  # the actor that is no person: the product itself, on a rule


def is_none(value: object) -> bool:
    """True for what a definition leaves out."""
    return value is None


class Grant(Frozen):
    """Who may act: a role, and where `party` is given only in that party's unit or below it."""

    role: str = PydanticField(description="角色: a role of roles.yaml")
    party: str = PydanticField(
        default="", description="only in the unit of this field of the case, or below it"
    )

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, value: object) -> object:
        """`handler@lead` → role handler in the unit of the field lead."""
        if isinstance(value, str):
            role, _, party = value.partition("@")
            return {"role": role, "party": party}
        return value

    def __str__(self) -> str:
        return f"{self.role}@{self.party}" if self.party else self.role


class State(Frozen):
    """Where a case can stand (环节)."""

    label: str = PydanticField(description="中文名称 (what people see)")
    label_en: str = PydanticField(default="", description="英文名称")
    owner: str = PydanticField(
        default="", description="the unit field whose unit owns the case here"
    )
    end: Literal["", "success", "other"] = PydanticField(
        default="",
        description="empty: not an end; success: done and confirmed; other: ended otherwise",
    )
    help: str = PydanticField(default="", description="说明")


class Action(Frozen):
    """What somebody does to a case (动作)."""

    label: str = PydanticField(description="中文名称 (what people see)")
    label_en: str = PydanticField(default="", description="英文名称")
    help: str = PydanticField(default="", description="what will happen, shown before it is taken")
    help_en: str = PydanticField(default="", description="the same in English")
    sources: tuple[str, ...] = PydanticField(
        alias="from", min_length=1, description="states it leaves"
    )
    to: str = PydanticField(description="a state, `same`, or `back` (to the remembered state)")
    by: tuple[Grant, ...] = PydanticField(min_length=1, description="who may take it")
    not_by: tuple[str, ...] = PydanticField(
        default=(), description="unit fields whose people may not take it (回避)"
    )
    other_than: tuple[str, ...] = PydanticField(
        default=(),
        description="actions of this case: who took one of them may not take this one (另人办理)",
    )
    form: dict[str, FieldDefinition] = PydanticField(
        default_factory=dict, description="fields kept in the event only"
    )
    edits: tuple[str, ...] = PydanticField(
        default=(), description="fields of the case it may write"
    )
    requires: tuple[str, ...] = PydanticField(
        default=(), description="fields or sections of the case that must be filled afterwards"
    )
    guard: tuple[str, ...] = PydanticField(default=(), description="named rules that may refuse")
    sets: dict[str, str] = PydanticField(
        default_factory=dict, description="field of the case: field of the case or of this form"
    )
    remember: bool = PydanticField(
        default=False, description="keep the state left as return address"
    )
    extends: Extension | None = PydanticField(default=None, description="延期")
    opens: tuple[Handoff, ...] = PydanticField(
        default=(), description="转办: one handoff or a list; their cases go on side by side"
    )
    gathers: dict[str, Gather] = PydanticField(
        default_factory=dict, description="汇总: rows field of the case: what is collected into it"
    )
    then: str = PydanticField(
        default="", description="action the system tries on the parent case afterwards"
    )
    notifies: tuple[str, ...] = PydanticField(default=(), description="unit fields that are told")
    tells: Tells | None = PydanticField(
        default=None,
        exclude_if=is_none,  # a definition without it keeps its digest
        description="告知: what persons outside are told when it was taken",
    )
    primary: bool = PydanticField(default=False, description="the button that stands first")
    reopens: bool = PydanticField(
        default=False, description="counted against the unit that closed (返工)"
    )
    bulk: bool = PydanticField(
        default=False, description="批量: may be taken on many selected cases at once"
    )

    @field_validator("opens", mode="before")
    @classmethod
    def one_or_several(cls, value: object) -> object:
        """A single handoff may stand without a list."""
        return (value,) if isinstance(value, Mapping | Handoff) else value

    @property
    def is_system(self) -> bool:
        """True where only the product itself may take it."""
        return all(grant.role == SYSTEM for grant in self.by)
