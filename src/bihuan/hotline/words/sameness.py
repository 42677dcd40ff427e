"""How alike two short messages are, and the small integers by which an index finds those that may be.

A message is its pairs of neighbouring characters in plain writing; pairs of common words count little, pairs of the title and
pairs that come back count more. `Signature.bands` are hashes of its weightiest triples: messages about the same thing share some
of them. Whoever looks for similar ones reads, for each band, the demands that have it (one index of integers), takes those that
share most bands and compares these exactly with `similarity`. Pure numbers: the same text has the same signature in every run.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bihuan.hotline.words.phrases import phrases
from bihuan.hotline.words.writing import plain

BANDS: Final = 16
SKETCH: Final = 192  # pairs kept for the exact comparison, the weightiest
READ: Final = 4000  # characters read of a long message: its matter stands at the beginning
UNTITLED: Final = 25  # without a title, so many first characters stand for it
SHARPNESS: Final = 4  # how much weight decides which triples become bands
ALIKE: Final = 0.22  # from here on two demands are offered as the same; see docs/hotline-words.md

LEVELS: Final = np.array([0.15, 0.3, 0.45, 0.6, 1.0, 1.5, 2.0, 3.0])
LOW, TITLED, AGAIN = 0.3, 2.0, 1.5
TRIPLE_LOW: Final = np.array([1.0, 0.5, 0.15])
SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)  # Fibonacci hashing
MIX: Final = np.uint64(0xD6E8FEB86659FD93)

Codes = NDArray[np.uint64]
Weights = NDArray[np.float64]


@dataclass(frozen=True)
class Signature:
    """`bands`: at most 16 signed 32-bit integers for an index. `sketch`: at most 768 bytes for `similarity`."""

    bands: tuple[int, ...]
    sketch: bytes


def signature(text: str, title: str = "") -> Signature:
    """The signature of a message; the same words give the same signature whatever their spacing and width."""
    head = plain(title)
    body = head + plain(text[:READ])
    codes = _codes(body)
    if len(codes) < 3:
        return Signature((), b"")
    titled = _codes(head or body[:UNTITLED])
    low = _low(codes)
    return Signature(_bands(codes, titled, low), _sketch(codes, titled, low))


def similarity(one: Signature, other: Signature) -> float:
    """From 0 (nothing in common) to 1 (the same): the cosine of the weighted pairs, those that weigh most."""
    if not one.sketch or not other.sketch:
        return 0.0
    first, second = np.frombuffer(one.sketch, "<u4"), np.frombuffer(other.sketch, "<u4")
    _, at, there = np.intersect1d(first >> 3, second >> 3, assume_unique=True, return_indices=True)
    mine, theirs = LEVELS[first & 7], LEVELS[second & 7]
    shared = float(mine[at] @ theirs[there])
    return min(1.0, shared / float(np.sqrt((mine @ mine) * (theirs @ theirs))))


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)


@cache
def _common() -> tuple[NDArray[np.bool_], Codes]:
    """Which characters are common signs, and the pairs of the common words, sorted."""
    signs = np.zeros(1 << 16, dtype=np.bool_)
    words = phrases().lists
    for sign in "".join(words["common_signs"]):
        signs[ord(sign)] = True
    return signs, np.unique(
        np.concatenate([_pairs(_codes(word)) for word in words["common_words"]])
    )


def _pairs(codes: Codes) -> Codes:
    return (codes[:-1] << np.uint64(21)) | codes[1:]


def _triples(codes: Codes) -> Codes:
    return (codes[:-2] << np.uint64(42)) | (codes[1:-1] << np.uint64(21)) | codes[2:]


def _low(codes: Codes) -> NDArray[np.bool_]:
    """For each pair of neighbours, whether it says little: common words, common signs, two digits."""
    signs, words = _common()
    sign = signs[(codes & np.uint64(0xFFFF)).astype(np.intp)]
    digit = (codes >= 48) & (codes <= 57)
    return sign[:-1] | sign[1:] | (digit[:-1] & digit[1:]) | _among(_pairs(codes), words)


def _among(values: Codes, known: Codes) -> NDArray[np.bool_]:
    """Which values are in `known`, which is sorted."""
    if not len(known):
        return np.zeros(len(values), dtype=np.bool_)
    at = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return np.asarray(known[at] == values, dtype=np.bool_)


def _weigh(shingles: Codes, base: Weights, titled: Codes) -> tuple[Codes, Weights]:
    """Each different shingle once, with its weight: more if it comes back, more if the title has it."""
    unique, first, counts = np.unique(shingles, return_index=True, return_counts=True)
    weight = base[first]
    weight = np.where(
        counts >= 4, weight * AGAIN**1.6, np.where(counts >= 2, weight * AGAIN, weight)
    )
    return unique, np.where(_among(unique, np.unique(titled)), weight * TITLED, weight)


def _sketch(codes: Codes, titled: Codes, low: NDArray[np.bool_]) -> bytes:
    """29 bits of hash and 3 of weight for each of the weightiest pairs, sorted by hash."""
    unique, weight = _weigh(_pairs(codes), np.where(low, LOW, 1.0), _pairs(titled))
    hashed = _hashed(unique) >> np.uint64(35)
    levels = np.abs(weight[:, None] - LEVELS).argmin(axis=1).astype(np.uint64)
    if len(unique) > SKETCH:
        kept = np.lexsort((hashed, -weight))[:SKETCH]
        hashed, levels = hashed[kept], levels[kept]
    different, first = np.unique(hashed, return_index=True)
    return bytes(((different << np.uint64(3)) | levels[first]).astype("<u4").tobytes())


def _bands(codes: Codes, titled: Codes, low: NDArray[np.bool_]) -> tuple[int, ...]:
    """The triples that win a draw in which weight decides; the same triple draws the same lot in every message."""
    base = TRIPLE_LOW[low[:-1].astype(np.intp) + low[1:]]
    unique, weight = _weigh(_triples(codes), base, _triples(titled))
    hashed = _hashed(unique)
    lots = (
        -np.log((hashed >> np.uint64(11)).astype(np.float64) / 2**53 + 2**-54) / weight**SHARPNESS
    )
    kept = hashed[np.argsort(lots, kind="stable")[:BANDS]]
    return tuple(
        np.unique((kept & np.uint64(0xFFFFFFFF)).astype(np.uint32).view(np.int32)).tolist()
    )


def _hashed(values: Codes) -> Codes:
    mixed = values * SPREAD
    return (mixed ^ (mixed >> np.uint64(32))) * MIX
