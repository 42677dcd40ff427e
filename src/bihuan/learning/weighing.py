"""Weighs the grams of texts (TF-IDF) and takes mean directions of them: all that learning from names and duties alone needs.

Imports no scikit-learn, which takes a web worker some seconds and a hundred megabytes; `training` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from bihuan.learning.grams import counted
from bihuan.learning.model import Certainty, Example, Floats, Model, Postings

LATER = 0.5  # what a label after the first counts: a unit that assists knows the matter too
MANY = 1000  # from so many texts on, a gram that stands in one text only is left out


@dataclass(frozen=True)
class Matrix:
    """All texts, examples first and hints after them, as rows of weighed grams."""

    rows: Any  # scipy.sparse.csr_matrix
    grams: tuple[str, ...]
    idf: Floats


def of_hints(hints: Sequence[Example]) -> Model:
    """What `training.train` makes of hints without examples: sure of nothing, and of no evidence. ValueError for no hint."""
    if not hints:
        raise ValueError("nothing to learn from")
    matrix = matrix_of([hint.text for hint in hints])
    labels = tuple(sorted({label for hint in hints for label in hint.labels}))
    weights, bias = centroids(matrix.rows, hints, labels)
    return Model(
        method="centroid", labels=labels, grams=matrix.grams, idf=matrix.idf, weights=weights, bias=bias,
        examples=(), postings=postings_of(matrix.rows[:0]), certainty=Certainty(0.0, 0.0, 0),
    )  # fmt: skip


def matrix_of(texts: Sequence[str]) -> Matrix:
    """The texts as weighed rows of unit length."""
    counts = [counted(text) for text in texts]
    seen: dict[str, int] = {}
    for grams in counts:
        for gram in grams:
            seen[gram] = seen.get(gram, 0) + 1
    least = 2 if len(texts) >= MANY else 1
    kept = tuple(sorted(gram for gram, times in seen.items() if times >= least))
    column = {gram: number for number, gram in enumerate(kept)}
    idf = np.array([np.log((1 + len(texts)) / (1 + seen[g])) + 1 for g in kept], dtype=np.float32)
    starts, columns, values = [0], [], []
    for grams in counts:
        known = sorted((column[g], n) for g, n in grams.items() if g in column)
        columns += [at for at, _ in known]
        values += [n for _, n in known]
        starts.append(len(columns))
    at = np.array(columns, dtype=np.int32)
    weighed = ((1 + np.log(np.array(values, dtype=np.float64))) * idf[at]).astype(np.float32)
    rows = sparse.csr_matrix((weighed, at, np.array(starts)), shape=(len(texts), len(kept)))
    return Matrix(_unit_length(rows), kept, idf)


def _unit_length(rows: Any) -> Any:
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return sparse.diags(1.0 / np.where(lengths, lengths, 1.0)).dot(rows).tocsr().astype(np.float32)


def postings_of(rows: Any) -> Postings:
    """The rows by gram."""
    turned = rows.tocsc()
    turned.sort_indices()
    return Postings(
        turned.indptr.astype(np.int32),
        turned.indices.astype(np.int32),
        turned.data.astype(np.float32),
    )


def centroids(rows: Any, told: Sequence[Example], labels: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Weights (grams x labels): for each label the mean direction of its examples; and a bias of none."""
    number = {label: at for at, label in enumerate(labels)}
    shares = sparse.lil_matrix((len(labels), len(told)), dtype=np.float64)
    for row, example in enumerate(told):
        for place, label in enumerate(example.labels):
            shares[number[label], row] = example.weight * (LATER if place else 1.0)
    sums = shares.tocsr().dot(rows.astype(np.float64)).toarray()
    lengths = np.sqrt((sums * sums).sum(axis=1, keepdims=True))
    means = sums / np.where(lengths, lengths, 1.0)
    return np.ascontiguousarray(means.T, dtype=np.float32), np.zeros(len(labels), np.float32)
