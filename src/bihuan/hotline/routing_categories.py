"""The tree of demand categories (诉求内容分类) of a city: what the file may hold, reading it, every mistake with its line.

A catalog without hotline/categories.yaml has no categories; demands are then routed by the units' duties alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field as PydanticField
from pydantic import ValidationError

from bihuan.kernel.catalog.files import English, Name, Unit, Words
from bihuan.kernel.catalog.layers import file_of, read_layered
from bihuan.kernel.catalog.messages import say, told
from bihuan.kernel.catalog.source import Location, Source
from bihuan.kernel.errors import CatalogError, CatalogProblem
from bihuan.kernel.matters.fields import Frozen

FILE: Final = "hotline/categories.yaml"
CategoryCode = Annotated[
    str, PydanticField(pattern=r"^\d{6}$", description="分类代码: six digits in quotes, 2+2+2")
]


class Category(Frozen):
    """A kind of demand that one unit answers for (中类)."""

    code: CategoryCode
    name: Name
    name_en: English = ""
    unit: str = PydanticField(description="负责单位: code of the city unit whose duty it is")
    level: Literal["county", "city"] = PydanticField(
        description="county 属地办理: the county's government first; city 市级部门职责: never sent down"
    )
    pace: Literal["general", "long"] = "general"
    urgent: Words = PydanticField(default=(), description="紧急词: words that call for 30 minutes")
    words: Words = PydanticField(min_length=1, description="指向词: words that point here")
    examples: Words = PydanticField(default=(), description="例句: how people say it")

    @property
    def title(self) -> str:
        """What the form's category field holds: code and name."""
        return f"{self.code} {self.name}"


class Division(Frozen):
    """A first-level class (大类)."""

    code: CategoryCode
    name: Name
    name_en: English = ""
    children: tuple[Category, ...] = PydanticField(min_length=1)


class CategoriesFile(Frozen):
    """The whole tree."""

    categories: tuple[Division, ...] = PydanticField(min_length=1)


@dataclass(frozen=True)
class Categories:
    """The checked tree, by code; and the first-level class of each."""

    divisions: tuple[Division, ...] = ()

    @property
    def by_code(self) -> Mapping[str, Category]:
        """All second-level categories."""
        return {child.code: child for division in self.divisions for child in division.children}

    def named(self, label: str) -> tuple[Category, ...]:
        """The categories that a label of a city's history means: a code, a name, or a first-level name."""
        code = label.split()[0] if label.split() else ""
        for division in self.divisions:
            if label == division.name or code == division.code:
                return division.children
            for child in division.children:
                if label == child.name or code == child.code:
                    return (child,)
        return ()


def load_categories(directory: Path, units: Mapping[str, Unit]) -> Categories:
    """The categories of the catalog in a directory; CatalogError with every mistake, its file and line."""
    if not file_of(directory, FILE).exists():
        return Categories()
    source, found = read_layered(directory, FILE)
    problems = list(found)
    if source is not None:
        try:
            file = CategoriesFile.model_validate(source.value)
        except ValidationError as error:
            problems += [source.problem(e["loc"], say(e, CategoriesFile)) for e in told(error)]
        else:
            problems += _inconsistent(file, source, units)
            if not problems:
                return Categories(file.categories)
    raise CatalogError(tuple(sorted(problems, key=lambda problem: problem.line)))


def _inconsistent(
    file: CategoriesFile, source: Source, units: Mapping[str, Unit]
) -> Iterator[CatalogProblem]:
    """Codes that repeat or do not fit the tree; units that are none, or no city unit."""
    seen: set[str] = set()
    for at, division in enumerate(file.categories):
        here: Location = ("categories", at)
        yield from _repeated(division.code, seen, source, here)
        if not division.code.endswith("0000"):
            yield source.problem(
                (*here, "code"), "大类代码应以 0000 结尾（a first-level code ends with 0000）"
            )
        for below, child in enumerate(division.children):
            place: Location = (*here, "children", below)
            yield from _repeated(child.code, seen, source, place)
            yield from _misplaced(child, division, source, place)
            yield from _unanswered(child, units, source, place)


def _repeated(code: str, seen: set[str], source: Source, at: Location) -> Iterator[CatalogProblem]:
    if code in seen:
        yield source.problem((*at, "code"), f"分类代码 {code} 重复（this code is used twice）")
    seen.add(code)


def _misplaced(
    child: Category, division: Division, source: Source, at: Location
) -> Iterator[CatalogProblem]:
    if child.code[:2] != division.code[:2] or child.code[2:4] == "00":
        yield source.problem(
            (*at, "code"),
            f"中类代码 {child.code} 应以 {division.code[:2]} 开头、第三四位不为 00"
            f"（a second-level code begins with its division's {division.code[:2]}）",
        )


def _unanswered(
    child: Category, units: Mapping[str, Unit], source: Source, at: Location
) -> Iterator[CatalogProblem]:
    unit = units.get(child.unit)
    if unit is None:
        yield source.problem(
            (*at, "unit"), f"units.yaml 中没有单位 {child.unit}（no such unit in units.yaml）"
        )
    elif unit.kind in ("county", "zone"):
        yield source.problem(
            (*at, "unit"),
            f"负责单位 {child.unit} 应为市级单位；属地办理用 level: county（name the city's unit here）",
        )
