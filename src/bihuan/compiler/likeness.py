"""How surely two promises of different years are the same one."""

from __future__ import annotations

import re

from bihuan.compiler.matching import alike, covered
from bihuan.compiler.promises import Promise, kin
from bihuan.compiler.wording import HOLLOW, OPPOSED

GOAL = re.compile("目标|增速|^经济")
SUMMED = re.compile("(?:(?<!公)共|合计|总计)$")
FEW = 3
SAME_MEASURE, LIKE_MEASURE, LIKE_TEXT, SAME_TEXT, LIKE_REST, TOLD, NEARLY = (
    0.72, 0.5, 0.42, 0.5, 0.3, 0.6, 0.85,
)  # fmt: skip


def by_measure(one: Promise, two: Promise) -> float:
    """How surely two targets are the same one; 0 if they are not."""
    if one.target is None or two.target is None or not _comparable(one, two):
        return 0.0
    text, measure = alike(one.about, two.about), alike(one.vector, two.vector)
    equal, akin = one.target.value == two.target.value, kin(one.target, two.target)
    same = measure >= SAME_MEASURE or (measure >= LIKE_MEASURE and (equal or text >= LIKE_TEXT))
    if not same or (_hollow(one, two) and not _rest_alike(one, two)):
        return 0.0
    if measure < NEARLY and (not akin or (not equal and _opposed(one.measure, two.measure))):
        return 0.0
    return measure + 0.5 * text + 0.5 * akin + 0.05 * equal + _sections(one, two)


def by_text(one: Promise, two: Promise) -> float:
    text = alike(one.about, two.about)
    if text < SAME_TEXT or _opposed(one.commitment.text, two.commitment.text):
        return 0.0
    return text + _sections(one, two)


def told_of(one: Promise, review: Promise) -> float:
    if one.target is not None and review.target is not None and _comparable(one, review):
        measure = alike(one.vector, review.vector)
        if (
            kin(one.target, review.target)
            and measure >= SAME_MEASURE
            and not HOLLOW.search(one.measure)
        ):
            return measure + 1
    if _opposed(one.commitment.text, review.commitment.text):
        return 0.0
    hollow = one.target is not None and HOLLOW.search(one.measure)
    if len(_rest(one) if hollow else one.about) < FEW:
        return 0.0
    share = covered(one.about, review.about)
    return share if share >= TOLD else 0.0


def again(one: Promise, kept: Promise | None) -> bool:
    """A second mention of a promise that was found: 6%以上的目标 after 国内生产总值增长6%以上."""
    if one.target is None or kept is None or kept is one:
        return False
    return GOAL.search(one.measure) is not None or alike(one.vector, kept.vector) >= LIKE_MEASURE


def _comparable(one: Promise, two: Promise) -> bool:
    """Same direction and same kind of term, and not of two things that exclude each other."""
    if one.target is None or two.target is None:
        return False
    ends = one.commitment.deadline, two.commitment.deadline
    term = None in (one.years, two.years) or one.years == two.years or ends[0] == ends[1]
    return (
        term
        and one.target.direction == two.target.direction
        and bool(SUMMED.search(one.measure)) == bool(SUMMED.search(two.measure))
        and not _opposed(one.measure, two.measure, both=True)
    )


def _opposed(one: str, two: str, both: bool = False) -> bool:
    """Whether one names what the other does not; with `both`, only where each names another."""
    for group in OPPOSED:
        here, there = set(group.findall(one)), set(group.findall(two))
        if here != there and not (both and not (here and there)):
            return True
    return False


def _hollow(one: Promise, two: Promise) -> bool:
    """Whether a measure says only that money is spent, or by how much something grew."""
    return bool(HOLLOW.search(one.measure) or HOLLOW.search(two.measure))


def _rest_alike(one: Promise, two: Promise) -> bool:
    """Whether two promises with hollow measures say the same besides them."""
    here, there = _rest(one), _rest(two)
    return min(len(here), len(there)) >= FEW and alike(here, there) >= LIKE_REST


def _rest(item: Promise) -> dict[str, float]:
    return {gram: weight for gram, weight in item.about.items() if gram not in item.vector}


def _sections(one: Promise, two: Promise) -> float:
    here, there = one.commitment.section[-1:], two.commitment.section[-1:]
    return 0.05 if here == there else 0.0
