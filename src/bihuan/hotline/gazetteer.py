"""The city's towns and villages (乡镇街道、村居): what hotline/places.csv may hold, reading it, every mistake with its line.

Codes are those of the national statistics (统计用区划代码): nine digits for a town, twelve for a village, each beginning with
the code of what it lies in. A catalog without the file knows its counties alone.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from bihuan.hotline.words.places import stem
from bihuan.hotline.words.writing import level
from bihuan.kernel.catalog.files import Region
from bihuan.kernel.catalog.layers import file_of
from bihuan.kernel.errors import CatalogError, CatalogProblem

FILE: Final = "hotline/places.csv"
HEAD: Final = ["code", "name"]
COUNTY, TOWN, VILLAGE = 6, 9, 12  # digits of a code
COMMITTEE: Final = re.compile(
    r"(?<=村)(?:民?委员?会|委)$|(?<=社区)(?:居委会|居民委员会)$|居(?:民?委员?会)$"
)
SIGNS: Final = ("村", "社区")
OFFICES: Final = ("办事处", "办")  # how people add to the name of a street office


@dataclass(frozen=True)
class Gazetteer:
    """Towns and villages by code, and the codes that a name may mean."""

    names: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # as people write it, levelled
    stems: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # towns without 镇, 乡, 街道
    longest: int = 0


def load_gazetteer(directory: Path, regions: Mapping[str, Region]) -> Gazetteer:
    """The places of the catalog in a directory; CatalogError with every mistake, its file and line."""
    if not file_of(directory, FILE).exists():
        return Gazetteer()
    rows, problems = _rows(file_of(directory, FILE))
    problems += list(_inconsistent(rows, regions))
    if problems:
        raise CatalogError(tuple(sorted(problems, key=lambda problem: problem.line)))
    return _made([(code, plain(name)) for _, code, name in rows])


def gazetteer(directory: Path, regions: Mapping[str, Region]) -> Gazetteer:
    """The same, read once for each state of the file; an empty one where the file is wrong, as `catalog check` tells."""
    try:
        stamp = file_of(directory, FILE).stat().st_mtime_ns
    except OSError:
        return Gazetteer()
    return _kept(directory, stamp, tuple(regions.values()))


@lru_cache(maxsize=2)
def _kept(directory: Path, stamp: int, regions: tuple[Region, ...]) -> Gazetteer:
    try:
        return load_gazetteer(directory, {region.code: region for region in regions})
    except CatalogError:
        return Gazetteer()


def plain(name: str) -> str:
    """A village without its committee: 西湾村 of 西湾村委会, 东关社区 of 东关社区居民委员会."""
    return COMMITTEE.sub("", name)


def _made(places: Iterable[tuple[str, str]]) -> Gazetteer:
    names = dict(places)
    codes: dict[str, list[str]] = {}
    stems: dict[str, list[str]] = {}
    for code, name in names.items():
        for written in _written(name, is_village=len(code) == VILLAGE):
            codes.setdefault(level(written), []).append(code)
        if len(code) == TOWN and len(stem(name)) > 1:
            stems.setdefault(level(stem(name)), []).append(code)
    return Gazetteer(
        names,
        {name: tuple(found) for name, found in codes.items()},
        {name: tuple(found) for name, found in stems.items()},
        max(map(len, codes), default=0),
    )


def _written(name: str, *, is_village: bool) -> Iterator[str]:
    """How people write it. A village's bare name without a sign (西街, 城镇) is too common a word to be one."""
    yield name + "居委会" if is_village and not name.endswith(SIGNS) else name
    if name.endswith("街道"):
        yield from (name + office for office in OFFICES)


def _rows(path: Path) -> tuple[list[tuple[int, str, str]], list[CatalogProblem]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return [], [_problem(1, "不是 UTF-8 编码，请另存为 CSV UTF-8（save it as UTF-8）")]
    reader = csv.reader(text.splitlines())
    if next(reader, None) != HEAD:
        return [], [_problem(1, "第一行应为 code,name（the first line must be code,name）")]
    rows: list[tuple[int, str, str]] = []
    problems: list[CatalogProblem] = []
    for row in reader:
        if len(row) == len(HEAD) and row[1].strip():
            rows.append((reader.line_num, row[0].strip(), row[1].strip()))
        elif row:
            problems.append(
                _problem(reader.line_num, "应为两列：代码,名称（two columns: code,name）")
            )
    return rows, problems


def _inconsistent(
    rows: Iterable[tuple[int, str, str]], regions: Mapping[str, Region]
) -> Iterator[CatalogProblem]:
    """Codes that are none, that repeat, or that lie in nothing that is listed above them."""
    seen: set[str] = set()
    for line, code, name in rows:
        if not code.isascii() or not code.isdecimal() or len(code) not in (TOWN, VILLAGE):
            yield _problem(
                line, f"“{code}”应为 9 位（乡镇街道）或 12 位（村居）代码（nine or twelve digits）"
            )
        elif code in seen:
            yield _problem(line, f"代码 {code} 重复（this code stands twice）")
        elif len(code) == TOWN and code[:COUNTY] not in regions:
            yield _problem(
                line, f"{name} 的上级 {code[:COUNTY]} 不在 regions.yaml 中（no such region）"
            )
        elif len(code) == VILLAGE and code[:TOWN] not in seen:
            yield _problem(
                line, f"{name} 的上级 {code[:TOWN]} 未在前面列出（its town is not listed above）"
            )
        seen.add(code)


def _problem(line: int, message: str) -> CatalogProblem:
    return CatalogProblem(FILE, line, message)
