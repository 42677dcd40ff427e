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
from typing import Any

from benchmarks.peers import NAMES, ask
from bihuan.compiler.quantities import quantities

KINDS = ("Age", "Currency", "Dimension", "Temperature")
# The spec's unit: ours, with the factor from ours to the spec's, for units that we fold.
UNITS: dict[str, dict[str, dict[str, float]]] = {
    "Age": {
        "Year": {"岁": 1, "周岁": 1},
        "Month": {"个月": 1, "月": 1, "个月大": 1},
        "Week": {"周": 1, "个星期": 1, "周大": 1, "星期": 1},
        "Day": {"天": 1, "日": 1, "天大": 1},
    },
    "Currency": {
        "Chinese yuan": {"元": 1, "人民币": 1, "块": 1},
        "United States dollar": {"美元": 1, "美圆": 1},
        "Euro": {"欧元": 1},
        "Japanese yen": {"日元": 1},
        "Swiss franc": {"瑞士法郎": 1},
        "Hong Kong dollar": {"港元": 1, "港币": 1},
        "New Taiwan dollar": {"台币": 1, "新台币": 1},
        "Nigerian naira": {"奈拉": 1},
        "Dollar": {"$": 1, "美元": 1},
        "Bitcoin": {"比特币": 1, "个比特币": 1},
    },
    "Dimension": {
        "Mu": {"亩": 1},
        "Kilogram": {"公斤": 1, "千克": 1, "kg": 1, "克": 0.001, "吨": 1000},
        "Centimeter": {"厘米": 1, "公分": 1, "cm": 1, "CM": 1, "米": 100},
        "Meter": {"米": 1, "m": 1},
        "Kilometer": {"公里": 1, "千米": 1, "km": 1, "米": 0.001},
        "Ton": {"吨": 1},
        "Jin": {"斤": 1},
        "Liang": {"两": 1},
        "Gram": {"克": 1},
        "Microgram": {"微克": 1},
        "Kilobit": {"千比特": 1, "比特": 0.001},
        "Bit": {"比特": 1, "位": 1},
        "Megabyte": {"兆字节": 1, "MB": 1, "字节": 0.000001},
        "Kilobyte": {"千字节": 1, "KB": 1, "字节": 0.001},
        "Megahertz": {"兆赫兹": 1, "MHz": 1, "赫兹": 0.000001},
        "Hertz": {"赫兹": 1, "Hz": 1},
        "Kilowatt": {"千瓦": 1, "kW": 1, "瓦": 0.001},
        "Kilocalorie": {"千卡": 1, "大卡": 1, "卡": 0.001},
    },
    "Temperature": {
        "Degree": {"度": 1},
        "C": {"摄氏度": 1, "℃": 1, "°C": 1},
        "F": {"华氏度": 1, "℉": 1, "°F": 1},
    },
}


@dataclass(frozen=True)
class Number:
    """A number with its unit over a span; `units` are the spec's units it may stand for."""

    start: int
    end: int
    units: dict[str, float]


@dataclass(frozen=True)
class Case:
    """One input of a spec and the numbers expected: (start, end, value, unit)."""

    kind: str
    text: str
    expected: tuple[tuple[int, int, float, str], ...]


def read_cases(specs: Path, kind: str) -> list[Case]:
    """The cases of NumberWithUnit/Chinese/<kind>Model.json."""
    path = specs / "NumberWithUnit" / "Chinese" / f"{kind}Model.json"
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8-sig"))
    return [Case(kind, row["Input"], tuple(_expected(row))) for row in rows]


def _expected(row: dict[str, Any]) -> Iterator[tuple[int, int, float, str]]:
    for result in row["Results"]:
        said = result.get("Resolution") or {}
        if said.get("value") is not None:
            yield result["Start"], result["End"] + 1, float(said["value"]), said["unit"]


def ours(kind: str, text: str) -> list[Number]:
    """What the product's quantity stage finds of this kind."""
    found = []
    for q in quantities(text, 0, len(text)):
        value = float(q.value)
        units = {
            name: value * known[q.unit] for name, known in UNITS[kind].items() if q.unit in known
        }
        if units:
            found.append(Number(q.number, q.end, units))
    return found


def theirs(name: str, kind: str, found: Sequence[Sequence[Any]]) -> list[Number]:
    """What a peer finds, in the spec's units."""
    numbers = []
    for start, end, value, unit in found:
        units = {unit: float(value)} if name == "recognizers" else _named(kind, unit, float(value))
        numbers.append(Number(start, end, units))
    return numbers


def _named(kind: str, unit: str, value: float) -> dict[str, float]:
    return {name: value * known[unit] for name, known in UNITS[kind].items() if unit in known}


def right(case: Case, found: Sequence[Number]) -> tuple[int, bool]:
    """How many expected numbers were found, and whether the case is right as a whole."""
    left = list(found)
    hits = 0
    for start, end, value, unit in case.expected:
        for number in left:
            said = number.units.get(unit)
            same = said is not None and abs(said - value) <= 1e-9 * max(1, abs(value))
            if same and number.start < end and number.end > start:
                left.remove(number)
                hits += 1
                break
    return hits, hits == len(case.expected) and not left


def judge(specs: Path) -> Iterator[tuple[str, str, int, int, int, int, list[Case]]]:
    """For each kind and system: right cases, cases, numbers found, numbers, and the wrong cases."""
    for kind in KINDS:
        cases = read_cases(specs, kind)
        answers = ask({"task": "cases", "kind": kind, "inputs": [case.text for case in cases]})
        systems = {"Bihuan": [ours(kind, case.text) for case in cases]}
        for name, found in answers.items():
            systems[NAMES[name]] = [theirs(name, kind, each) for each in found]
        for name, each in systems.items():
            marks = [right(case, found) for case, found in zip(cases, each, strict=True)]
            yield (
                kind,
                name,
                sum(whole for _, whole in marks),
                len(cases),
                sum(hits for hits, _ in marks),
                sum(len(case.expected) for case in cases),
                [case for case, (_, whole) in zip(cases, marks, strict=True) if not whole],
            )
