"""Finds the long passages of a reply that stand in other replies too and are no common phrase."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bihuan.hotline.words.phrases import Phrases
from bihuan.hotline.words.writing import level

SHINGLE: Final = 12
PASSAGE: Final = 40  # letters and characters of its own that make a passage long
READ: Final = 20_000


@dataclass(frozen=True)
class Squeezed:
    """A text without spaces and marks, and for each of its characters the place in the original."""

    text: str
    places: tuple[int, ...]


def squeezed(text: str) -> Squeezed:
    """Two passages that differ in spacing, width and punctuation are equal when squeezed."""
    written = level(text[:READ])
    places = tuple(at for at, char in enumerate(written) if char.isalnum())
    return Squeezed("".join(written[at] for at in places), places)


def passages(
    reply: str, others: Sequence[str], known: str, phrases: Phrases
) -> Iterator[tuple[int, int]]:
    """Where long passages of `others` stand in `reply`, beyond templates and what `known` (the demand) says itself."""
    mine = squeezed(reply)
    theirs: set[str] = set()
    for other in others:
        theirs.update(_shingles(squeezed(other).text))
    theirs.difference_update(_shingles(squeezed(known).text))
    start = -1
    for at, shingle in enumerate([*_shingles(mine.text), ""]):
        if shingle in theirs:
            start = at if start < 0 else start
        elif start >= 0:
            end = at - 1 + SHINGLE
            if _own(mine.text[start:end], phrases) >= PASSAGE:
                yield mine.places[start], mine.places[end - 1] + 1
            start = -1


def _shingles(text: str) -> list[str]:
    return [text[at : at + SHINGLE] for at in range(len(text) - SHINGLE + 1)]


def _own(passage: str, phrases: Phrases) -> int:
    """How much of a passage is neither template nor a phrase that every reply may have."""
    for name in ("template", "passed_on", "empty"):
        passage = phrases.patterns[name].sub("", passage)
    return len(passage)
