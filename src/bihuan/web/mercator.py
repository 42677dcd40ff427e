"""A view of a map (地图视野): where a point lies on it, which tiles cover it. The projection that public map tiles use. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import atan, degrees, exp, log, pi, radians, tan

WIDTH, HEIGHT = 360, 480  # of the drawing, in its own units
TILE = 256
LEAST_ZOOM, MOST_ZOOM = 6, 17
FAR, CLOSE, STREETS = (
    2,
    3,
    16,
)  # decimals of a view's middle, below the zoom of streets and from it on
BLOCK, BLOCK_AT, FINE_AT = 5, 13, 14


@dataclass(frozen=True)
class View:
    """The middle and the zoom; x to the east, y to the south, in units of the drawing."""

    lat: float
    lon: float
    zoom: int

    def at(self, lat: float, lon: float) -> tuple[float, float]:
        """Where a point lies."""
        x, y = _world(lat, lon, self.zoom)
        left, top = self._corner()
        return round(x - left, 1), round(y - top, 1)

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """South, west, north, east, in degrees."""
        left, top = self._corner()
        north, west = _degrees(left, top, self.zoom)
        south, east = _degrees(left + WIDTH, top + HEIGHT, self.zoom)
        return south, west, north, east

    @property
    def step(self) -> int:
        """How many of the finest cells a square is wide: fingers want about 58 units."""
        return 1 if self.zoom >= FINE_AT else BLOCK * 2 ** (BLOCK_AT - self.zoom)

    def moved(self, right: float = 0, down: float = 0, closer: int = 0) -> "View":
        """The view half a width or height further, or closer by so many zooms."""
        left, top = self._corner()
        x, y = left + WIDTH * (0.5 + right), top + HEIGHT * (0.5 + down)
        return view_of(*_degrees(x, y, self.zoom), self.zoom + closer)

    def tiles(self) -> Iterator[tuple[int, int, int, int]]:
        """(x, y, left, top) of each tile that covers the drawing."""
        left, top = self._corner()
        for x in range(int(left // TILE), int((left + WIDTH) // TILE) + 1):
            for y in range(int(top // TILE), int((top + HEIGHT) // TILE) + 1):
                yield x, y, round(x * TILE - left), round(y * TILE - top)

    def _corner(self) -> tuple[float, float]:
        x, y = _world(self.lat, self.lon, self.zoom)
        return x - WIDTH / 2, y - HEIGHT / 2


def view_of(lat: float, lon: float, zoom: int) -> View:
    """A view with its middle rounded and its zoom within bounds."""
    zoom = min(MOST_ZOOM, max(LEAST_ZOOM, zoom))
    decimals = CLOSE if zoom >= STREETS else FAR
    return View(round(lat, decimals), round(lon, decimals), zoom)


def view_of_box(south: float, west: float, north: float, east: float) -> View:
    """The closest view that shows the whole rectangle."""
    middle = ((south + north) / 2, (west + east) / 2)
    for zoom in range(MOST_ZOOM, LEAST_ZOOM, -1):
        left, bottom = _world(south, west, zoom)
        right, top = _world(north, east, zoom)
        if right - left <= WIDTH and bottom - top <= HEIGHT:
            return view_of(*middle, zoom)
    return view_of(*middle, LEAST_ZOOM)


def _world(lat: float, lon: float, zoom: int) -> tuple[float, float]:
    size = TILE * 2**zoom
    y = log(tan(pi / 4 + radians(max(-85.0, min(85.0, lat))) / 2))
    return (lon + 180) / 360 * size, (1 - y / pi) / 2 * size


def _degrees(x: float, y: float, zoom: int) -> tuple[float, float]:
    size = TILE * 2**zoom
    lat = degrees(2 * atan(exp(pi * (1 - 2 * y / size))) - pi / 2)
    return lat, x / size * 360 - 180
