"""Characters of a picture, by an OCR that runs offline from its wheel (the extra `ocr`)."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from bihuan.compiler.readers.pagelines import DEEPEST_SLOPE, Stretch

_ENGINE_LOCK = threading.Lock()
_engines: list[Engine | None] = []
LEAST_SCORE = 0.3  # what is read worse than that is no text
WIDE_LINE = 6
Corners = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Seen:
    """All that was recognised on a picture, in pixels, and the tilt of its lines."""

    stretches: tuple[Stretch, ...]
    slope: float


class Engine:
    """The one engine of the process; it works for one caller at a time."""

    def __init__(self, recognise: Any) -> None:
        self._recognise = recognise
        self._lock = threading.Lock()

    def read(self, picture: Any) -> Seen:
        """The lines on `picture`, an array of height, width and three colours (RGB)."""
        with self._lock:
            result = self._recognise(
                picture[:, :, ::-1], return_word_box=True, return_single_char_box=True
            )
        if result.boxes is None or not result.txts:
            return Seen((), 0.0)
        words = result.word_results or [()] * len(result.txts)
        lines = [
            _line(text, score, [(float(x), float(y)) for x, y in box], word)
            for text, score, box, word in zip(
                result.txts, result.scores, result.boxes, words, strict=False
            )
            if text and score >= LEAST_SCORE
        ]
        slopes = [slope for stretch, slope in lines if len(stretch.text) >= WIDE_LINE]
        tilt = median(slopes) if slopes else 0.0
        slope = tilt if abs(tilt) <= DEEPEST_SLOPE else 0.0
        return Seen(tuple(stretch for stretch, _ in lines), slope)


def find_engine() -> Engine | None:
    """The engine, loaded at the first call; None where the extra is not installed."""
    with _ENGINE_LOCK:
        if not _engines:
            _engines.append(_load())
        return _engines[0]


def _load() -> Engine | None:
    try:
        from rapidocr import RapidOCR
    except ImportError:
        return None
    return Engine(RapidOCR(params={"Global.log_level": "error", "Global.text_score": LEAST_SCORE}))


def _line(text: str, score: float, box: Corners, words: Any) -> tuple[Stretch, float]:
    (x1, y1), (x2, y2), (x3, y3), (x4, y4) = box
    left, right = min(x1, x4), max(x2, x3)
    top, bottom = min(y1, y2, y3, y4), max(y1, y2, y3, y4)
    slope = (y2 - y1) / (x2 - x1) if x2 > x1 else 0.0
    edges, scores = _characters(text, score, left, right, words)
    return Stretch(text, left, right, top, bottom, edges, scores), slope


def _characters(
    text: str, score: float, left: float, right: float, words: Any
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The edges and scores of each code point; what the engine did not place is interpolated."""
    known: dict[int, tuple[float, float, float]] = {}
    at = 0
    for word, certainty, box in words or ():
        found = text.find(word, at) if word and box is not None else -1
        if found < 0:
            continue
        begin, end = float(box[0][0]), float(box[1][0])
        step = (end - begin) / len(word)
        for n in range(len(word)):
            known[found + n] = (begin + n * step, begin + (n + 1) * step, float(certainty))
        at = found + len(word)
    edges = _edges(len(text), left, right, known)
    scores = tuple(known[n][2] if n in known else float(score) for n in range(len(text)))
    return edges, scores


def _edges(
    length: int, left: float, right: float, known: dict[int, tuple[float, float, float]]
) -> tuple[float, ...]:
    """`length + 1` edges from left to right that never go back."""
    fixed = {0: left, length: right}
    for n in range(1, length):
        if n - 1 in known and n in known:
            fixed[n] = (known[n - 1][1] + known[n][0]) / 2
        elif n in known:
            fixed[n] = known[n][0]
        elif n - 1 in known:
            fixed[n] = known[n - 1][1]
    edges: list[float] = []
    stops = sorted(fixed)
    for begin, end in itertools.pairwise(stops):
        for n in range(begin, end):
            share = (n - begin) / (end - begin)
            edges.append(fixed[begin] + (fixed[end] - fixed[begin]) * share)
    edges.append(right)
    for n in range(1, len(edges)):
        edges[n] = min(right, max(edges[n], edges[n - 1]))
    return tuple(edges)
