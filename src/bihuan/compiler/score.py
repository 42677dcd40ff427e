"""Scores targets, deadlines and tense against hand-labelled rows (extraction guide, scoring)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bihuan.compiler.gold import Gold, Row
from bihuan.compiler.model import Commitment, Compilation, Target, Tense

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
Found = tuple[Commitment, Target]


@dataclass(frozen=True)
class Figures:
    """Counts that give precision, recall and F1; figures of several texts add up."""

    gold: int = 0
    predicted: int = 0
    hits: int = 0
    hits_predicted: int = 0

    @property
    def precision(self) -> float:
        """Hits over predictions."""
        return self.hits_predicted / max(1, self.predicted)

    @property
    def recall(self) -> float:
        """Hits over gold rows that are not optional."""
        return self.hits / max(1, self.gold)

    @property
    def f1(self) -> float:
        """The harmonic mean."""
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.gold + other.gold,
            self.predicted + other.predicted,
            self.hits + other.hits,
            self.hits_predicted + other.hits_predicted,
        )


@dataclass(frozen=True)
class Share:
    """So many right out of all; shares of several texts add up."""

    right: int = 0
    all: int = 0

    @property
    def value(self) -> float:
        """The share, 0 where there is nothing to be right about."""
        return self.right / max(1, self.all)

    def __add__(self, other: Share) -> Share:
        return Share(self.right + other.right, self.all + other.all)


@dataclass(frozen=True)
class Score:
    """What was hit, missed, nearly hit (value right, the rest not) and said falsely."""

    hits: tuple[tuple[Row, Found], ...] = ()
    missed: tuple[Row, ...] = ()
    false: tuple[Found, ...] = ()
    near: tuple[tuple[Row, Found], ...] = ()
    deadlines: Share = field(default_factory=Share)
    tense: Share = field(default_factory=Share)

    @property
    def all(self) -> Figures:
        """The figures over all targets."""
        return self.where(lambda row: True)

    def where(self, wanted: Callable[[Row], bool]) -> Figures:
        """The figures over the targets that `wanted` takes, by their labels and by what was said."""
        hit = sum(wanted(row) for row, _ in self.hits)
        said = sum(wanted(_row(target)) for _, (_, target) in self.hits)
        missed = [*self.missed, *(row for row, _ in self.near)]
        false = [*self.false, *(found for _, found in self.near)]
        return Figures(
            hit + sum(wanted(row) for row in missed),
            said + sum(wanted(_row(target)) for _, target in false),
            hit,
            said,
        )

    def __add__(self, other: Score) -> Score:
        return Score(
            self.hits + other.hits,
            self.missed + other.missed,
            self.false + other.false,
            self.near + other.near,
            self.deadlines + other.deadlines,
            self.tense + other.tense,
        )


def score(compiled: Compilation, gold: Gold) -> Score:
    """Scores the planned commitments that stand in the window of the gold file."""
    found = _predicted(compiled, gold)
    used: set[int] = set()
    hits: list[tuple[Row, Found]] = []
    missed: list[Row] = []
    for row in (row for row in gold.planned if row.get("value") is not None):
        hit = _hit(row, found, used)
        if hit is not None:
            used.add(hit)
            hits.append((row, found[hit]))
        elif "none" not in _also(row):
            missed.append(row)
    near = _near(missed, found, used)
    return Score(
        hits=tuple(hits),
        missed=tuple(row for row in missed if all(row is not each for each, _ in near)),
        false=tuple(pair for index, pair in enumerate(found) if index not in used),
        near=tuple(near),
        deadlines=_deadlines(gold, compiled.commitments),
        tense=_tense(gold, compiled.commitments),
    )


def _predicted(compiled: Compilation, gold: Gold) -> list[Found]:
    planned = [c for c in compiled.commitments if c.tense == "plan"]
    if gold.window is not None:
        low, high = gold.window
        return [(c, t) for c in planned for t in c.targets if t.start < high and t.end > low]
    starts = [row["start"] for row in gold.planned]
    low = min(starts) - LEAD if starts else 0
    return [(c, t) for c in planned if c.start >= low for t in c.targets]


def _hit(row: Row, found: Sequence[Found], used: set[int]) -> int | None:
    keys = _keys(row)
    for index, (_, target) in enumerate(found):
        if index not in used and _overlaps(row, target) and _key(_row(target)) in keys:
            return index
    return None


def _near(missed: Sequence[Row], found: Sequence[Found], used: set[int]) -> list[tuple[Row, Found]]:
    """Pairs each missed row with a false alarm on its words that has the value right."""
    pairs = []
    for row in missed:
        values = {key[0] for key in _keys(row)}
        for index, (_, target) in enumerate(found):
            right = _key(_row(target))[0] in values
            if index not in used and right and _overlaps(row, target):
                used.add(index)
                pairs.append((row, found[index]))
                break
    return pairs


def _overlaps(row: Row, found: Target | Commitment) -> bool:
    return bool(found.start < row["end"] and found.end > row["start"])


def _deadlines(gold: Gold, commitments: Iterable[Commitment]) -> Share:
    """A row's deadline is right when a commitment on its words has it."""
    due = [row for row in gold.planned if row.get("deadline")]
    dated = [(c, c.deadline.isoformat()) for c in commitments if c.deadline is not None]
    right = sum(
        any(_overlaps(row, c) and day == row["deadline"] for c, day in dated) for row in due
    )
    return Share(right, len(due))


def _tense(gold: Gold, commitments: Sequence[Commitment]) -> Share:
    """The tense of the commitment that shares most with each row; only where review is labelled."""
    if not any(row["tense"] == "review" for row in gold.rows):
        return Share()
    said = [(row["tense"], _tense_of(row, commitments)) for row in gold.rows]
    return Share(sum(label == tense for label, tense in said), len(said))


def _tense_of(row: Row, commitments: Sequence[Commitment]) -> Tense | None:
    on = [c for c in commitments if _overlaps(row, c)]
    best = max(on, key=lambda c: min(c.end, row["end"]) - max(c.start, row["start"]), default=None)
    return best.tense if best else None


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


def _row(target: Target) -> Row:
    return {
        "value": target.value,
        "unit": target.unit,
        "bound": target.bound,
        "basis": target.basis,
    }


def _key(row: Row) -> Key:
    unit, bound = str(row["unit"] or ""), str(row["bound"])
    value = round(abs(float(row["value"])), 4)
    return value, FOLD.get(unit, unit), FOLD_BOUND.get(bound, bound), str(row["basis"])
