"""Finds the city's unit that a name in an old table means: by name, short name, alias, or the same office elsewhere."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bihuan.kernel.catalog.files import MergedUnit, Unit

# What offices are called in short, beside what they are called at another level of government.
_SAME = (
    ("规划和自然资源", "自然资源"),
    ("发展和改革", "发改"),
    ("发展改革", "发改"),
    ("经济和信息化", "工信"),
    ("经信", "工信"),
    ("工业和信息化", "工信"),
    ("人力资源和社会保障", "人社"),
    ("人力资源社会保障", "人社"),
    ("住房和城乡建设", "住建"),
    ("住房城乡建设", "住建"),
    ("文化广电和旅游", "文旅"),
    ("文化和旅游", "文旅"),
    ("文化旅游", "文旅"),
    ("卫生健康", "卫健"),
    ("市场监督管理", "市场监管"),
    ("药品监督管理", "药监"),
    ("国有资产监督管理", "国资"),
    ("医疗保障", "医保"),
    ("应急管理", "应急"),
    ("科学技术", "科技"),
    ("交通运输", "交通"),
    ("城市管理", "城管"),
    ("环境保护", "生态环境"),
    ("环保", "生态环境"),
    ("退役军人事务", "退役军人"),
    ("金融工作", "金融"),
    ("地方金融监管", "金融"),
    ("人民防空", "人防"),
    ("外事", "外"),
    ("政务和数据", "数据"),
    ("政务服务和数据", "数据"),
    ("数据资源", "数据"),
    ("大数据应用", "数据"),
    ("大数据", "数据"),
    ("行政审批服务", "审批"),
    ("行政审批", "审批"),
    ("残疾人联合", "残联"),
)
_LEVEL = re.compile(
    r"^(?:国家|国务院|中共|中央|全国|[省市县区]委(?!员)|(?:[\u4e00-\u9fff]{2,3}?[省市州])?人民政府|省|市(?!场)|区|县)+"
)
_ENDING = re.compile(r"(委员会|管理局|总局|总署|办公室|[部委局厅署办])$")
_BRACKETS = re.compile(r"[（(][^（）()]*[)）]")
_COLLECTIVE = re.compile(r"^(各|有关|相关|其他|试点|所在)|(有关|相关|各)(部门|单位)|成员单位|专班")
NEAR = 0.6


@dataclass(frozen=True)
class Found:
    """The unit a name means; `same` tells that it is the same office of another level, not the name itself."""

    code: str
    same: bool = False


def plain(name: str) -> str:
    """A name without spaces, brackets, full-width forms and what tables put around it."""
    bare = _BRACKETS.sub(
        "", unicodedata.normalize("NFKC", name).replace("(", "（").replace(")", "）")
    )
    return re.sub(r"\s+", "", bare).strip("。.:：·*")


def office_key(name: str) -> str:
    """What an office is for, whatever its level: 教育部, 省教育厅 and 市教育局 are 教育; empty for no office."""
    bare = _LEVEL.sub("", plain(name))
    if not _ENDING.search(bare):
        return ""
    for long, short in _SAME:
        bare = bare.replace(long, short)
    return _ENDING.sub("", bare).replace("和", "")


def is_collective(name: str) -> bool:
    """Whether a name means nobody in particular: 各县（市、区）政府, 有关部门."""
    return bool(_COLLECTIVE.search(plain(name)))


class UnitNames:
    """The names of a city's units, and of those that were merged into them."""

    def __init__(
        self, units: Iterable[Unit], merged: Mapping[str, MergedUnit] = MappingProxyType({})
    ) -> None:
        names: dict[str, str] = {}
        offices: dict[str, set[str]] = {}
        for unit in units:
            for name in (unit.name, unit.short, *unit.aliases):
                if name:
                    names.setdefault(plain(name), unit.code)
                    offices.setdefault(office_key(name), set()).add(unit.code)
        for code, gone in merged.items():
            for name in filter(None, (gone.name, gone.short)):
                heir = _heir(code, merged)
                names.setdefault(plain(name), heir)
                offices.setdefault(office_key(name), set()).add(heir)
        offices.pop("", None)
        self._names: Mapping[str, str] = MappingProxyType(names)
        # A key that means two units means neither.
        self._offices = {key: next(iter(c)) for key, c in offices.items() if len(c) == 1}

    def find(self, name: str) -> Found | None:
        """The unit, or None where no unit is meant."""
        bare = plain(name)
        for form in (bare, bare.removesuffix("等"), f"市{bare}"):
            if form in self._names:
                return Found(self._names[form])
        code = self._offices.get(office_key(bare))
        return Found(code, same=True) if code else None

    def near(self, name: str) -> tuple[str, ...]:
        """Names of the catalog that look alike, to offer for a slip of the pen."""
        return tuple(difflib.get_close_matches(plain(name), self._names, n=3, cutoff=NEAR))


def _heir(code: str, merged: Mapping[str, MergedUnit]) -> str:
    """The unit that carries on the work today; a merger of mergers is followed."""
    seen: set[str] = set()
    while code in merged and code not in seen:
        seen.add(code)
        code = merged[code].into
    return code
