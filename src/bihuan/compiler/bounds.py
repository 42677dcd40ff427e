"""Bound words (以上 不低于 突破 …) to ge, gt, le, lt, approx or eq: extraction guide, rule 6."""

from __future__ import annotations

import re

from bihuan.compiler.model import Bound, Quantity
from bihuan.compiler.segments import Segment

PREFIXES: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (re.compile("不低于|不少于|不小于|至少"), "ge"),
    (re.compile("不高于|不超过|不多于|不突破|不大于"), "le"),
    (re.compile("突破|超过|超出|跨越|高于|大于|多于|逾|超|过"), "gt"),
    (re.compile("低于|少于|小于"), "lt"),
    (re.compile("约|近|接近"), "approx"),
)
SUFFIXES: dict[str, Bound] = {
    "以上": "ge",
    "及以上": "ge",
    "及以下": "le",
    "以内": "le",
    "之内": "le",
    "以下": "le",
    "左右": "approx",
    "上下": "approx",
}
RED_LINE = re.compile(r"严守|坚守|守住|守牢|守好|确保|坚决|不突破|牢牢")
DOWN = re.compile(r"下降|降低|减少|压减|压缩|降幅|下调|缩短|减|降")
UP = re.compile(r"增长|增加|提高|提升|上涨|增速|增幅|涨幅")


def bound_of(quantity: Quantity) -> Bound:
    """The bound the words around the number set; a range is eq."""
    if quantity.value_max is not None:
        return "eq"
    for pattern, bound in PREFIXES:
        if pattern.search(quantity.prefix):
            return bound
    if quantity.suffix:
        return SUFFIXES[quantity.suffix]
    if quantity.surplus and quantity.surplus != "来":
        return "gt"
    if quantity.prefix.startswith("控制"):
        return "le"
    return "eq"


def is_red_line(text: str, segment: Segment) -> bool:
    """严守624万亩耕地保护红线: a floor to be held."""
    clause = text[segment.clause.start : segment.clause.end]
    return (
        segment.quantity.value_max is None
        and bound_of(segment.quantity) == "eq"
        and re.search("红线|底线", clause) is not None
        and RED_LINE.search(clause) is not None
    )


def direction_of(words: str) -> str | None:
    """`down` for a fall; None for a rise, which needs no word."""
    tail = words[-16:]
    down = max((match.end() for match in DOWN.finditer(tail)), default=-1)
    up = max((match.end() for match in UP.finditer(tail)), default=-1)
    return "down" if down > up else None
