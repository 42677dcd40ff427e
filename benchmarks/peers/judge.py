"""Recognizers-Text's own Chinese number-with-unit cases, put to our quantity stage and to peers.

A case is right when every number with a unit that the spec expects is found over the same words
with the same value and unit, and nothing else of that kind is found. Bare units without a number
(人民币, °C) are left out of what is expected: no system here is asked for them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.peers import NAMES, ask
from bihuan.compiler.normal import normal
from bihuan.compiler.quantities import quantities

KINDS = ("Age", "Currency", "Dimension", "Temperature")
# Our words, and jionlp's, for the units of each spec.
UNITS: dict[str, dict[str, str]] = {
    "Age": {
        "岁": "Year", "周岁": "Year", "个月": "Month", "月": "Month", "个月大": "Month", "周": "Week",
        "周大": "Week", "星期": "Week", "个星期": "Week", "天": "Day", "日": "Day", "天大": "Day",
    },
    "Currency": {
        "元": "Chinese yuan", "人民币": "Chinese yuan", "块": "Chinese yuan", "美元": "United States dollar",
        "美圆": "United States dollar", "$": "Dollar", "欧元": "Euro", "日元": "Japanese yen",
        "瑞士法郎": "Swiss franc", "港元": "Hong Kong dollar", "港币": "Hong Kong dollar",
        "台币": "New Taiwan dollar", "新台币": "New Taiwan dollar", "奈拉": "Nigerian naira",
        "比特币": "Bitcoin", "个比特币": "Bitcoin",
    },
    "Dimension": {
        "亩": "Mu", "公斤": "Kilogram", "千克": "Kilogram", "kg": "Kilogram", "克": "Gram", "吨": "Ton",
        "微克": "Microgram", "斤": "Jin", "两": "Liang", "厘米": "Centimeter", "公分": "Centimeter",
        "cm": "Centimeter", "CM": "Centimeter", "米": "Meter", "m": "Meter", "公里": "Kilometer",
        "千米": "Kilometer", "km": "Kilometer", "比特": "Bit", "千比特": "Kilobit",
        "字节": "Byte", "千字节": "Kilobyte", "KB": "Kilobyte", "兆字节": "Megabyte", "MB": "Megabyte",
        "赫兹": "Hertz", "Hz": "Hertz", "兆赫兹": "Megahertz", "兆赫": "Megahertz", "MHz": "Megahertz",
        "瓦": "Watt", "千瓦": "Kilowatt", "kW": "Kilowatt", "卡": "Calorie", "千卡": "Kilocalorie",
        "大卡": "Kilocalorie",
    },
    "Temperature": {
        "度": "Degree", "摄氏度": "C", "℃": "C", "°C": "C", "华氏度": "F", "℉": "F", "°F": "F",
    },
}  # fmt: skip
# 1千克 and 1000克 are the same answer, whoever gives it.
FOLD: dict[str, tuple[str, float]] = {
    "Kilogram": ("Gram", 1e3), "Ton": ("Gram", 1e6), "Microgram": ("Gram", 1e-6),
    "Kilometer": ("Meter", 1e3), "Centimeter": ("Meter", 1e-2), "Kilobit": ("Bit", 1e3),
    "Kilobyte": ("Byte", 1e3), "Megabyte": ("Byte", 1e6), "Megahertz": ("Hertz", 1e6),
    "Kilowatt": ("Watt", 1e3), "Kilocalorie": ("Calorie", 1e3), "Dollar": ("United States dollar", 1),
}  # fmt: skip


@dataclass(frozen=True)
class Number:
    """A number with its unit over a span, in the unit it is folded to."""

    start: int
    end: int
    value: float
    unit: str


@dataclass(frozen=True)
class Case:
    """One input of a spec and the numbers expected."""

    kind: str
    text: str
    expected: tuple[Number, ...]


def read_cases(specs: Path, kind: str) -> list[Case]:
    """The cases of NumberWithUnit/Chinese/<kind>Model.json."""
    path = specs / "NumberWithUnit" / "Chinese" / f"{kind}Model.json"
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8-sig"))
    return [Case(kind, row["Input"], tuple(_expected(row))) for row in rows]


def _expected(row: dict[str, Any]) -> Iterator[Number]:
    for result in row["Results"]:
        said = result.get("Resolution") or {}
        if said.get("value") is not None:
            yield folded(result["Start"], result["End"] + 1, float(said["value"]), said["unit"])


def folded(start: int, end: int, value: float, unit: str) -> Number:
    """A number in the unit that its unit is a multiple of."""
    base, factor = FOLD.get(unit, (unit, 1))
    return Number(start, end, value * factor, base)


def ours(kind: str, text: str) -> list[Number]:
    """What the product's quantity stage finds of this kind, in the plain writing it is given."""
    known, plain = UNITS[kind], normal(text)
    return [
        folded(plain.back(q.number), plain.end(q.end), float(q.value), known[q.unit])
        for q in quantities(plain.text, 0, len(plain.text))
        if q.unit in known
    ]


def theirs(kind: str, found: Sequence[Sequence[Any]]) -> list[Number]:
    """What a peer finds; jionlp says its units in Chinese, Recognizers-Text as the spec does."""
    known = UNITS[kind]
    return [
        folded(start, end, float(value), known.get(unit, unit)) for start, end, value, unit in found
    ]


def right(case: Case, found: Sequence[Number]) -> tuple[int, bool]:
    """How many expected numbers were found, and whether the case is right as a whole."""
    left = list(found)
    hits = 0
    for wanted in case.expected:
        same = [number for number in left if _same(wanted, number)]
        if same:
            left.remove(same[0])
            hits += 1
    return hits, hits == len(case.expected) and not left


def _same(one: Number, two: Number) -> bool:
    near = abs(one.value - two.value) <= 1e-9 * max(1, abs(one.value))
    return near and one.unit == two.unit and one.start < two.end and two.start < one.end


class Verdict(NamedTuple):
    """What one system gets right of one kind."""

    kind: str
    system: str
    cases_right: int
    cases: int
    numbers_right: int
    numbers: int
    wrong: tuple[Case, ...]


def judge(specs: Path) -> Iterator[Verdict]:
    """Puts the cases of each kind to each system that knows it."""
    for kind in KINDS:
        cases = read_cases(specs, kind)
        answers = ask({"task": "cases", "kind": kind, "inputs": [case.text for case in cases]})
        systems = {"Bihuan": [ours(kind, case.text) for case in cases]}
        for name, found in answers.items():
            systems[NAMES[name]] = [theirs(kind, each) for each in found]
        for name, each in systems.items():
            yield _verdict(kind, name, cases, each)


def _verdict(
    kind: str, system: str, cases: Sequence[Case], found: Sequence[Sequence[Number]]
) -> Verdict:
    marks = [(case, *right(case, each)) for case, each in zip(cases, found, strict=True)]
    return Verdict(
        kind,
        system,
        sum(whole for _, _, whole in marks),
        len(cases),
        sum(hits for _, hits, _ in marks),
        sum(len(case.expected) for case in cases),
        tuple(case for case, _, whole in marks if not whole),
    )
