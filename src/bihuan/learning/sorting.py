"""Makes a Sorter from labelled messages: weighs each field by TF-IDF, fits one linear machine, measures how sure it may be.

docs/routing.md has the numbers behind the choice. The same messages in the same order give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from bihuan.learning.fields import FIELDS, Counts, counted_fields
from bihuan.learning.model import Floats
from bihuan.learning.sorter import Labelled, Sorter

HARDNESS = 0.5  # the machine's C
FEWEST_TEXTS = 2  # a feature of one message tells nothing of the next, and might be a name
CALIBRATED_ON = 3  # folds
SHARPNESSES = tuple(float(x) for x in np.linspace(0.5, 12.0, 47))
FEWEST_MESSAGES = 10


def sort_by(messages: Sequence[Labelled]) -> Sorter:
    """A sorter that learned from the messages. ValueError where there is only one class, or next to nothing."""
    counts = [counted_fields(message.title, message.text) for message in messages]
    return _made(counts, [message.label for message in messages], calibrate=True)


def held_out(messages: Sequence[Labelled], folds: int, seed: int = 0) -> list[tuple[str, float]]:
    """What a sorter that has not seen a message says of it, and how sure: for each message, by cross-validation."""
    counts = [counted_fields(message.title, message.text) for message in messages]
    truth = [message.label for message in messages]
    said: list[tuple[str, float]] = [("", 0.0)] * len(messages)
    for learned, asked in split(truth, folds, seed):
        sorter = _made([counts[i] for i in learned], [truth[i] for i in learned], calibrate=True)
        for i in asked:
            chances = sorter.chances(*sorter.vector(counts[i]))
            best = int(chances.argmax())
            said[i] = (sorter.labels[best], float(chances[best]))
    return said


def split(
    truth: Sequence[str], folds: int, seed: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Rows to learn from and rows to ask about, each class spread evenly. ValueError where a class is too rare."""
    if min(truth.count(label) for label in set(truth)) < folds:
        raise ValueError("a class has fewer messages than there are folds")
    cut = StratifiedKFold(folds, shuffle=True, random_state=seed)
    yield from cut.split(np.zeros(len(truth)), np.array(truth))


def _made(counts: Sequence[Counts], truth: Sequence[str], *, calibrate: bool) -> Sorter:
    labels = tuple(sorted(set(truth)))
    if len(labels) < 2 or len(truth) < FEWEST_MESSAGES:
        raise ValueError("too little to learn from")
    empty = _weighed(counts, labels)
    rows = _rows(empty, counts)
    number = np.array([labels.index(label) for label in truth])
    weights, bias = _fitted(rows, number, len(labels))
    sharpness = _sharpness(rows, number, truth, len(labels)) if calibrate else 1.0
    return Sorter(labels, empty.vocabulary, empty.idf, weights, bias, sharpness)


def _weighed(counts: Sequence[Counts], labels: tuple[str, ...]) -> Sorter:
    """The vocabulary and its weights, as a sorter that has learned nothing yet."""
    vocabulary: dict[str, tuple[str, ...]] = {}
    idf: list[float] = []
    for name in FIELDS:
        seen: dict[str, int] = {}
        for fields in counts:
            for word in fields[name]:
                seen[word] = seen.get(word, 0) + 1
        kept = sorted(word for word, texts in seen.items() if texts >= FEWEST_TEXTS)
        vocabulary[name] = tuple(kept)
        idf += [float(np.log((1 + len(counts)) / (1 + seen[word])) + 1) for word in kept]
    nothing = np.zeros((len(idf), len(labels)), dtype=np.float32)
    return Sorter(labels, vocabulary, np.array(idf, np.float32), nothing, nothing[:0], 1.0)


def _rows(sorter: Sorter, counts: Sequence[Counts]) -> Any:
    starts, columns, values = [0], [], []
    for fields in counts:
        at, weighed = sorter.vector(fields)
        columns.append(at)
        values.append(weighed)
        starts.append(starts[-1] + len(at))
    shape = (len(counts), len(sorter.idf))
    return sparse.csr_matrix((np.concatenate(values), np.concatenate(columns), starts), shape)


def _fitted(rows: Any, number: NDArray[np.int64], labels: int) -> tuple[Floats, Floats]:
    """Weights (features x labels) and bias; rare classes count as much as frequent ones."""
    machine = LinearSVC(C=HARDNESS, class_weight="balanced", random_state=0).fit(rows, number)
    turned, offsets = machine.coef_.T, machine.intercept_
    if labels == 2:  # one machine tells both apart
        turned, offsets = np.hstack([-turned, turned]), np.array([-1, 1]) * offsets
    return np.ascontiguousarray(turned, dtype=np.float32), offsets.astype(np.float32)


def _sharpness(rows: Any, number: NDArray[np.int64], truth: Sequence[str], labels: int) -> float:
    """How steeply a lead in the score raises the chance: what fits held-out messages best."""
    try:
        folds = list(split(truth, CALIBRATED_ON, 0))
    except ValueError:  # a class too rare to hold out
        return 1.0
    scores = np.zeros((len(truth), labels))
    for learned, asked in folds:
        weights, bias = _fitted(rows[learned], number[learned], labels)
        scores[asked] = rows[asked].dot(weights) + bias
    return min(SHARPNESSES, key=lambda sharpness: _surprise(scores * sharpness, number))


def _surprise(scores: NDArray[np.float64], number: NDArray[np.int64]) -> float:
    top = scores.max(axis=1, keepdims=True)
    total = np.log(np.exp(scores - top).sum(axis=1)) + top[:, 0]
    return float((total - scores[np.arange(len(number)), number]).mean())
