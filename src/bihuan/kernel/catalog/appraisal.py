"""What `appraisal.yaml` may hold (考核): measures as data, in versions dated by their first day. No reading, no cross checks."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field as PydanticField
from pydantic import model_validator

from bihuan.kernel.catalog.files import KEY, English, Name, RoleKey
from bihuan.kernel.matters.fields import Frozen

SCORE = "score"  # the row of a unit's weighted score; no measure may be called so
RATES_LESS_IS_BETTER = frozenset({"returned", "reopened"})
MeasureKind = Literal["on_time", "returned", "reopened", "held", "ended"]


class Measure(Frozen):
    """One thing that is counted for each unit and month (考核指标)."""

    key: Annotated[str, PydanticField(pattern=KEY, description="代号: unique in its version")]
    label: Name
    label_en: English = ""
    kind: MeasureKind = PydanticField(
        description="on_time 按时率: clock runs met of those met or missed; returned 退回: times an action was taken, of "
        "cases held; reopened 返工: reopenings of successful ends; held 持件时间: seconds held, by case; "
        "ended 办结: successful ends of all ends"
    )
    matters: tuple[str, ...] = PydanticField(min_length=1, description="事项: counted in these")
    clocks: tuple[str, ...] = PydanticField(default=(), description="时限: for on_time")
    actions: tuple[str, ...] = PydanticField(default=(), description="动作: for returned")
    unit: str = PydanticField(
        default="",
        description="计入哪个单位: a unit field of the case, as it stood then; empty: who held the case, "
        "for reopened and ended the handling unit",
    )
    time: Literal["working", "elapsed"] = PydanticField(
        default="working", description="for held: working time or time elapsed"
    )
    weight: int | None = PydanticField(
        default=None, ge=1, le=100, description="权重: its part in the score; empty: not in it"
    )
    least: int | None = PydanticField(
        default=None,
        ge=1,
        description="最少样本: no rate below this denominator; empty: the version's",
    )
    basis: str = PydanticField(default="", description="依据: document, or [design]")

    @model_validator(mode="after")
    def fits_its_kind(self) -> "Measure":
        """Clocks for on_time, actions for returned, and only there; time held has no rate to weigh."""
        for name, kind in (("clocks", "on_time"), ("actions", "returned")):
            if bool(getattr(self, name)) != (self.kind == kind):
                raise ValueError(f"{name} 只用于且必须用于 {kind}（{name} goes with {kind}）")
        if self.kind == "held" and self.weight is not None:
            raise ValueError("held 不是比率, 不能加权（held is no rate and has no weight）")
        return self


class AppraisalVersion(Frozen):
    """The measures in force from a day on (某日起的考核办法)."""

    since: date = PydanticField(alias="from", description="起始日期: from the month of this day on")
    basis: str = PydanticField(min_length=1, description="依据: document, or [design]")
    least: int = PydanticField(
        default=1, ge=1, description="最少样本: below this denominator no rate is shown"
    )
    measures: tuple[Measure, ...] = PydanticField(min_length=1, description="指标")


class AppraisalFile(Frozen):
    """How units are appraised each month (月度考核); a city without the file appraises nothing."""

    frozen_by: tuple[RoleKey, ...] = PydanticField(
        default=(), description="角色: who may freeze a month"
    )
    versions: tuple[AppraisalVersion, ...] = PydanticField(
        default=(), description="版本: oldest first; the last one begun is in force"
    )

    def at(self, day: date) -> AppraisalVersion | None:
        """The version in force on a day; None before the first."""
        begun = [version for version in self.versions if version.since <= day]
        return begun[-1] if begun else None
