"""What an action hands on (转办), collects (汇总), extends (延期); what stands in for a verifier. No checks: see checks.py."""

from pydantic import Field as PydanticField
from pydantic import field_validator

from bihuan.kernel.matters.fields import Frozen


class Handoff(Frozen):
    """Cases that an action opens (转办): one, or one for each item of a field."""

    matter: str = PydanticField(description="事项: key of the matter to open")
    for_each: str = PydanticField(default="", description="a units or rows field; empty: one case")
    item: str = PydanticField(
        default="", description="with units: the new case's field that takes the unit"
    )
    copy_fields: dict[str, str] = PydanticField(
        default_factory=dict,
        alias="copy",
        description="new case's field: this case's or action's field",
    )
    set_fields: dict[str, str] = PydanticField(
        default_factory=dict,
        alias="set",
        description="new case's choice field: the value it is opened with",
    )
    join: str = PydanticField(
        default="",
        description="汇合: action the system takes on this case once every case opened here has ended",
    )


class Gather(Frozen):
    """Rows that an action collects from the cases this case opened (汇总): one for each that ended well."""

    matter: str = PydanticField(description="事项: matter of the cases collected from")
    copy_fields: dict[str, str] = PydanticField(
        alias="copy", min_length=1, description="column of the row: field of the collected case"
    )


class Extension(Frozen):
    """Clocks that an action moves by a number asked for in its form or earlier (延期)."""

    clock: tuple[str, ...] = PydanticField(
        min_length=1, description="时限: one clock, or a list of which those that run are moved"
    )
    by: str = PydanticField(
        description="integer field with the amount, in the clock's unit: of the action's form, else of the case"
    )
    max_each: str = PydanticField(default="", description="parameter: most for one extension")
    max_times: str = PydanticField(default="", description="parameter: how many extensions at most")

    @field_validator("clock", mode="before")
    @classmethod
    def one_or_several(cls, value: object) -> object:
        """A single clock may stand without a list."""
        return (value,) if isinstance(value, str) else value


class StandIn(Frozen):
    """The rule that stands in for a verifier, and why it may."""

    rule: str = PydanticField(description="name of the guard that decides")
    basis: str = PydanticField(description="依据: why a rule may stand in")
