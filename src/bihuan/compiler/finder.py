"""Finds many known words in a text in one pass; time grows with the text, not with the words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Finder(Generic[T]):
    """Longest match first, without overlap; each word may stand for several things."""

    def __init__(self, words: Iterable[tuple[str, T]]) -> None:
        self._things: dict[str, list[T]] = {}
        for word, thing in words:
            if word:
                self._things.setdefault(word, []).append(thing)
        self._lengths: dict[str, list[int]] = {}
        for word in self._things:
            self._lengths.setdefault(word[0], []).append(len(word))
        for first, lengths in self._lengths.items():
            self._lengths[first] = sorted(set(lengths), reverse=True)

    def find(self, text: str) -> Iterator[tuple[str, list[T]]]:
        """Each known word in `text` with the things it stands for."""
        at = 0
        while at < len(text):
            for length in self._lengths.get(text[at], ()):
                word = text[at : at + length]
                if word in self._things:
                    yield word, self._things[word]
                    at += length
                    break
            else:
                at += 1
