"""Scores compiled targets and deadlines against hand-labelled rows (extraction guide, scoring)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bihuan.compiler.model import Commitment, Compilation, Target

FOLD = {
    "家": "户",
    "处": "个",
    "项": "个",
    "名": "人",
    "千米": "公里",
    "％": "%",
    "个百分点": "百分点",
}
FOLD_BOUND = {"gt": "ge", "lt": "le"}
LEAD = 400

Key = tuple[float, str, str, str]
Row = dict[str, Any]


@dataclass(frozen=True)
class Score:
    """Figures over targets, and deadlines apart; `missed` and `false` hold what went wrong."""

    gold: int
    predicted: int
    hits: int
    deadlines: int
    deadlines_right: int
    missed: tuple[Row, ...]
    false: tuple[tuple[Commitment, Target], ...]

    @property
    def precision(self) -> float:
        """Hits over predictions."""
        return self.hits / max(1, self.predicted)

    @property
    def recall(self) -> float:
        """Hits over gold rows that are not optional."""
        return self.hits / max(1, self.gold)

    @property
    def f1(self) -> float:
        """The harmonic mean."""
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)


def read_gold(lines: str) -> list[Row]:
    """The plan rows of a gold file."""
    rows = [json.loads(line) for line in lines.splitlines() if line.strip()]
    return [row for row in rows if row["tense"] == "plan"]


def score(compiled: Compilation, gold: Sequence[Row]) -> Score:
    """Scores the planned commitments from the first gold row on."""
    start = min(row["start"] for row in gold) - LEAD
    found = [
        (commitment, target)
        for commitment in compiled.commitments
        if commitment.tense == "plan" and commitment.start >= start
        for target in commitment.targets
    ]
    used: set[int] = set()
    missed: list[Row] = []
    optional = 0
    for row in (row for row in gold if row["value"] is not None):
        hit = _hit(row, found, used)
        if hit is not None:
            used.add(hit)
        elif "none" in _also(row):
            optional += 1
        else:
            missed.append(row)
    due = [row for row in gold if row.get("deadline")]
    return Score(
        gold=len(used) + len(missed),
        predicted=len(found),
        hits=len(used),
        deadlines=len(due),
        deadlines_right=sum(_is_due(row, compiled.commitments) for row in due),
        missed=tuple(missed),
        false=tuple(pair for index, pair in enumerate(found) if index not in used),
    )


def _hit(row: Row, found: Sequence[tuple[Commitment, Target]], used: set[int]) -> int | None:
    keys = _keys(row)
    for index, (_, target) in enumerate(found):
        overlaps = target.start < row["end"] and target.end > row["start"]
        if index not in used and overlaps and _target_key(target) in keys:
            return index
    return None


def _is_due(row: Row, commitments: Iterable[Commitment]) -> bool:
    return any(
        c.deadline is not None and c.deadline.isoformat() == row["deadline"]
        for c in commitments
        if c.start < row["end"] and c.end > row["start"]
    )


def _also(row: Row) -> list[Any]:
    also = row.get("also") or []
    return also if isinstance(also, list) else [also]


def _keys(row: Row) -> set[Key]:
    """The row's key and those of the readings that are as fair."""
    keys = {_key(row)}
    for reading in _also(row):
        if isinstance(reading, dict):
            keys.add(_key({**row, **reading}))
        elif reading.startswith(("basis:", "unit:")):
            name, _, value = reading.partition(":")
            keys.add(_key({**row, name: value}))
        elif reading != "none":
            keys.add(_key({**row, "bound": reading}))
    return keys


def _target_key(target: Target) -> Key:
    return _key(
        {
            "value": target.value,
            "unit": target.unit,
            "bound": target.bound,
            "basis": target.basis,
        }
    )


def _key(row: Row) -> Key:
    unit, bound = str(row["unit"] or ""), str(row["bound"])
    value = round(abs(float(row["value"])), 4)
    return value, FOLD.get(unit, unit), FOLD_BOUND.get(bound, bound), str(row["basis"])


def report(result: Score) -> str:
    """The score in words, with each miss and each false alarm."""
    lines = [f"MISS  {row['quote']} {_key(row)}" for row in result.missed]
    lines += [f"FALSE {c.text[:60]} {_target_key(t)}" for c, t in result.false]
    lines.append(f"gold {result.gold} pred {result.predicted} tp {result.hits}")
    right, all_due = result.deadlines_right, result.deadlines
    lines.append(
        f"precision {result.precision:.3f} recall {result.recall:.3f} F1 {result.f1:.3f} "
        f"deadlines {right}/{all_due} = {right / max(1, all_due):.3f}"
    )
    return "\n".join(lines) + "\n"
