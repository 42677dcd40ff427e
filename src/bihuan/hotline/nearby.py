"""Public demands near a place (附近诉求): counted on a grid, listed by box. Coarse on purpose; no exact place leaves here.

The finest cell is 1/500 degree, about 220 m by 180 m. A cell with fewer than LEAST public demands is not shown by itself: its
demands are counted at the middle of its block of BLOCK × BLOCK cells, about 1.1 km by 0.9 km, so that one demand in a field
does not point at the one house beside it. Lists are cut by blocks, never finer.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from bihuan.hotline.shown_models import Shown

CELLS = 500  # a degree; the trigger in the migration counts by the same
BLOCK = 5
LEAST = 3
ENDED_FOR = timedelta(days=90)  # how long an ended demand stays on the map
OPEN, ENDED = "open", "ended"
Place = tuple[int, int]


@dataclass(frozen=True)
class Wish:
    """Which demands: a first-level class (empty: all), and open, ended, or both (empty)."""

    division: str = ""
    state: str = ""


@dataclass(frozen=True)
class Box:
    """Cells from south-west to north-east, both included; always whole blocks."""

    south: int
    west: int
    north: int
    east: int


@dataclass(frozen=True)
class Spot:
    """So many demands around a point, in degrees; `side` is the width of the square they lie in."""

    lat: float
    lon: float
    count: int
    side: float


def box_of(south: float, west: float, north: float, east: float, step: int = BLOCK) -> Box:
    """The cells of a rectangle in degrees, widened to whole squares of `step` cells (1, or a multiple of BLOCK)."""
    whole = max(step, BLOCK)
    low = [floor(edge * CELLS / whole) * whole for edge in (south, west)]
    high = [ceil(edge * CELLS / whole) * whole - 1 for edge in (north, east)]
    return Box(low[0], low[1], max(high[0], low[0] + whole - 1), max(high[1], low[1] + whole - 1))


def spots(box: Box, step: int, wish: Wish, *, now: datetime) -> list[Spot]:
    """The demands of a box, counted in squares of `step` cells; below BLOCK the rule of the few holds."""
    if step >= BLOCK:
        return [_spot(place, step, n) for place, n in _counted(box, step, wish, now)]
    return list(_fine(_counted_fine(box, wish, now), step))


def rows(box: Box | None, wish: Wish, *, now: datetime) -> QuerySet[Shown]:
    """The public demands of a box (None: of the whole city, those without a point too), with their cases."""
    found = Shown.objects.select_related("case").filter(until__gte=now - ENDED_FOR)
    if box is not None:
        found = found.filter(north__range=(box.south, box.north), east__range=(box.west, box.east))
    if wish.division:
        found = found.filter(division=wish.division)
    if wish.state:
        ended = {"until__lte": now} if wish.state == ENDED else {"until__gt": now}
        found = found.filter(**ended)
    return found


def _fine(counted: Iterable[tuple[Place, int, int]], step: int) -> Iterator[Spot]:
    """Cells that hold enough by themselves, gathered in steps; the others in their blocks."""
    enough: dict[Place, int] = {}
    few: dict[Place, int] = {}
    for (north, east), everything, wanted in counted:
        side, into = (step, enough) if everything >= LEAST else (BLOCK, few)
        place = (north // side * side, east // side * side)
        into[place] = into.get(place, 0) + wanted
    for side, found in ((step, enough), (BLOCK, few)):
        yield from (_spot(place, side, n) for place, n in sorted(found.items()) if n)


def _spot(place: Place, side: int, count: int) -> Spot:
    lat, lon = ((edge + side / 2) / CELLS for edge in place)
    return Spot(round(lat, 4), round(lon, 4), count, side / CELLS)


def _where(wish: Wish, now: datetime) -> tuple[str, dict[str, Any]]:
    parts, given = ["true"], dict[str, Any]()
    if wish.division:
        parts.append("division = %(division)s")
        given["division"] = wish.division
    if wish.state:
        parts.append("until <= %(now)s" if wish.state == ENDED else "until > %(now)s")
    return " AND ".join(parts), {**given, "now": now, "since": now - ENDED_FOR}


def _counted(box: Box, step: int, wish: Wish, now: datetime) -> Iterator[tuple[Place, int]]:
    where, given = _where(wish, now)
    sql = (
        "SELECT north / %(step)s AS n, east / %(step)s AS e, count(*) FROM hotline_shown"
        f" WHERE {_WITHIN} AND {where} GROUP BY n, e ORDER BY n, e"
    )
    for north, east, n in _asked(sql, box, {**given, "step": step}):
        yield (north * step, east * step), n


def _counted_fine(box: Box, wish: Wish, now: datetime) -> Iterator[tuple[Place, int, int]]:
    where, given = _where(wish, now)
    sql = (
        f"SELECT north, east, count(*), count(*) FILTER (WHERE {where}) FROM hotline_shown"
        f" WHERE {_WITHIN} GROUP BY north, east"
    )
    for north, east, everything, wanted in _asked(sql, box, given):
        yield (north, east), everything, wanted


_WITHIN = "until >= %(since)s AND north BETWEEN %(south)s AND %(top)s AND east BETWEEN %(west)s AND %(right)s"


def _asked(sql: str, box: Box, given: Mapping[str, Any]) -> list[tuple[int, ...]]:
    edges = {"south": box.south, "top": box.north, "west": box.west, "right": box.east}
    with connection.cursor() as cursor:
        cursor.execute(sql, {**given, **edges})
        found: list[tuple[int, ...]] = cursor.fetchall()
        return found
