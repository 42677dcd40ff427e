"""Seeded dice, one stream for each purpose, so that a new question to one stream shifts no other. Reads no clock."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Streams of chance that depend on the seed and the purpose alone, on any machine.

    Only whole numbers and `random()` are drawn: what goes through the C library's logarithm may differ in its last bit.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._streams: dict[str, random.Random] = {}

    def of(self, purpose: str) -> random.Random:
        """The stream for one purpose."""
        if purpose not in self._streams:
            self._streams[purpose] = random.Random(f"{self.seed}/{purpose}")
        return self._streams[purpose]

    def one(self, purpose: str, things: Sequence[T]) -> T:
        """One of the things."""
        return things[self.of(purpose).randrange(len(things))]

    def weighted(self, purpose: str, things: Sequence[tuple[T, int]]) -> T:
        """One of the things, each as likely as its weight says; weights are whole and not all zero."""
        rest = self.of(purpose).randrange(sum(weight for _, weight in things))
        for thing, weight in things:
            if rest < weight:
                return thing
            rest -= weight
        raise AssertionError("the weights ran out")

    def happens(self, purpose: str, share: float) -> bool:
        """True with this probability; one draw, whatever the probability is."""
        return self.of(purpose).random() < share

    def between(self, purpose: str, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return self.of(purpose).randint(least, most)
