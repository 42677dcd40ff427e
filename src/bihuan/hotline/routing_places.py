"""Finds the place that a demand names (县/乡/村/小区/路), against the catalog's regions. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.kernel.catalog.files import Region, Unit

# One part of an address after another: Chinese or digits, ended by what it is.
_PART = r"[\u4e00-\u9fffA-Za-z0-9]{1,8}?(?:街道|乡|镇|村|社区|小区|花园(?:小区)?|家园(?:小区)?|大道|路|街|巷|号楼|栋|号)"
_DETAIL = re.compile(rf"(?:{_PART}){{1,5}}")
_NOT_IN_ONE = re.compile(r"[在到住是有的把被和与]")
LONGEST_READ = 5_000


@dataclass(frozen=True)
class FoundPlace:
    """A county-level region of the catalog (its code, or empty), and the address below it as written."""

    region: str
    detail: str


def find_place(text: str, regions: Mapping[str, Region]) -> FoundPlace:
    """The first region below the city that is named, by its longest name; and the first address after it."""
    text = unicodedata.normalize("NFKC", text[:LONGEST_READ])
    named = [
        (text.find(name), -len(name), name, region.code)
        for region in regions.values()
        if region.parent
        for name in (region.name, *region.aliases)
        if name in text
    ]
    if not named:
        return FoundPlace("", _detail(text))
    at, _, name, code = min(named)
    return FoundPlace(code, _detail(text[at + len(name) :]) or _detail(text))


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


def _detail(text: str) -> str:
    for match in _DETAIL.finditer(text):
        # What stands before the name of the place belongs to the sentence: 我住在滨河小区.
        *_, found = _NOT_IN_ONE.split(match.group())
        if len(found) > 1:
            return found
    return ""
