"""Makes a Model from examples: weighs grams (TF-IDF), fits one of two methods, measures how sure it may be.

`centroid`: a label is the mean direction of its examples. It takes no account of how frequent a label is, stands few
examples and shifts between years; labels after an example's first count half. `margin`: a linear support vector machine
on the first labels, for many examples a label. docs/lead.md has the numbers behind the choice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bihuan.learning.grams import counted
from bihuan.learning.model import Certainty, Example, Floats, Model, Postings
from bihuan.learning.weighing import LATER, vocabulary

Method = Literal["centroid", "margin"]
FOLDS = 3
FEWEST_HELD_OUT = 20


@dataclass(frozen=True)
class _Matrix:
    """All texts, examples first and hints after them, as rows of weighed grams."""

    rows: Any  # scipy.sparse.csr_matrix
    grams: tuple[str, ...]
    idf: Floats


def train(
    examples: Sequence[Example], *, hints: Sequence[Example] = (), method: Method = "centroid"
) -> Model:
    """A model of the examples; the same examples give the same bytes.

    `hints` say what a label is about before there are examples (its name, its duties): they are learned from and
    never shown as evidence. Raises ValueError where there is neither example nor hint, or one without a label.
    """
    told = [*examples, *hints]
    if not told or not all(example.labels for example in told):
        raise ValueError("nothing to learn from, or an example without a label")
    matrix = _matrix([example.text for example in told])
    labels = tuple(sorted({label for example in told for label in example.labels}))
    weights, bias = _fit(matrix.rows, told, labels, method)
    return Model(
        method=method,
        labels=labels,
        grams=matrix.grams,
        idf=matrix.idf,
        weights=weights,
        bias=bias,
        examples=tuple(examples),
        postings=_postings(matrix.rows[: len(examples)]),
        certainty=_certainty(matrix, told, len(examples), labels, method),
    )


def _matrix(texts: Sequence[str]) -> _Matrix:
    counts = [counted(text) for text in texts]
    kept, idf = vocabulary(counts)
    column = {gram: number for number, gram in enumerate(kept)}
    starts, columns, values = [0], [], []
    for grams in counts:
        known = sorted((column[g], n) for g, n in grams.items() if g in column)
        columns += [at for at, _ in known]
        values += [n for _, n in known]
        starts.append(len(columns))
    at = np.array(columns, dtype=np.int32)
    weighed = ((1 + np.log(np.array(values, dtype=np.float64))) * idf[at]).astype(np.float32)
    rows = sparse.csr_matrix((weighed, at, np.array(starts)), shape=(len(texts), len(kept)))
    return _Matrix(_unit_length(rows), kept, idf)


def _unit_length(rows: Any) -> Any:
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return sparse.diags(1.0 / np.where(lengths, lengths, 1.0)).dot(rows).tocsr().astype(np.float32)


def _postings(rows: Any) -> Postings:
    turned = rows.tocsc()
    turned.sort_indices()
    return Postings(
        turned.indptr.astype(np.int32),
        turned.indices.astype(np.int32),
        turned.data.astype(np.float32),
    )


def _fit(
    rows: Any, told: Sequence[Example], labels: tuple[str, ...], method: Method
) -> tuple[Floats, Floats]:
    """Weights (grams x labels) and bias; a single label cannot be told from others and gets its centroid."""
    if method == "margin" and len({example.labels[0] for example in told}) > 1:
        return _margin(rows, told, labels)
    return _centroids(rows, told, labels)


def _centroids(
    rows: Any, told: Sequence[Example], labels: tuple[str, ...]
) -> tuple[Floats, Floats]:
    number = {label: at for at, label in enumerate(labels)}
    shares = sparse.lil_matrix((len(labels), len(told)), dtype=np.float64)
    for row, example in enumerate(told):
        for place, label in enumerate(example.labels):
            shares[number[label], row] = example.weight * (LATER if place else 1.0)
    sums = shares.tocsr().dot(rows.astype(np.float64)).toarray()
    lengths = np.sqrt((sums * sums).sum(axis=1, keepdims=True))
    means = sums / np.where(lengths, lengths, 1.0)
    return np.ascontiguousarray(means.T, dtype=np.float32), np.zeros(len(labels), np.float32)


def _margin(rows: Any, told: Sequence[Example], labels: tuple[str, ...]) -> tuple[Floats, Floats]:
    number = {label: at for at, label in enumerate(labels)}
    machine = LinearSVC(C=0.5, random_state=0)
    truth = np.array([number[example.labels[0]] for example in told])
    machine.fit(rows, truth, sample_weight=np.array([example.weight for example in told]))
    weights = np.zeros((rows.shape[1], len(labels)), dtype=np.float32)
    bias = np.full(len(labels), -10.0, dtype=np.float32)  # never first: no example stands for it
    coefficients, offsets = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:  # one machine tells both apart
        coefficients, offsets = (
            np.vstack([-coefficients, coefficients]),
            np.array([-1, 1]) * offsets,
        )
    weights[:, machine.classes_] = coefficients.T
    bias[machine.classes_] = offsets
    return weights, bias


def _certainty(
    matrix: _Matrix, told: Sequence[Example], count: int, labels: tuple[str, ...], method: Method
) -> Certainty:
    """What held-out examples say: how often the first label was right, by its lead over the second."""
    leads: list[float] = []
    right: list[bool] = []
    for fold in _folds(told[:count]):
        out = np.zeros(len(told), dtype=bool)
        out[fold] = True
        rest = [example for row, example in enumerate(told) if not out[row]]
        if not rest or len(labels) < 2:
            continue
        weights, bias = _fit(matrix.rows[np.flatnonzero(~out)], rest, labels, method)
        scores = matrix.rows[fold].dot(weights) + bias
        order = np.argsort(-scores, axis=1, kind="stable")[:, :2]
        for at, row in enumerate(fold):
            leads.append(float(scores[at, order[at, 0]] - scores[at, order[at, 1]]))
            right.append(labels[order[at, 0]] == told[row].labels[0])
    return _curve(np.array(leads), np.array(right))


def _folds(examples: Sequence[Example]) -> list[NDArray[np.int64]]:
    """Whole years are held out where there are several, since next year is what the model is for; else thirds."""
    years = sorted({example.when for example in examples})
    if len(years) > 1:
        groups = [years.index(example.when) for example in examples]
        number = len(years)
    else:
        groups = [
            int(hashlib.sha256(e.text.encode("utf-8", "surrogatepass")).hexdigest(), 16) % FOLDS
            for e in examples
        ]
        number = FOLDS
    folds = [np.flatnonzero(np.array(groups, dtype=np.int64) == group) for group in range(number)]
    return [fold for fold in folds if len(fold)]


def _curve(leads: NDArray[np.float64], right: NDArray[np.bool_]) -> Certainty:
    """A logistic curve through what was held out; flat where there is too little, rising never the wrong way."""
    share = (float(right.sum()) + 1) / (len(right) + 2)
    flat = Certainty(0.0, float(np.log(share / (1 - share))), len(right))
    if len(right) < FEWEST_HELD_OUT or right.all() or not right.any():
        return flat
    scale = float(leads.std()) or 1.0
    curve = LogisticRegression(C=1.0).fit((leads / scale).reshape(-1, 1), right)
    slope = float(curve.coef_[0, 0]) / scale
    return Certainty(slope, float(curve.intercept_[0]), len(right)) if slope > 0 else flat
