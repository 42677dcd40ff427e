"""Who should handle a demand, and what it is about (派单建议): territory × duty, the top three with reasons.

The category says whose duty it is, and whether the county's government handles it (属地办理) or the city's department.
What is a department's duty is never sent down. What the city learned from its own past weighs first where there is any.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from bihuan.hotline.placing import county_unit, place_of
from bihuan.hotline.routing_categories import FILE, Categories, Category, load_categories
from bihuan.hotline.routing_learned import learned_routes
from bihuan.hotline.routing_words import Hit, WordBook, of_categories, of_duties
from bihuan.kernel.cases.city import city
from bihuan.kernel.catalog.city import City
from bihuan.kernel.catalog.files import Unit
from bihuan.kernel.catalog.layers import file_of
from bihuan.learning import Example, Model
from bihuan.learning.sorter import Sorted
from bihuan.learning.weighing import of_hints

MOST = 3
LEAST = 0.05  # a chance below this is no suggestion
LEAST_LIKE = 0.08  # below this likeness a category's words and examples say nothing
LIKENESS = 4.0  # what likeness to a category's words and examples counts against its words' share
SHARPNESS = 3.5  # makes chances of scores; [design], docs/routing.md has how they came true
DUTIES = 0.15  # what duty words say, against what the category says
COUNTY = 0.75  # the county's part of a demand that is handled where it arose; the rest is the department's
_GREETING = re.compile("[你您]们?好|谢谢")
WORTH_TELLING = 0.2  # below this chance what the city learned is no reason
TOLD = 3  # words that a reason names


@dataclass(frozen=True)
class Route:
    """A unit that may handle the demand: `category` is what the form's field holds (code and name), or empty."""

    unit: str
    category: str
    confidence: float
    reasons: tuple[str, ...]
    pace: str = "general"
    urgent: tuple[str, ...] = ()


@dataclass
class _Candidate:
    chance: float = 0.0
    best: float = 0.0
    category: Category | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Book:
    """What the catalog says, made ready once."""

    city: City
    categories: Categories
    by_code: Mapping[str, Category]
    words: WordBook
    duties: WordBook
    likeness: Model | None


@dataclass
class _Demand:
    title: str
    text: str
    county: Unit | None
    hits: Mapping[str, Hit]
    learned: Mapping[str, Sorted] = field(default_factory=dict)


def suggest(title: str, text: str, place: str = "") -> tuple[Route, ...]:
    """At most three units, the likeliest first; none where nothing of the demand is known.

    `place` is a region's code; without one the text is searched for a name of the catalog's regions.
    """
    book = _book()
    regions = book.city.regions
    region = place if place in regions else place_of(f"{title}。{text}").region
    county = county_unit(region, regions, book.city.units)
    demand = _Demand(title, text, county, book.words.find(title, text))
    chances = _chances(book, demand)
    candidates: dict[str, _Candidate] = {}
    for code, chance in chances.items():
        _add_category(candidates, book, demand, book.by_code[code], chance)
    _add_units(candidates, book, demand)
    ranked = sorted(candidates.items(), key=lambda item: (-item[1].chance, item[0]))
    urgent = urgent_words(title, text)
    return tuple(
        Route(
            unit,
            found.category.title if found.category else "",
            round(min(found.chance, 0.99), 4),
            found.reasons,
            found.category.pace if found.category else "general",
            urgent,
        )
        for unit, found in ranked[:MOST]
        if found.chance >= LEAST
    )


def urgent_words(title: str, text: str) -> tuple[str, ...]:
    """The words of the demand that call for a response within thirty minutes (紧急), in the catalog's order."""
    book = _book()
    whole = title + text
    words = (word for category in book.by_code.values() for word in category.urgent)
    return tuple(dict.fromkeys(word for word in words if word in whole))


def categories() -> Categories:
    """The categories of this city."""
    return _book().categories


def _chances(book: _Book, demand: _Demand) -> dict[str, float]:
    """The chance of each category: by the catalog's words, weighed by what the city learned."""
    plain = _by_words(book, demand)
    sorter = learned_routes()
    if sorter is None:
        return plain
    found = sorter.rank(demand.title, demand.text, top=len(sorter.labels))
    chances: dict[str, float] = {}
    told = 0.0
    learned: dict[str, Sorted] = {}
    for one in found:
        meant = book.categories.named(one.label)
        within = sum(plain.get(category.code, 0.0) for category in meant)
        for category in meant:
            share = plain.get(category.code, 0.0) / within if within else 1 / len(meant)
            chances[category.code] = chances.get(category.code, 0.0) + one.chance * share
            learned.setdefault(category.code, one)
        told += one.chance if meant else 0.0
        if unit := _unit_named(book.city, one.label):
            learned.setdefault(unit, one)
            told += one.chance
    demand.learned = learned
    for code, chance in plain.items():
        chances[code] = chances.get(code, 0.0) + max(1 - told, 0.0) * chance
    return chances


def _by_words(book: _Book, demand: _Demand) -> dict[str, float]:
    total = sum(hit.score for hit in demand.hits.values())
    scores = {code: hit.score / total for code, hit in demand.hits.items()}
    if book.likeness is not None:
        alike = book.likeness.scores(_GREETING.sub("", f"{demand.title}。{demand.text}"))
        for code, likeness in zip(book.likeness.labels, alike, strict=True):
            if likeness >= LEAST_LIKE:
                scores[code] = scores.get(code, 0.0) + LIKENESS * float(likeness)
    if not scores:
        return {}
    raised = {code: math.exp(SHARPNESS * score) for code, score in scores.items()}
    total = sum(raised.values()) + len(book.by_code) - len(raised)  # the others score nothing
    return {code: value / total for code, value in raised.items()}


def _add_category(
    candidates: dict[str, _Candidate],
    book: _Book,
    demand: _Demand,
    category: Category,
    chance: float,
) -> None:
    chance *= 1 - DUTIES
    shares = [(category.unit, 1.0)]
    if category.level == "county" and demand.county is not None:
        shares = [(demand.county.code, COUNTY), (category.unit, 1 - COUNTY)]
    for unit, share in shares:
        candidate = candidates.setdefault(unit, _Candidate())
        candidate.chance += chance * share
        if chance * share > candidate.best:
            candidate.best, candidate.category = chance * share, category
            candidate.reasons = _reasons(book, demand, category, unit)


def _reasons(book: _Book, demand: _Demand, category: Category, unit: str) -> tuple[str, ...]:
    said = []
    if (hit := demand.hits.get(category.code)) is not None:
        said.append(f"关联词：{'、'.join(hit.words[:TOLD])}")
    one = demand.learned.get(category.code)
    if one is not None and one.chance >= WORTH_TELLING:
        said.append(_past(one))
    duty = _name(book.city, category.unit)
    if demand.county is not None and unit == demand.county.code:
        said.append(f"“{category.name}”属地办理，由{_name(book.city, unit)}承办，{duty}指导")
    elif category.level == "city":
        said.append(f"“{category.name}”是{duty}的职责，不派县级")
    elif demand.county is None:
        said.append(f"“{category.name}”由{duty}负责；未写明县（市、区），请核实是否属地办理")
    else:
        said.append(f"“{category.name}”由{duty}负责")
    return tuple(said)


def _past(one: Sorted) -> str:
    words = f"，关联词：{'、'.join(one.words)}" if one.words else ""
    return f"本市历史诉求多归“{one.label}”（把握约{one.chance:.0%}{words}）"


def _add_units(candidates: dict[str, _Candidate], book: _Book, demand: _Demand) -> None:
    """What duty words, and a past that is labelled by unit, say of units directly."""
    hits = book.duties.find(demand.title, demand.text)
    total = sum(hit.score for hit in hits.values())
    for unit, hit in hits.items():
        reason = f"职责词：{'、'.join(hit.words[:TOLD])}"
        _add_unit(candidates, unit, DUTIES * hit.score / total, reason)
    for unit, one in demand.learned.items():
        if unit in book.city.units:
            _add_unit(candidates, unit, one.chance * (1 - DUTIES), _past(one))


def _add_unit(candidates: dict[str, _Candidate], unit: str, chance: float, reason: str) -> None:
    candidate = candidates.setdefault(unit, _Candidate())
    candidate.chance += chance
    candidate.reasons = (*candidate.reasons, reason)


def _unit_named(found: City, label: str) -> str:
    """The code of the office that a label of the past names, by code or name; empty for none.

    A past that names a county tells where the demand arose and not whose duty it is; what was sent down wrongly once
    is not learned.
    """
    for unit in found.units.values():
        if label in (unit.code, unit.name, unit.short, *unit.aliases):
            return "" if unit.kind in ("county", "zone") else unit.code
    return ""


def _name(found: City, code: str) -> str:
    unit = found.units[code]
    return unit.short or unit.name


def _book() -> _Book:
    home = Path(settings.BIHUAN_CATALOG)
    try:
        stamp = file_of(home, FILE).stat().st_mtime_ns
    except OSError:
        stamp = 0
    return _made(home, stamp, city().digest)


@lru_cache(maxsize=2)
def _made(home: Path, stamp: int, digest: str) -> _Book:
    """Made once for each state of the catalog, which `stamp` and `digest` tell apart."""
    found = city()
    tree = load_categories(home, found.units)
    told = [
        Example("，".join((c.name, *c.words, *c.examples)), (c.code,))
        for c in tree.by_code.values()
    ]
    return _Book(
        city=found,
        categories=tree,
        by_code=tree.by_code,
        words=of_categories(tree),
        duties=of_duties(found.units.values()),
        likeness=of_hints(told) if told else None,
    )
