"""Pairs short texts that say the same in other words: character pairs weighed by rarity, indexed.

Time grows with the number of texts: pairs of characters that are everywhere find no candidates,
and each text is weighed against a bounded number of the others.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

# What stands between the words that tell one promise from another: signs, numbers, and the verbs
# and adverbs that every report uses for everything.
NOT_WORDS = re.compile(
    r"(?:[\d\s.,，。、；;：:“”\"（）()%％—–~·《》]|持续|深入|进一步|加快|加大|大力|积极|全面|有序|扎实|稳步|着力|"
    r"继续|推进|推动|促进|加强|深化|强化|完善|健全|优化|提升|提高|实施|培育|壮大|发展|建设|开展|做好|"
    r"打造|今年|我们|要|将)+"
)
COMMON, NEAREST = 64, 12

Pair = tuple[float, int, int]


def grams(text: str) -> Counter[str]:
    """The pairs of neighbouring characters of a text, without numbers and punctuation."""
    found: Counter[str] = Counter()
    for part in NOT_WORDS.split(text):
        found.update(part[at : at + 2] for at in range(max(1, len(part) - 1)) if part)
    return found or Counter([text])


class Weights:
    """How much each pair of characters tells: the rarer among the texts, the more."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._seen: Counter[str] = Counter()
        for text in texts:
            self._seen.update(set(grams(text)))
        self._all = len(texts)

    def vector(self, text: str) -> dict[str, float]:
        """The weighed pairs of a text, of length 1."""
        weighed = {
            gram: math.log(1 + self._all / (1 + self._seen[gram])) for gram in sorted(grams(text))
        }
        length = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
        return {gram: weight / length for gram, weight in weighed.items()}


def alike(one: dict[str, float], two: dict[str, float]) -> float:
    """From 0 (nothing in common) to 1 (the same)."""
    small, large = (one, two) if len(one) <= len(two) else (two, one)
    return sum(weight * large[gram] for gram, weight in small.items() if gram in large)


def covered(one: dict[str, float], two: dict[str, float]) -> float:
    """Which share of what `one` says is said in `two` as well."""
    return sum(weight * weight for gram, weight in one.items() if gram in two)


def candidates(
    left: Sequence[dict[str, float]], right: Sequence[dict[str, float]]
) -> Iterator[tuple[int, int]]:
    """Pairs worth weighing: for each on the left its nearest on the right by rare pairs."""
    places: dict[str, list[int]] = defaultdict(list)
    for at, vector in enumerate(right):
        for gram in vector:
            places[gram].append(at)
    for at, vector in enumerate(left):
        near: Counter[int] = Counter()
        for gram, weight in vector.items():
            others = places.get(gram, ())
            if len(others) <= COMMON:
                for other in others:
                    near[other] += int(1e6 * weight * right[other][gram])
        yield from ((at, other) for other, _ in near.most_common(NEAREST))


def one_to_one(pairs: Sequence[Pair]) -> list[Pair]:
    """The best pairs, each side once; ties by the order of the texts."""
    left: set[int] = set()
    right: set[int] = set()
    taken = []
    for score, one, two in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if one not in left and two not in right:
            left.add(one)
            right.add(two)
            taken.append((score, one, two))
    return taken
