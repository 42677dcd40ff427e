"""Places (行政区划) named in a clause, from the list that the caller passes in."""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.compiler.finder import Finder
from bihuan.compiler.model import Mention, Place


class Gazetteer:
    """Knows the places by name and alias."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._finder = Finder(
            (word, Mention(place.code, place.name))
            for place in places
            for word in (place.name, *place.aliases)
        )

    def named(self, text: str) -> tuple[Mention, ...]:
        """The places in `text`, in order of first mention."""
        return tuple(dict.fromkeys(m for _, found in self._finder.find(text) for m in found))
