"""Where a demand arose (事发地): the place that its words name, down to the village, by the city's own list of places.

A town that only one county has tells the county; a village that several towns have tells nothing until the town or the
county is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings

from bihuan.hotline.gazetteer import COUNTY, TOWN, VILLAGE, Gazetteer, gazetteer
from bihuan.hotline.words import places
from bihuan.hotline.words.places import Parts
from bihuan.hotline.words.writing import level
from bihuan.kernel.cases.city import city
from bihuan.kernel.catalog.files import Region, Unit

LONGEST_READ = 5_000
SHORTEST = 2
BELOW = ("road", "number", "estate", "building", "facility")


@dataclass(frozen=True)
class Placed:
    """A place of the city: codes as far as they are certain (else empty), and the whole in the order of an address.

    `unsure` are names of the list that several places have, where nothing says which is meant.
    """

    region: str = ""
    town: str = ""
    village: str = ""
    address: str = ""
    unsure: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Hit:
    start: int
    end: int
    name: str
    codes: tuple[str, ...]


def place_of(text: str, region: str = "") -> Placed:
    """The place that `text` names; `region` is the division that the form says, which counts before the text."""
    found = city()
    book = gazetteer(Path(settings.BIHUAN_CATALOG), found.regions)
    return placed(text, found.regions, book, region)


def placed(text: str, regions: Mapping[str, Region], book: Gazetteer, region: str = "") -> Placed:
    """The same for any city's regions and places. Linear in the text, of which the first part is read. Pure."""
    text = text[:LONGEST_READ]
    known = tuple(
        places.Region(r.code, r.name, tuple(r.aliases)) for r in regions.values() if r.parent
    )
    named = places.find(text, known)
    counties = list(dict.fromkeys(p.parts.county for p in named if p.parts.county))
    within = [region] if regions.get(region) and regions[region].parent else counties
    hits = list(
        _hits(level(text), book, {p.start + len(_county_of(p, text, regions)) for p in named})
    )
    code, unsure = _deepest(hits, within)
    home = code[:COUNTY] if code else next(iter(within), "")
    parts = _parts_near(named, hits, code)
    return Placed(
        home,
        code[:TOWN] if len(code) >= TOWN else "",
        code if len(code) == VILLAGE else "",
        _address(home, code, parts, regions, book),
        tuple(dict.fromkeys(unsure)),
    )


def county_unit(
    region: str, regions: Mapping[str, Region], units: Mapping[str, Unit]
) -> Unit | None:
    """The government of the county that a region is, or lies in; None for the whole city, or an unknown code."""
    while region in regions and regions[region].parent:
        for unit in units.values():
            if unit.kind == "county" and unit.region == region:
                return unit
        region = regions[region].parent
    return None


def _county_of(place: places.Place, text: str, regions: Mapping[str, Region]) -> str:
    """The county's name that a place begins with, as written; empty where it begins lower."""
    if not place.parts.county:
        return ""
    region = regions[place.parts.county]
    written = text[place.start : place.end]
    named = [name for name in (region.name, *region.aliases) if written.startswith(name)]
    return max(named, key=len, default="")


def _hits(text: str, book: Gazetteer, borders: set[int]) -> Iterator[_Hit]:
    """Names of the list in the text, the longest first at each place; a bare stem only right behind a county."""
    at = 0
    while at < len(text):
        for size in range(min(book.longest, len(text) - at), SHORTEST - 1, -1):
            name = text[at : at + size]
            codes = book.codes.get(name) or (at in borders and book.stems.get(name)) or ()
            if codes:
                yield _Hit(at, at + size, name, codes)
                at += size - 1
                break
        at += 1


def _deepest(hits: Sequence[_Hit], within: Sequence[str]) -> tuple[str, list[str]]:
    """The code of the lowest place that is certain, the first of such; and the names that may mean several."""
    best, unsure = "", []
    towns = {code for hit in hits if len(hit.codes[0]) == TOWN for code in _in(hit.codes, within)}
    for hit in hits:
        meant = _in(hit.codes, within)
        if len(meant) > 1 and towns:
            meant = tuple(code for code in meant if code[:TOWN] in towns) or meant
        if len(meant) == 1 and len(meant[0]) > len(best) and meant[0].startswith(best):
            best = meant[0]
        elif len(meant) > 1:
            unsure.append(hit.name)
    return best, [name for name in unsure if not best or len(best) < VILLAGE]


def _in(codes: Sequence[str], within: Sequence[str]) -> tuple[str, ...]:
    if not within:
        return tuple(codes)
    return tuple(code for code in codes if any(code.startswith(home) for home in within))


def _parts_near(named: Sequence[places.Place], hits: Sequence[_Hit], code: str) -> Parts:
    """Road, number, estate and facility: of the place that the code was found in, else of the first that has any."""
    touching = [
        place
        for place in named
        for hit in hits
        if code in hit.codes and place.start < hit.end and hit.start < place.end
    ]
    for place in (*touching, *named):
        if any(getattr(place.parts, name) for name in BELOW):
            return replace(place.parts, county="", town="", village="")
    return Parts()


def _address(
    home: str, code: str, parts: Parts, regions: Mapping[str, Region], book: Gazetteer
) -> str:
    said = [regions[home].name] if home in regions else []
    said += [book.names[code[:size]] for size in (TOWN, VILLAGE) if len(code) >= size]
    road = parts.road + (f"{parts.number}号" if parts.number else "")
    estate = parts.estate + (f"{parts.building}号楼" if parts.building else "")
    return "".join([*said, road, estate, parts.facility])
