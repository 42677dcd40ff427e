"""The planned or reported promises of a compilation, ready to be held against another year's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bihuan.compiler.consistency import plain_measure
from bihuan.compiler.matching import Weights
from bihuan.compiler.model import Commitment, Compilation, Target
from bihuan.compiler.sums import FOLD

What = Literal["target", "project", "measure"]
# 比上年增加4000亿元 is by how much another target grows, not a promise of its own.
RELATIVE = re.compile(r"[，、]?[比较].{0,6}年.{0,6}(?:增|减|提高|下降|降低|多|少)")


@dataclass(frozen=True)
class Ref:
    """A commitment of one of the two reports, and which of its targets is meant."""

    id: str
    section: tuple[str, ...]
    start: int
    end: int
    text: str
    target: Target | None


@dataclass(frozen=True)
class Promise:
    """One promise: a target of a commitment, or a commitment without any."""

    commitment: Commitment
    target: Target | None
    measure: str
    years: int | None
    vector: dict[str, float]
    about: dict[str, float]

    @property
    def ref(self) -> Ref:
        c = self.commitment
        return Ref(c.id, c.section, c.start, c.end, c.text, self.target)

    @property
    def what(self) -> What:
        if self.target is not None:
            return "target"
        return "project" if self.commitment.kind == "project" else "measure"


def promises(c: Compilation, tense: str, weights: Weights) -> list[Promise]:
    found = []
    for each in c.commitments:
        if each.tense != tense or each.kind == "principle":
            continue
        about = weights.vector(each.text)
        for target in each.targets or (None,):
            if target and RELATIVE.match(c.document.text, target.start):
                continue
            measure = plain_measure(target.measure) if target else ""
            due = each.deadline.year if each.deadline else None
            years = due - c.year if due is not None and c.year is not None else None
            vector = weights.vector(measure) if target else about
            found.append(Promise(each, target, measure, years, vector, about))
    return found


def value_of(one: Promise) -> tuple[object, ...]:
    if one.target is None:
        return ()
    return one.target.value, unit_of(one.target), one.target.basis, one.years


def unit_of(target: Target) -> str:
    return FOLD.get(target.unit, target.unit)


def kin(one: Target, two: Target) -> bool:
    return one.basis == two.basis and unit_of(one) == unit_of(two)
