"""What has been said near me (附近诉求)? A map without names and the list beside it; both work without a script."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode

from bihuan.hotline.nearby import ENDED, ENDED_FOR, OPEN, Box, Spot, Wish, box_of, rows, spots
from bihuan.hotline.routing import categories
from bihuan.hotline.shown_models import Shown
from bihuan.hotline.words.personal import mask
from bihuan.kernel.cases.city import city, matter_at, work_calendar
from bihuan.kernel.cases.models import Case
from bihuan.web.clock import now
from bihuan.web.ground import degree_lines, names, outlines, tiles
from bihuan.web.keyset import Slice, by_newest
from bihuan.web.mercator import HEIGHT, WIDTH, View, view_of, view_of_box
from bihuan.web.templatetags.shown import label

FRESH = 60  # seconds for which a count of the whole city is kept
WIDE = 20  # squares this wide or wider are counted for a large part of the city
ANYWHERE = (-60.0, -170.0, 70.0, 170.0)
NEAR = 14  # the zoom that a reader's own place is shown with


@dataclass(frozen=True)
class Point:
    """A circle on the drawing, and where a tap on it leads."""

    x: float
    y: float
    radius: float
    count: int
    query: str


@dataclass(frozen=True)
class Line:
    """A demand as everybody may read it."""

    number: str
    title: str
    category: str
    place: object
    state: str
    is_open: bool
    month: str


def page(request: HttpRequest) -> HttpResponse:
    """Map and list of what the public may see."""
    view, wish = asked_view(request.GET), asked_wish(request.GET)
    found = counted(view, wish)
    listed = listed_rows(view, wish, request.GET)
    shown = {
        **_drawn(view),
        "wish": wish,
        "points": [_point(spot, view, wish) for spot in found],
        "total": sum(spot.count for spot in found),
        "ways": _ways(view, wish),
        "divisions": categories().divisions,
        "ended_days": ENDED_FOR.days,
        "keyset": listed,
        "lines": [line_of(one.case) for one in listed.rows],
    }
    answer = render(request, "resident/map.html", shown)
    patch_cache_control(answer, private=True, max_age=FRESH)
    return answer


def points(request: HttpRequest) -> JsonResponse:
    """The same for programs: counted squares, and a page of demands with the key of the next one."""
    view, wish = asked_view(request.GET), asked_wish(request.GET)
    listed = listed_rows(view, wish, request.GET)
    answer = JsonResponse({
        "squares": [
            {"lat": s.lat, "lon": s.lon, "count": s.count, "side": s.side}
            for s in counted(view, wish)
        ],
        "demands": [_told(line_of(one.case)) for one in listed.rows],
        "after": listed.after,
    })  # fmt: skip
    patch_cache_control(answer, public=True, max_age=FRESH)
    return answer


def ground(request: HttpRequest) -> HttpResponse:
    """The ground of a view alone, for whoever points at a place on it; the form fetches it."""
    answer = render(request, "resident/parts/ground.html", _drawn(asked_view(request.GET)))
    patch_cache_control(answer, private=True, max_age=FRESH)
    return answer


def _drawn(view: View) -> dict[str, object]:
    """What the drawing of a view needs."""
    return {
        "view": view,
        "width": WIDTH,
        "height": HEIGHT,
        "outlines": outlines(view),
        "names": names(view),
        "degrees": [] if settings.BIHUAN_TILES else degree_lines(view),
        "tiles": tiles(view),
        "attribution": settings.BIHUAN_TILES_ATTRIBUTION if settings.BIHUAN_TILES else "",
    }


def _told(line: Line) -> dict[str, object]:
    place = label(line.place) if line.place else ""
    return {
        "number": line.number, "title": line.title, "category": line.category, "place": place,
        "state": line.state, "open": line.is_open, "month": line.month,
    }  # fmt: skip


def asked_view(asked: QueryDict) -> View:
    """The view that was asked for; the whole city where none was, or where it makes no sense."""
    whole = _whole()
    try:
        lat, lon = float(asked.get("lat", whole.lat)), float(asked.get("lon", whole.lon))
        zoom = int(asked.get("z", NEAR if "lat" in asked else whole.zoom))
    except ValueError:
        return whole
    if not (abs(lat) <= 85 and abs(lon) <= 180):
        return whole
    return view_of(lat, lon, zoom)


def asked_wish(asked: QueryDict) -> Wish:
    """The filters that were asked for; what is none of them counts as all."""
    known = {division.code[:2] for division in categories().divisions}
    division, state = asked.get("category", ""), asked.get("state", "")
    return Wish(division if division in known else "", state if state in (OPEN, ENDED) else "")


def counted(view: View, wish: Wish) -> list[Spot]:
    """The squares of a view; a count of much of the city is kept for a minute."""
    box = box_of(*view.edges, view.step)
    if view.step < WIDE:
        return spots(box, view.step, wish, now=now())
    key = f"nearby:{box}:{view.step}:{wish}".replace(" ", "")
    kept: list[Spot] | None = cache.get(key)
    if kept is None:
        kept = spots(box, view.step, wish, now=now())
        cache.set(key, kept, FRESH)
    return kept


def listed_rows(view: View, wish: Wish, asked: QueryDict) -> Slice[Shown]:
    """A page of the demands in view, newest first; of the whole city those without a point too."""
    whole: Box | None = None if view == _whole() else box_of(*view.edges, view.step)
    return by_newest(rows(whole, wish, now=now()), asked)


def line_of(case: Case) -> Line:
    """The public fields of a demand, as its matter names them; the title once more without personal data."""
    matter, _ = matter_at(case.matter, case.version)
    public = {name: str(case.data.get(name) or "") for name in matter.public}
    month = work_calendar().local(case.opened_at)
    return Line(
        case.number, mask(public.get("title", "")), _category(public.get("category", "")),
        city().regions.get(public.get("place", "")), label(matter.states[case.state]),
        not case.end, f"{month:%Y-%m}",
    )  # fmt: skip


def _category(title: str) -> str:
    known = categories().by_code.get(title[:6])
    return label(known) if known else ""


def _whole() -> View:
    return view_of_box(*(city().info.box or ANYWHERE))


def _point(spot: Spot, view: View, wish: Wish) -> Point:
    x, y = view.at(spot.lat, spot.lon)
    radius = 6.0 if spot.count == 1 else min(26.0, 11.0 + len(str(spot.count)) * 4)
    closer = view_of(spot.lat, spot.lon, min(view.zoom + 2, NEAR + 2))
    return Point(x, y, radius, spot.count, query_of(closer, wish))


def _ways(view: View, wish: Wish) -> Mapping[str, str]:
    """Name of a button → the query that it leads to."""
    moves = {
        "closer": view.moved(closer=1), "wider": view.moved(closer=-1), "north": view.moved(down=-0.5),
        "south": view.moved(down=0.5), "west": view.moved(right=-0.5), "east": view.moved(right=0.5),
    }  # fmt: skip
    return {name: query_of(moved, wish) for name, moved in moves.items()} | {"whole": _kept(wish)}


def query_of(view: View, wish: Wish) -> str:
    """The query of a view with its filters."""
    where = urlencode({"z": str(view.zoom), "lat": str(view.lat), "lon": str(view.lon)})
    kept = _kept(wish)
    return f"{where}&{kept}" if kept else where


def _kept(wish: Wish) -> str:
    kept = {"category": wish.division, "state": wish.state}
    return urlencode({name: value for name, value in kept.items() if value})
