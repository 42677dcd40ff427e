"""Finds the places that a message names (县、乡镇、村、路、小区、学校) and puts them into parts by level.

Counties come from the caller's list of regions. For everything below there is no list: a name is what stands before a sign such
as 路 or 小区, back to a word after which places begin (`before_place` in phrases.yaml), unless it is a common word (`no_place`).
Offsets are code points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from bihuan.hotline.words.phrases import pattern, phrases
from bihuan.hotline.words.writing import level

DEFAULT: Final = 2  # a name's length where nothing says where it begins
BETWEEN: Final = re.compile(r"[ ,，、的·]{0,2}$")
HAN: Final = re.compile(r"[0-9a-z\u4e00-\u9fff]+$")
EDGE: Final = re.compile(r"^[和同至到旁边上下口内里附近、]+(?=[\u4e00-\u9fff]{2})")
RANKS: Final = ("county", "town", "village", "road", "estate", "facility")

ESTATES: Final = r"小区(?!域)|花园|家园|公寓|苑|新城|嘉园|名邸|公馆|华府|山庄|豪庭|雅居|豪苑|名城|国际城|御园|佳园|雅苑"
FACILITIES: Final = (
    "小学|中学|一中|二中|三中|学校|幼儿园|学院|大学|人民医院|中医院|医院|卫生院|"
    "批发市场|农贸市场|市场|广场|公园|车站|大厦|派出所|水库|大桥|工业园"
)

# Level, its sign, what may not follow, the longest name before the sign.
SIGNS: Final = (
    ("town", r"街道(?:办事处|办)?(?![路两上边旁口面])|镇(?![痛定静长守里上])|乡(?![村镇下亲里音愁土长间])", 4),
    ("village", r"村(?![民级里镇官医务庄集干容规内])|社区", 5),
    ("estate", ESTATES, 6),
    ("road", r"大道|大街|(?<!线)路(?![灯人过况由费政网径基面障])|街(?![道头坊区景办])|巷(?![子道])|胡同", 5),
    ("facility", FACILITIES, 8),
)  # fmt: skip
SIGN: Final = re.compile("|".join(f"(?P<{name}>{sign})" for name, sign, _ in SIGNS))
LONGEST: Final = {name: most for name, _, most in SIGNS}
NUMBER: Final = re.compile(r"[ ]?([0-9]{1,5}(?:-[0-9]{1,3})?)号(?!楼|线|文|公告)")
BUILDING: Final = re.compile(
    r"[ ,]?(?:[0-9一二三四五六七八九十]{1,2}期)?[ ,]?([0-9]{1,3}|[a-z][0-9]{0,2}|[一二三四五六七八九十]{1,3})(?:栋|幢|座|号楼|#)"
)
UNITS: Final = frozenset("县市区州旗")
ENDED: Final = re.compile("[路街巷村镇乡]$|小学$|中学$|学校$|医院$")
NEVER: Final = re.compile(
    r"(?:公路|铁路|思路|线路|电路|网路|出路|道路|马路|修路|下坡路|收取路|农村|乡镇|城镇|乡村|村镇|集镇|[上读升去所](?:小学|中学|学校))$|[0-9][年月日]|^[一二三四五六七八九十两几多大小各]+[乡镇村]$"
)
STEM: Final = re.compile(r"(?:街道(?:办事处|办)?|小区|花园小区|社区|大道|大街|镇|乡|村|路|街|巷)$")


@dataclass(frozen=True)
class Region:
    """A county or city of the catalog (行政区划); aliases that do not begin its name are not used."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parts:
    """A place by levels, empty where the text says nothing: `county` is a region's code, the others are names."""

    county: str = ""
    town: str = ""
    village: str = ""
    road: str = ""
    number: str = ""
    estate: str = ""
    building: str = ""
    facility: str = ""


@dataclass(frozen=True)
class Place:
    """text[start:end] names the place `parts`."""

    start: int
    end: int
    parts: Parts


def find(text: str, regions: Sequence[Region] = ()) -> tuple[Place, ...]:
    """The places in `text` in order; names that follow one another from large to small are one place."""
    written = level(text)
    counties = list(_counties(written, regions))
    named = _signed(written, frozenset(county.end for county in counties))
    joined: list[Place] = []
    for piece in sorted([*counties, *named], key=lambda piece: piece.start):
        if joined and _continues(written, joined[-1], piece):
            joined[-1] = _join(joined[-1], piece)
        elif not joined or piece.start >= joined[-1].end:
            joined.append(piece)
    return tuple(joined)


def key(parts: Parts) -> str:
    """What two spellings of one place share: county, and the most exact level without its sign. Empty for a county or less."""
    for name in ("estate", "facility", "village", "road", "town"):
        value = getattr(parts, name)
        if value:
            exact = stem(value) + (parts.number if name == "road" else "")
            return f"{parts.county}/{name}/{exact}"
    return ""


def stem(name: str) -> str:
    """A name without its sign: 龙凤 of 龙凤小区."""
    return STEM.sub("", name) or name


def near(one: Parts, other: Parts) -> bool:
    """Whether two places are the same one as far as both say: the same most exact level, in no two different counties."""
    if one.county and other.county and one.county != other.county:
        return False
    mine, theirs = (key(replace(parts, county="")) for parts in (one, other))
    return bool(mine) and mine == theirs


def _counties(written: str, regions: Sequence[Region]) -> Iterator[Place]:
    names, pattern = _known(tuple(regions))
    if pattern is None:
        return
    for match in pattern.finditer(written):
        code, whole = names[match[0]]
        if whole or not _part_of_a_name(written, match.end()):
            yield Place(match.start(), match.end(), Parts(county=code))


@cache
def _known(
    regions: tuple[Region, ...],
) -> tuple[dict[str, tuple[str, bool]], re.Pattern[str] | None]:
    """Names and short names of the regions: to which code they lead, and whether they are the whole name."""
    names: dict[str, tuple[str, bool]] = {}
    for region in regions:
        names[level(region.name)] = region.code, True
        for alias in region.aliases:
            if region.name.startswith(alias):
                names.setdefault(level(alias), (region.code, False))
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return names, re.compile("|".join(map(re.escape, longest_first))) if names else None


def _part_of_a_name(written: str, at: int) -> bool:
    """Whether a short name goes on to be another name, as 方山 in 方山路 or 交口 in 路交口处."""
    further = written[at : at + 1] != "的" and SIGN.match(written, at + 1)
    follows = SIGN.match(written, at) or further or None
    return (follows is not None and follows.lastgroup in ("road", "estate")) or written[
        at : at + 1
    ] in ("处", "红", "口")


def _signed(written: str, borders: frozenset[int]) -> Iterator[Place]:
    """The names that end in a sign; a sign right behind a name makes it longer (花园 + 小区, 花园 + 路)."""
    held: Place | None = None
    for sign in SIGN.finditer(written):
        kind = str(sign.lastgroup)
        if held and held.end == sign.start() and kind in ("estate", "road"):
            held = _piece(written, kind, held.start, sign.end())
            continue
        start = _start(written, sign.start(), LONGEST[kind], held.end if held else 0, borders)
        bare = start == sign.start()
        if (bare and start not in borders) or _generic(
            written[start : sign.end()], kind, behind_county=start in borders
        ):
            continue
        if held:
            yield held
        held = _piece(written, kind, start, sign.end())
    if held:
        yield held


def _piece(written: str, kind: str, start: int, end: int) -> Place:
    """A name of a level with the number or the building that follows it."""
    parts = replace(Parts(), **{kind: written[start:end]})
    if kind == "road" and (number := NUMBER.match(written, end)):
        return Place(start, number.end(), replace(parts, number=number[1]))
    if kind == "estate" and (building := BUILDING.match(written, end)):
        return Place(start, building.end(), replace(parts, building=building[1]))
    return Place(start, end, parts)


def _start(written: str, sign: int, most: int, after: int, borders: frozenset[int]) -> int:
    """Where the name before the sign begins: behind a place, a word of `before_place` or a mark; else a usual length back."""
    back = sign - most - 1
    first = max([0, after, back, *(at for at in range(max(0, back), sign + 1) if at in borders)])
    window = written[first:sign]
    name = HAN.search(window)
    if not name:
        return sign
    begin = name.start()
    for stop in _words()[0].finditer(window, begin):
        begin = stop.end()
    begin = max(
        [begin, *(at + 1 for at in range(begin + 1, len(window) - 1) if window[at] in UNITS)]
    )
    if begin == 0 and first == after and (edge := EDGE.match(window)):
        begin = edge.end()
    if begin == 0 and first == back and first != after and first not in borders:
        begin = max(0, len(window) - DEFAULT)
    return first + begin


def _generic(name: str, kind: str, *, behind_county: bool) -> bool:
    """Whether a name says nothing: nothing before the sign, one character, a number, or a common word (公路, 住宅小区)."""
    stem = STEM.sub("", name)
    if len(stem) < 1 + (kind in ("road", "estate", "facility")) or re.fullmatch("[0-9]{4,}", stem):
        return True
    if kind == "facility" and behind_county:
        return False
    if NEVER.search(name):
        return True
    common = _words()[1]
    return any(name[-length:] in common for length in range(2, 7) if len(name) - length < 2)


@cache
def _words() -> tuple[re.Pattern[str], frozenset[str]]:
    lists = phrases().lists
    ended = [word for word in lists["no_place"] if ENDED.search(word)]
    return pattern((*lists["before_place"], *ended)), frozenset(lists["no_place"])


def _continues(written: str, one: Place, piece: Place) -> bool:
    """Whether a piece follows a place from large to small with nothing but a mark between."""
    gap = written[one.end : piece.start]
    if piece.start < one.end or not BETWEEN.match(gap):
        return False
    return _rank(piece.parts, last=False) > _rank(one.parts, last=True)


def _rank(parts: Parts, *, last: bool) -> int:
    ranks = [at for at, name in enumerate(RANKS) if getattr(parts, name)]
    return ranks[-1 if last else 0]


def _join(one: Place, piece: Place) -> Place:
    added = {name: value for name, value in vars(piece.parts).items() if value}
    return Place(one.start, piece.end, replace(one.parts, **added))
