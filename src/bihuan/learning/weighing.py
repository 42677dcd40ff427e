"""Weighs grams (TF-IDF), and makes the model of names and duties alone, before there is an example.

Imports neither SciPy nor scikit-learn, which `training` does: a web worker that only knows the catalog starts seconds
sooner without them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bihuan.learning.grams import counted
from bihuan.learning.model import Certainty, Example, Floats, Model, Postings

LATER = 0.5  # what a label after the first counts: a unit that assists knows the matter too
MANY = 1000  # from so many texts on, a gram that stands in one text only is left out


def vocabulary(counts: Sequence[Mapping[str, int]]) -> tuple[tuple[str, ...], Floats]:
    """The grams that are kept of several texts, in order, and how rare each is."""
    seen: dict[str, int] = {}
    for grams in counts:
        for gram in grams:
            seen[gram] = seen.get(gram, 0) + 1
    least = 2 if len(counts) >= MANY else 1
    kept = tuple(sorted(gram for gram, times in seen.items() if times >= least))
    idf = [np.log((1 + len(counts)) / (1 + seen[gram])) + 1 for gram in kept]
    return kept, np.array(idf, dtype=np.float32)


def of_hints(hints: Sequence[Example]) -> Model:
    """What `training.train` makes of hints without examples: sure of nothing, with no evidence. ValueError for no hint."""
    if not hints:
        raise ValueError("nothing to learn from")
    counts = [counted(hint.text) for hint in hints]
    grams, idf = vocabulary(counts)
    labels = tuple(sorted({label for hint in hints for label in hint.labels}))
    column = {gram: at for at, gram in enumerate(grams)}
    sums = np.zeros((len(grams), len(labels)))
    for hint, count in zip(hints, counts, strict=True):
        known = [(column[gram], times) for gram, times in count.items() if gram in column]
        at = np.array([place for place, _ in known], dtype=np.int32)
        weighed = (1 + np.log(np.array([times for _, times in known], dtype=np.float64))) * idf[at]
        for place, label in enumerate(hint.labels):
            share = hint.weight * (LATER if place else 1.0)
            sums[at, labels.index(label)] += share * _unit_length(weighed)
    lengths = np.sqrt((sums * sums).sum(axis=0))
    return Model(
        method="centroid", labels=labels, grams=grams, idf=idf,
        weights=(sums / np.where(lengths, lengths, 1.0)).astype(np.float32),
        bias=np.zeros(len(labels), np.float32), examples=(), postings=_no_postings(len(grams)),
        certainty=Certainty(0.0, 0.0, 0),
    )  # fmt: skip


def _unit_length(values: NDArray[Any]) -> NDArray[Any]:
    return values / (float(np.sqrt((values * values).sum())) or 1.0)


def _no_postings(grams: int) -> Postings:
    none = np.zeros(0, dtype=np.int32)
    return Postings(np.zeros(grams + 1, dtype=np.int32), none, none.astype(np.float32))
