"""What each file of a city's catalog may hold: one frozen model per file. No reading, no cross checks."""

from datetime import date, time
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field as PydanticField
from pydantic import field_validator

from bihuan.kernel.matters.fields import Frozen

CODE = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
KEY = r"^[a-z][a-z0-9_]*$"
PARAMETER = r"^[a-z]+(\.[a-z][a-z0-9_]*)+$"
REGION = r"^\d{6}(\d{3}){0,2}$"

RegionLevel = Literal["prefecture", "county", "zone"]
UnitKind = Literal[
    "government", "office", "department", "county", "zone", "institution", "organization", "party"
]
Sees = Literal["city", "subtree", "own", "none", "ledger"]
Quantity = Literal[
    "minutes", "working_hours", "working_days", "days", "weeks", "months",
    "times", "periods", "percent", "percentage_points", "ratio", "score", "count", "yuan", "metres",
]  # fmt: skip

Code = Annotated[
    str,
    PydanticField(pattern=CODE, description="代码: small letters, digits, hyphens; kept forever"),
]
RegionCode = Annotated[
    str,
    PydanticField(
        pattern=REGION,
        coerce_numbers_to_str=True,
        description="行政区划代码, GB/T 2260: six digits in quotes",
    ),
]
Name = Annotated[str, PydanticField(min_length=1, description="中文名称 (what people see)")]
English = Annotated[str, PydanticField(description="英文名称: English name")]
RoleKey = Annotated[str, PydanticField(pattern=KEY, description="角色: a role of roles.yaml")]
Words = tuple[Annotated[str, PydanticField(min_length=1)], ...]
ClockTime = Annotated[str, PydanticField(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


Degrees = Annotated[float, PydanticField(ge=-180, le=180, allow_inf_nan=False)]


class CityFile(Frozen):
    """Which city this is, its clock and its working day (城市)."""

    key: Annotated[str, PydanticField(pattern=KEY, description="代号: the catalog's folder name")]
    name: Name
    name_en: English = ""
    base: str = PydanticField(
        default="",
        description="底本: directory of the catalog that this one lies over; its files are patches of that one's",
    )
    region: RegionCode
    timezone: str = PydanticField(
        default="Asia/Shanghai", description="时区: a name of the IANA time-zone list"
    )
    working_hours: tuple[tuple[ClockTime, ClockTime], ...] = PydanticField(
        min_length=1,
        description="上下班时间: from–to pairs in order, such as [['08:30', '12:00'], ['14:30', '18:00']]",
    )
    digest: Literal["sm3", "sha256"] = PydanticField(
        default="sm3", description="台账摘要算法: the digest that chains the ledger"
    )
    box: tuple[Degrees, Degrees, Degrees, Degrees] | None = PydanticField(
        default=None,
        description="范围: south, west, north, east in degrees; a point outside is refused",
    )

    @field_validator("timezone")
    @classmethod
    def known_zone(cls, value: str) -> str:
        """Only what this machine can reckon with."""
        if value not in available_timezones():
            raise ValueError(f"未知时区“{value}”, 例如 Asia/Shanghai（unknown time zone {value}）")
        return value

    @field_validator("working_hours")
    @classmethod
    def in_order(cls, value: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        """Each span ends after it starts, and after the one before."""
        flat = [moment for span in value for moment in span]
        if any(a >= b for a, b in pairwise(flat)):
            raise ValueError(
                "上下班时间必须由早到晚、互不重叠（working hours must ascend and not overlap）"
            )
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def spans(self) -> tuple[tuple[time, time], ...]:
        """The working hours as times."""
        return tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in self.working_hours)


class Region(Frozen):
    """An administrative division or a zone (行政区划)."""

    code: RegionCode
    name: Name
    name_en: English = ""
    parent: str = PydanticField(
        default="",
        coerce_numbers_to_str=True,
        description="上级区划代码: code of the region above; empty for the topmost",
    )
    level: RegionLevel = PydanticField(description="级别: prefecture 市, county 县区, zone 开发区")
    aliases: Words = PydanticField(default=(), description="别名: other names used in texts")


class RegionsFile(Frozen):
    """The city's divisions (行政区划), one tree."""

    regions: tuple[Region, ...] = PydanticField(min_length=1, description="区划列表")


class Unit(Frozen):
    """An organisation that owns, helps or checks cases (单位)."""

    code: Code
    name: Name
    short: str = PydanticField(default="", description="简称: for narrow columns")
    name_en: English = ""
    kind: UnitKind = PydanticField(
        description="类别: government 政府, office 办公室, department 部门, county 县市区, zone 开发区, "
        "institution 事业单位或垂直管理机构, organization 群团, party 党委部门"
    )
    parent: str = PydanticField(
        default="", description="上级单位: code of the unit above; empty only for the one root"
    )
    region: RegionCode
    duties: Words = PydanticField(
        default=(),
        description="职责词: words in a report sentence that point to this unit as the responsible one",
    )
    aliases: Words = PydanticField(default=(), description="别名: other names used in texts")


class MergedUnit(Frozen):
    """A unit that was merged away (撤并): its name is kept for the past, its open cases go on in another."""

    code: Code
    name: Name
    short: str = PydanticField(default="", description="简称: for narrow columns")
    name_en: English = ""
    into: str = PydanticField(description="并入: code of the unit that carries on its work")
    basis: str = PydanticField(default="", description="依据: the document that merged it")


class UnitsFile(Frozen):
    """The city's units (单位), one tree with the city government as its root."""

    units: tuple[Unit, ...] = PydanticField(min_length=1, description="单位列表")
    merged: tuple[MergedUnit, ...] = PydanticField(
        default=(), description="撤并单位: units that are no more; their open cases go to another"
    )


class Role(Frozen):
    """What somebody is to a case (角色)."""

    label: Name
    label_en: English = ""
    help: str = PydanticField(default="", description="说明: what the role is for")
    sees: Sees = PydanticField(
        description="可见范围: city 全市, subtree 本单位及下级, own 本单位, none 不看业务, ledger 只看台账"
    )
    excludes: tuple[RoleKey, ...] = PydanticField(
        default=(),
        description="互斥角色: one person never holds these together with it; holds both ways",
    )


class RolesFile(Frozen):
    """The roles of this city (角色)."""

    roles: dict[Annotated[str, PydanticField(pattern=KEY)], Role] = PydanticField(
        min_length=1, description="角色: key → role"
    )


class Post(Frozen):
    """A seat that somebody fills (岗位); duty follows the post, not the person."""

    code: Code
    unit: Code = PydanticField(description="所在单位: code of a unit of units.yaml")
    name: Name
    name_en: English = ""
    roles: tuple[RoleKey, ...] = PydanticField(
        min_length=1, description="角色: roles of the holder"
    )
    duties: Words = PydanticField(
        default=(), description="分管领域: fields that the post answers for"
    )
    oversees: tuple[Code, ...] = PydanticField(
        default=(), description="分管单位: units that the post answers for (分管领导)"
    )


class EveryPost(Frozen):
    """A post that each unit of some kinds has; the code is the unit's code and the suffix."""

    suffix: Code = PydanticField(description="后缀: follows the unit's code and a hyphen")
    name: Name
    name_en: English = ""
    roles: tuple[RoleKey, ...] = PydanticField(
        min_length=1, description="角色: roles of the holder"
    )


class EveryUnit(Frozen):
    """The posts that each unit of these kinds has (每个单位的岗位)."""

    kinds: tuple[UnitKind, ...] = PydanticField(min_length=1, description="单位类别")
    but_not: tuple[Code, ...] = PydanticField(default=(), description="例外: units without them")
    posts: tuple[EveryPost, ...] = PydanticField(min_length=1, description="岗位样式")


class PostsFile(Frozen):
    """The city's posts (岗位): each written out, or one pattern for all units of a kind."""

    posts: tuple[Post, ...] = PydanticField(default=(), description="逐个列出的岗位")
    every: tuple[EveryUnit, ...] = PydanticField(default=(), description="按单位类别批量设岗")


class CalendarOverride(Frozen):
    """One day that differs from the holiday library (节假日调整)."""

    date: Annotated[date, PydanticField(description="日期: the day")]
    kind: Literal["holiday", "workday"] = PydanticField(
        description="holiday 放假, workday 上班（调休）"
    )
    reason: str = PydanticField(min_length=1, description="依据: the notice that says so")


class CalendarFile(Frozen):
    """Holidays and make-up workdays that the library lacks or that the city sets (日历)."""

    complete_years: tuple[Annotated[int, PydanticField(ge=2000, le=2100)], ...] = PydanticField(
        default=(),
        description="完整年份: years whose every holiday and make-up workday stands in overrides; "
        "the library is not asked",
    )
    overrides: tuple[CalendarOverride, ...] = PydanticField(default=(), description="逐日调整")


class DatedValue(Frozen):
    """A value from a date on (某日起的取值)."""

    since: date = PydanticField(alias="from", description="起始日期: in force from this day on")
    value: Decimal = PydanticField(allow_inf_nan=False, description="取值: a number")
    basis: str = PydanticField(
        min_length=1, description="依据: document and number; [design] where no document sets it"
    )


class Parameter(Frozen):
    """A number that the law or the city may change (参数)."""

    label: Name
    label_en: English = ""
    unit: Quantity = PydanticField(description="单位: what the number counts")
    values: tuple[DatedValue, ...] = PydanticField(
        min_length=1, description="取值: oldest first; the last one begun is in force"
    )


class ParametersFile(Frozen):
    """The dated numbers of the city (参数)."""

    parameters: dict[Annotated[str, PydanticField(pattern=PARAMETER)], Parameter] = PydanticField(
        description="参数: dotted name → parameter"
    )


class Light(Frozen):
    """A rule that lights a task (亮灯规则); the first rule that fits, from the top, gives the light."""

    key: Annotated[str, PydanticField(pattern=KEY, description="代号: unique in the file")]
    light: Literal["red", "yellow", "green", "grey", "done"] = PydanticField(
        description="灯色: red 红, yellow 黄, green 绿, grey 灰, done 已办结"
    )
    label: Name
    label_en: English = ""
    rule: Annotated[
        str, PydanticField(pattern=KEY, description="规则: name of the deciding function")
    ]
    parameters: dict[str, str] = PydanticField(
        default_factory=dict, description="规则参数: argument → name in parameters.yaml"
    )
    basis: str = PydanticField(default="", description="依据: where the rule comes from")


class LightsFile(Frozen):
    """When a task is red, yellow, green, grey or done (亮灯规则), most serious first."""

    lights: tuple[Light, ...] = PydanticField(min_length=1, description="规则: order decides")
