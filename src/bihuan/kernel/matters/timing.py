"""How a clock (时限) is declared: in which states it runs, how long, by which date or period. The reckoning is elsewhere."""

from functools import cached_property
from typing import Literal

from pydantic import Field as PydanticField
from pydantic import model_validator

from bihuan.kernel.matters.fields import Frozen

Unit = Literal["minutes", "working_hours", "working_days", "days", "months"]


class Within(Frozen):
    """A length of time: a number, or the name of a dated parameter."""

    amount: int | str = PydanticField(description="number or parameter")
    unit: Unit = PydanticField(description="计时单位: the parameter counts in the same")
    roll: Literal["none", "next_working_day"] = PydanticField(
        default="none",
        description="顺延: days and months that end on a day off may end on the next working day (《民法典》第203条)",
    )

    @model_validator(mode="after")
    def rolls_civil_days_only(self) -> "Within":
        """Working time never ends on a day off; only days and months can roll."""
        if self.roll != "none" and self.unit not in ("days", "months"):
            raise ValueError("roll is for days and months only (只有按天、月计的时限可以顺延)")
        return self


class Every(Frozen):
    """A periodic obligation (周期报送): each week on a weekday, or each month on a day."""

    period: Literal["week", "month"] = PydanticField(description="周期")
    day: int = PydanticField(
        ge=1, le=31, description="week: 1 Monday … 7 Sunday; month: day of month"
    )
    at: str = PydanticField(
        default="17:30", description="时刻: the time of that day", pattern=r"^\d\d:\d\d$"
    )
    shift: Literal["previous", "next"] = PydanticField(
        default="previous", description="where that day is no working day"
    )


class Clock(Frozen):
    """An obligation with a due instant (时限); exactly one of within, until, every."""

    label: str = PydanticField(description="中文名称 (what people see)")
    label_en: str = PydanticField(default="", description="英文名称")
    basis: str = PydanticField(default="", description="the document that sets it")
    runs_in: tuple[str, ...] = PydanticField(min_length=1, description="states in which it runs")
    pauses_in: tuple[str, ...] = PydanticField(default=(), description="states in which it pauses")
    within: Within | None = PydanticField(default=None, description="length of time")
    until: str = PydanticField(
        default="", description="a date field of the case: due at its end of day"
    )
    every: Every | None = PydanticField(default=None, description="周期报送")
    met_by: tuple[str, ...] = PydanticField(
        default=(), description="actions that meet it; empty: leaving the states meets it"
    )
    when: dict[str, str] = PydanticField(
        default_factory=dict, description="runs only while these choice fields have these values"
    )
    missed: str = PydanticField(default="", description="action the system takes once it is missed")

    @model_validator(mode="after")
    def one_measure(self) -> "Clock":
        """Exactly one way to reckon the due instant."""
        if sum((self.within is not None, bool(self.until), self.every is not None)) != 1:
            raise ValueError("give exactly one of within, until, every (三者必取其一)")
        if self.every is not None and not self.met_by:
            raise ValueError("a periodic clock needs met_by (周期时限必须写明由哪个动作完成)")
        return self

    @cached_property
    def span(self) -> frozenset[str]:
        """The states in which a run can stand, running or paused."""
        return frozenset((*self.runs_in, *self.pauses_in))
