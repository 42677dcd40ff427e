"""Ranks categories and units for a demand by the catalog's words (类目用词、职责词): works before anything is learned.

Each category and each unit's duties are documents; a demand goes to those whose rare words it shares. A word counts
the more the longer it is and the fewer categories name it. Pure; knows no case and no installation.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bihuan.hotline.routing_categories import Categories
from bihuan.kernel.catalog.files import Unit
from bihuan.learning.grams import runs

TITLE_COUNTS = 2.0  # a word in the title against one in the text
NAMES = ("government", "county", "zone")  # about everything: their duties rank nothing


@dataclass(frozen=True)
class Hit:
    """A score, and the words of the demand that made it, heaviest first."""

    score: float
    words: tuple[str, ...]


class WordBook:
    """The words that point to something, each with its weight."""

    def __init__(self, told: Mapping[str, Iterable[str]]) -> None:
        self._words = {
            key: sorted(
                (w for w in dict.fromkeys(map(_plain, words)) if len(w) > 1), key=len, reverse=True
            )
            for key, words in told.items()
        }
        named = Counter(word for words in self._words.values() for word in words)
        self._weights = {
            word: len(word) * (1 + math.log(len(self._words) / times))
            for word, times in named.items()
        }

    def find(self, title: str, text: str) -> dict[str, Hit]:
        """What the demand's words point to; a word inside a longer one that was found does not count."""
        title, text = _plain(title), _plain(text)
        whole = f"{title}\n{text}"  # no word holds a line's end
        return {
            key: self._hit(said, title, text)
            for key, words in self._words.items()
            if (said := [word for word in words if word in whole])
        }

    def _hit(self, words: Sequence[str], title: str, text: str) -> Hit:
        """What words that are said make, the longest first."""
        gains: dict[str, float] = {}
        for word in words:
            times = TITLE_COUNTS * title.count(word) + text.count(word)
            if times and not any(word in longer for longer in gains):
                gains[word] = self._weights[word] * (1 + math.log(times))
        best = sorted(gains, key=lambda word: (-gains[word], word))
        return Hit(sum(gains.values()), tuple(best))


def of_categories(categories: Categories) -> WordBook:
    """By category code: its words, and those that call for haste."""
    return WordBook({code: (*c.words, *c.urgent) for code, c in categories.by_code.items()})


def of_duties(units: Iterable[Unit]) -> WordBook:
    """By unit code: the duty words of offices; who answers for a whole territory is no office."""
    return WordBook({u.code: u.duties for u in units if u.duties and u.kind not in NAMES})


def _plain(text: str) -> str:
    return " ".join(runs(text))
