"""What lies under the points of a map (底图): the divisions' outlines and names at their seats, or the city's own tiles.

Outlines come with the browser libraries (MIT); a city that they do not know gets a plain ground with lines of degrees.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

from bihuan.kernel.cases.city import city
from bihuan.web.mercator import HEIGHT, WIDTH, View
from bihuan.web.templatetags.shown import label

OUTLINES = "vendor/lvliang-counties.geojson"
LINES = (5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)  # degrees between two lines
APART = 70  # units between two lines, at least
MARGIN = 400  # units around the drawing in which outlines keep their form
HAN, LATIN = 13, 7  # units that a character of a name takes
Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Division:
    """A division with its outline; latitude first."""

    code: str
    seat: tuple[float, float]
    rings: tuple[Ring, ...]


@dataclass(frozen=True)
class Name:
    """A division's seat on the drawing, and its name, so many units wide; empty where there is no room for it."""

    said: str
    x: float
    y: float
    wide: float


@dataclass(frozen=True)
class Tile:
    """A picture of the city's own map server."""

    url: str
    x: int
    y: int


def outlines(view: View) -> list[str]:
    """The outlines as SVG paths, those alone that cross the view."""
    south, west, north, east = view.edges
    return [
        _path(ring, view)
        for division in divisions()
        for ring in division.rings
        if min(lat for lat, _ in ring) <= north
        and max(lat for lat, _ in ring) >= south
        and min(lon for _, lon in ring) <= east
        and max(lon for _, lon in ring) >= west
    ]


def names(view: View) -> list[Name]:
    """The seats in view; those whose names would lie over another's go without one."""
    found: list[Name] = []
    for division in divisions():
        x, y = view.at(*division.seat)
        if 0 <= x <= WIDTH and 0 <= y <= HEIGHT:
            said = label(city().regions[division.code])
            wide = sum(LATIN if letter.isascii() else HAN for letter in said)
            clear = all(_apart(other, x, y, wide) for other in found if other.said)
            found.append(Name(said if clear else "", x, y, wide))
    return found


def _apart(other: Name, x: float, y: float, wide: float) -> bool:
    return abs(other.y - y) >= HAN or abs(other.x - x) >= (other.wide + wide) / 2


def degree_lines(view: View) -> list[tuple[str, float, float, float, float]]:
    """(words, x1, y1, x2, y2) of the lines of latitude and longitude."""
    south, west, north, east = view.edges
    apart = next((d for d in reversed(LINES) if d / (east - west) * WIDTH >= APART), LINES[0])
    lines = []
    for n in range(ceil(west / apart), floor(east / apart) + 1):
        x, _ = view.at(south, n * apart)
        lines.append((f"{n * apart:.2f}°E", x, 0.0, x, float(HEIGHT)))
    for n in range(ceil(south / apart), floor(north / apart) + 1):
        _, y = view.at(n * apart, west)
        lines.append((f"{n * apart:.2f}°N", 0.0, y, float(WIDTH), y))
    return lines


def tiles(view: View) -> list[Tile]:
    """The tiles under the view; none unless the city named a server (BIHUAN_TILES)."""
    url = str(settings.BIHUAN_TILES)
    return [Tile(_tile_url(url, x, y, view.zoom), left, top) for x, y, left, top in view.tiles()] if url else []  # fmt: skip


def _tile_url(url: str, x: int, y: int, zoom: int) -> str:
    given = {"x": x, "y": y, "z": zoom, "s": (x + y) % 8}
    for name, value in given.items():
        url = url.replace(f"{{{name}}}", str(value))
    return url


def _path(ring: Ring, view: View) -> str:
    """A ring in whole units; points that fall together are drawn once."""
    points: list[tuple[int, int]] = []
    for lat, lon in ring:
        x, y = view.at(lat, lon)
        point = (_within(x, WIDTH), _within(y, HEIGHT))
        if not points or points[-1] != point:
            points.append(point)
    return "M" + "L".join(f"{x} {y}" for x, y in points) + "Z"


def _within(value: float, size: int) -> int:
    """What lies far outside the drawing is drawn just outside: thousands of points fall together."""
    return round(max(-MARGIN, min(size + MARGIN, value)))


def divisions() -> tuple[Division, ...]:
    """The outlines of the city's own divisions; empty where the file has none of them."""
    return tuple(d for d in _all_divisions() if d.code in city().regions)


@lru_cache(maxsize=1)
def _all_divisions() -> tuple[Division, ...]:
    found = finders.find(OUTLINES)
    if not isinstance(found, str):
        return ()
    features = json.loads(Path(found).read_text(encoding="utf-8"))["features"]
    return tuple(
        Division(
            str(one["id"]),
            (one["properties"]["cp"][1], one["properties"]["cp"][0]),
            tuple(_rings(one["geometry"])),
        )
        for one in features
    )


def _rings(geometry: dict[str, object]) -> Iterator[Ring]:
    shapes = geometry["coordinates"]
    assert isinstance(shapes, Sequence)
    for shape in [shapes] if geometry["type"] == "Polygon" else shapes:
        for ring in shape:
            yield tuple((lat, lon) for lon, lat in ring)
