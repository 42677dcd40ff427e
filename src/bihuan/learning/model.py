"""The values of ranking and the model itself: one linear score a label, and the examples it was made from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bihuan.learning.grams import counted, runs

Floats = NDArray[np.float32]
Whole = NDArray[np.int32]
WEIGHED = 12  # words of a text that are weighed as evidence, the longest
FEWEST_SHARED = 0.05  # below this likeness an example shows nothing about a text


@dataclass(frozen=True)
class Example:
    """A text and what it was labelled, the label that counts first; `when` is any word that orders (a year)."""

    text: str
    labels: tuple[str, ...]
    when: str = ""
    weight: float = 1.0


@dataclass(frozen=True)
class Neighbour:
    """An earlier example and how alike it is, 0 to 1."""

    example: Example
    likeness: float


@dataclass(frozen=True)
class Ranked:
    """A label, its score, and the evidence: the nearest examples that carry it, and the words
    shared with them that weighed most."""

    label: str
    score: float
    words: tuple[str, ...] = ()
    nearest: tuple[Neighbour, ...] = ()


@dataclass(frozen=True)
class Ranking:
    """Labels best first, and the chance, 0 to 1, that the first is right (measured when the model was made)."""

    certainty: float
    found: tuple[Ranked, ...]


@dataclass(frozen=True)
class Postings:
    """The examples in which each gram stands, with its weight there: rows from starts[c] up to starts[c + 1]."""

    starts: Whole
    rows: Whole
    values: Floats


@dataclass(frozen=True)
class Certainty:
    """How the lead of the first label over the second tells the chance that it is right: a logistic curve."""

    slope: float
    offset: float
    held_out: int = 0

    def of(self, lead: float) -> float:
        """The chance for a lead, 0 to 1."""
        return 1.0 / (1.0 + math.exp(-(self.slope * lead + self.offset)))


@dataclass(frozen=True)
class Model:
    """Scores are `weights` (grams x labels) times the text's grams, plus `bias`; see `training` for how they are made."""

    method: str
    labels: tuple[str, ...]
    grams: tuple[str, ...]
    idf: Floats
    weights: Floats
    bias: Floats
    examples: tuple[Example, ...]
    postings: Postings
    certainty: Certainty
    notes: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {gram: column for column, gram in enumerate(self.grams)}

    def rank(self, text: str, top: int = 5) -> Ranking:
        """The `top` labels for a text, best first; none where the text shares no gram with the examples."""
        columns, values = self._vector(text)
        if not len(columns):
            return Ranking(0.0, ())
        scores = self._scores(columns, values)
        order = np.argsort(-scores, kind="stable")
        lead = float(scores[order[0]] - scores[order[1]]) if len(order) > 1 else 0.0
        near = self._likeness(columns, values)
        cut = tuple(runs(text))
        found = tuple(
            self._ranked(cut, int(label), float(scores[label]), near) for label in order[:top]
        )
        return Ranking(self.certainty.of(lead), found)

    def _ranked(self, cut: Sequence[str], label: int, score: float, near: Floats) -> Ranked:
        nearest = self._nearest(near, self.labels[label])
        words = self._telling(_shared(cut, nearest), label)
        return Ranked(self.labels[label], score, words, nearest)

    def scores(self, text: str) -> Floats:
        """The score of each label, in the order of `labels`; zeros for a text without known grams."""
        columns, values = self._vector(text)
        if not len(columns):
            return np.zeros(len(self.labels), dtype=np.float32)
        return self._scores(columns, values)

    def likeness(self, text: str) -> Floats:
        """How alike each example is to the text, 0 to 1, in the order of `examples`."""
        return self._likeness(*self._vector(text))

    def _scores(self, columns: Whole, values: Floats) -> Floats:
        scores: Floats = values @ self.weights[columns] + self.bias
        return scores

    def _vector(self, text: str) -> tuple[Whole, Floats]:
        known = [(self._columns[g], n) for g, n in counted(text).items() if g in self._columns]
        columns = np.array([column for column, _ in known], dtype=np.int32)
        counts = np.array([count for _, count in known], dtype=np.float32)
        values = (1.0 + np.log(counts)) * self.idf[columns]
        length = float(np.sqrt((values * values).sum()))
        return columns, (values / length if length else values).astype(np.float32)

    def _likeness(self, columns: Whole, values: Floats) -> Floats:
        """The cosine of the text with each example."""
        starts, ends = self.postings.starts[columns], self.postings.starts[columns + 1]
        at = _ranges(starts, ends)
        weights = np.repeat(values, ends - starts) * self.postings.values[at]
        alike = np.bincount(self.postings.rows[at], weights, minlength=len(self.examples))
        return alike.astype(np.float32)

    @cached_property
    def _bearers(self) -> dict[str, tuple[Whole, Whole]]:
        """For each label the examples where it stands first, and those where it stands later."""
        first: dict[str, list[int]] = {}
        later: dict[str, list[int]] = {}
        for row, example in enumerate(self.examples):
            for place, label in enumerate(example.labels):
                (later if place else first).setdefault(label, []).append(row)
        return {
            label: (
                np.array(first.get(label, []), dtype=np.int32),
                np.array(later.get(label, []), dtype=np.int32),
            )
            for label in self.labels
        }

    def _nearest(self, near: Floats, label: str, most: int = 2) -> tuple[Neighbour, ...]:
        """Where the label stood first if there is such an example, else where it stood later."""
        for rows in self._bearers[label]:
            best = rows[np.argsort(-near[rows], kind="stable")[:most]]
            found = [
                Neighbour(self.examples[row], float(near[row]))
                for row in best
                if near[row] >= FEWEST_SHARED
            ]
            if found:
                return tuple(found)
        return ()

    def _telling(self, words: Iterable[str], label: int, most: int = 3) -> tuple[str, ...]:
        """Those of the words that speak for this label rather than for the others, heaviest first."""
        longest = sorted(set(words), key=lambda word: (-len(word), word))[:WEIGHED]
        weighed = {word: self._weight(word, label) for word in longest}
        least = max(weighed.values(), default=0.0) / 3
        heavy = [word for word in weighed if weighed[word] > max(least, 0.0)]
        return tuple(sorted(heavy, key=lambda word: -weighed[word])[:most])

    def _weight(self, word: str, label: int) -> float:
        """What a word of two characters or more adds to a label, beyond what it adds to the usual one."""
        columns = [self._columns[g] for g in counted(word) if len(g) > 1 and g in self._columns]
        gains = self.weights[columns, label] - self._usual[columns]
        return float((gains * self.idf[columns]).sum())

    @cached_property
    def _usual(self) -> Floats:
        usual: Floats = self.weights.mean(axis=1)
        return usual


def _ranges(starts: Whole, ends: Whole) -> NDArray[np.int64]:
    """All positions from each start up to its end, one after the other."""
    lengths = (ends - starts).astype(np.int64)
    shifts = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    positions: NDArray[np.int64] = shifts + np.arange(int(lengths.sum()), dtype=np.int64)
    return positions


@lru_cache(maxsize=4096)
def _folded(text: str) -> tuple[str, frozenset[str]]:
    """The runs of an example, and all its pairs of neighbouring characters."""
    past = "\n".join(runs(text))
    return past, frozenset(past[at : at + 2] for at in range(len(past) - 1))


def _shared(cut: Sequence[str], nearest: Sequence[Neighbour]) -> Iterator[str]:
    """The longest stretches, of two characters or more, that stand in the text and in one of the examples."""
    for neighbour in nearest:
        past, pairs = _folded(neighbour.example.text)
        for run in cut:
            done = 0
            for start in range(len(run) - 1):
                if start + 1 < done or run[start : start + 2] not in pairs:
                    continue
                done = start + 2
                while done < len(run) and run[start : done + 1] in past:
                    done += 1
                word = run[start:done].strip("0")  # a number is no reason
                if len(word) > 1:
                    yield word
