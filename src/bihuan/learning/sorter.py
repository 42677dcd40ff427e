"""Sorts messages into classes by one linear score a class, over several fields; says how sure it is, and which words said so.

`sorting` makes one, `store_sorter` and `load_sorter` keep it. No text that it was made from is kept in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from bihuan.learning.fields import FIELDS, WORDS, Counts, counted_fields
from bihuan.learning.model import Floats, Whole

TOLD = 3  # words that a reason names


@dataclass(frozen=True)
class Labelled:
    """A message and its class."""

    title: str
    text: str
    label: str


@dataclass(frozen=True)
class Sorted:
    """A class, the chance, 0 to 1, that it is the right one, and the words that spoke for it."""

    label: str
    chance: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sorter:
    """Scores are `weights` (features x labels) times the message's features, plus `bias`; `sharpness` makes chances."""

    labels: tuple[str, ...]
    vocabulary: Mapping[
        str, tuple[str, ...]
    ]  # of each field; columns run through the fields in order
    idf: Floats
    weights: Floats
    bias: Floats
    sharpness: float
    notes: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def _columns(self) -> dict[str, dict[str, int]]:
        columns: dict[str, dict[str, int]] = {}
        start = 0
        for name in FIELDS:
            words = self.vocabulary[name]
            columns[name] = {word: start + at for at, word in enumerate(words)}
            start += len(words)
        return columns

    def rank(self, title: str, text: str, top: int = 3) -> tuple[Sorted, ...]:
        """The likeliest classes, best first; none where nothing of the message is known."""
        columns, values = self.vector(counted_fields(title, text))
        if not len(columns):
            return ()
        chances = self.chances(columns, values)
        order = np.argsort(-chances, kind="stable")[:top]
        said = {int(at): self._telling(title + text, int(at)) for at in order}
        return tuple(Sorted(self.labels[at], float(chances[at]), said[at]) for at in said)

    def sort(self, title: str, text: str) -> tuple[str, float]:
        """The likeliest class and its chance; the commonest guess where nothing of the message is known."""
        chances = self.chances(*self.vector(counted_fields(title, text)))
        best = int(chances.argmax())
        return self.labels[best], float(chances[best])

    def chances(self, columns: Whole, values: Floats) -> Floats:
        """The chance of each label, in the order of `labels`."""
        scores = (values @ self.weights[columns] + self.bias) * self.sharpness
        raised = np.exp(scores - scores.max())
        chances: Floats = (raised / raised.sum()).astype(np.float32)
        return chances

    def vector(self, counts: Counts) -> tuple[Whole, Floats]:
        """The known features of a message: their columns, and their weights of unit length in each field."""
        columns: list[int] = []
        parts: list[Floats] = []
        for name, share in FIELDS.items():
            known = self._columns[name]
            found = [(known[word], n) for word, n in counts[name].items() if word in known]
            at = np.array([column for column, _ in found], dtype=np.int32)
            values = (1 + np.log(np.array([n for _, n in found], dtype=np.float64))) * self.idf[at]
            length = float(np.sqrt((values * values).sum())) or 1.0
            columns += at.tolist()
            parts.append((values * (share / length)).astype(np.float32))
        return np.array(columns, dtype=np.int32), np.concatenate(parts)

    def _telling(self, message: str, label: int) -> tuple[str, ...]:
        """The words of the message that speak most for a label, heaviest first."""
        known = self._columns[WORDS]
        weighed: dict[str, float] = {}
        for word in counted_fields("", message)[WORDS]:
            if len(word) > 1 and word in known:
                row = known[word]
                gain = self.weights[row, label] - self.weights[row].mean()
                weighed[word] = float(gain * self.idf[row])
        best = sorted(weighed, key=lambda word: (-weighed[word], word))[:TOLD]
        return tuple(word for word in best if weighed[word] > 0)
