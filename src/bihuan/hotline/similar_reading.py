"""What a demand is compared by: its words, the places it names, and where it lies on the map. Pure.

Its traits are integers under which an index keeps it: hashes of its weightiest words (`sameness.Signature.bands`), of each
village, road, estate or building that it names, and of the square of the map that it lies in. Two tellings of one trouble
share some of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final
from zlib import crc32

from bihuan.hotline.words import places
from bihuan.hotline.words.sameness import Signature, signature

READ: Final = 1000  # characters of the content in which places are looked for
SQUARES: Final = 200  # to a degree: half a kilometre
METRES: Final = 111_320.0  # to a degree of latitude
MOST_SPOTS: Final = 12
Row = tuple[int, bytes, str, list[int], float | None, float | None, list[int]]


@dataclass(frozen=True)
class Words:
    """A demand as it was told so far; `county` is a region's code, empty where nobody said it."""

    title: str = ""
    content: str = ""
    address: str = ""
    county: str = ""
    lat: float | None = None
    lon: float | None = None

    @cached_property
    def signature(self) -> Signature:
        """Of title and content."""
        return signature(self.content, self.title)

    @cached_property
    def spots(self) -> tuple[int, ...]:
        """The places that it names, as exactly as it names them; a town or a county is too large to be one."""
        text = f"{self.address}\n{self.title}\n{self.content[:READ]}"
        keys = (places.key(replace(found.parts, county="")) for found in places.find(text))
        named = dict.fromkeys(key for key in keys if key and not key.startswith("/town/"))
        return tuple(sorted({_hash(f"spot{key}") for key in list(named)[:MOST_SPOTS]}))

    @property
    def traits(self) -> tuple[int, ...]:
        """What it is kept under."""
        here = [] if self.lat is None or self.lon is None else [_square(*_row(self.lat, self.lon))]
        return tuple(sorted({*self.signature.bands, *self.spots, *here}))

    def row(self, key: int) -> Row:
        """The columns of a demand's row: case, sketch, county, spots, latitude, longitude, traits."""
        return (
            key, self.signature.sketch, self.county, list(self.spots), self.lat, self.lon,
            list(self.traits),
        )  # fmt: skip

    def asked(self, metres: float) -> tuple[int, ...]:
        """What others are looked up by: the same, and the squares of the map within so many metres."""
        return tuple(sorted({*self.signature.bands, *self.spots, *self._around(metres)}))

    def _around(self, metres: float) -> Iterator[int]:
        if self.lat is None or self.lon is None:
            return
        up, aside = metres / METRES, metres / METRES / max(math.cos(math.radians(self.lat)), 0.01)
        low, left = _row(self.lat - up, self.lon - aside)
        high, right = _row(self.lat + up, self.lon + aside)
        for row in range(low, high + 1):
            for column in range(left, right + 1):
                yield _square(row, column)


def words_of(said: Mapping[str, object], title: str = "") -> Words:
    """The words of a form or a case, by the names of the matter's fields."""
    text = {name: str(said.get(name) or "") for name in ("title", "content", "address", "place")}
    lat, lon = (number_or_none(said.get(name)) for name in ("lat", "lon"))
    return Words(title or text["title"], text["content"], text["address"], text["place"], lat, lon)


def number_or_none(value: object) -> float | None:
    """A coordinate as a form or a case gives it; None for what is none."""
    try:
        found = float(str(value))
    except ValueError:
        return None
    return found if math.isfinite(found) and abs(found) <= 180 else None


def metres_between(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The distance of two points near each other."""
    up = (lat - other_lat) * METRES
    return math.hypot(up, (lon - other_lon) * METRES * math.cos(math.radians(lat)))


def _row(lat: float, lon: float) -> tuple[int, int]:
    return math.floor(lat * SQUARES), math.floor(lon * SQUARES)


def _square(row: int, column: int) -> int:
    return _hash(f"square/{row}/{column}")


def _hash(text: str) -> int:
    """A signed 32-bit integer."""
    found = crc32(text.encode())
    return found - (1 << 32) if found >> 31 else found
