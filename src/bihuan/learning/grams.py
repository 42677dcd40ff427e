"""Cuts a text into character n-grams (1 to 3): what Chinese needs no word list for. Knows no label."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 3
# Letters, digits and Chinese characters; everything else ends a run, and no gram crosses it.
_RUN = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")


def runs(text: str) -> Iterator[str]:
    """The stretches between punctuation, full-width forms folded, each number written 0."""
    folded = unicodedata.normalize("NFKC", text).lower()
    for run in _RUN.findall(folded):
        yield _DIGITS.sub("0", run)


def counted(text: str) -> dict[str, int]:
    """How often each gram stands in the text."""
    counts: dict[str, int] = {}
    for run in runs(text):
        for length in range(1, LONGEST + 1):
            for at in range(len(run) - length + 1):
                gram = run[at : at + length]
                counts[gram] = counts.get(gram, 0) + 1
    return counts
