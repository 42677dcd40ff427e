"""Parts against their total: 新建10所,其中小学4所、中学7所 cannot be; nor 小学4所、中学7所,合计10所."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bihuan.compiler.model import Commitment, Target

FOLD = {"家": "户", "处": "个", "项": "个", "名": "人", "千米": "公里"}
MARK = re.compile(r"(?P<parts>其中)|(?P<total>(?:合计|共计|总计)(?=[一-龥]{0,6}\d))|[。！？\n]")
RELATIVE = re.compile(r"比.{0,8}[年期]|增加|减少|年均|平均|每")
MOST = 20

Sum = tuple[Target, tuple[Target, ...], Decimal]


def wrong_sums(c: Commitment) -> Iterator[Sum]:
    """Each total with its parts and what they come to, where that cannot be."""
    marks = list(MARK.finditer(c.text))
    ends = [target.end for target in c.targets]
    for index, mark in enumerate(marks):
        at = bisect_right(ends, c.start + mark.start())
        behind, ahead = c.targets[max(0, at - MOST) : at], c.targets[at : at + MOST]
        if mark["parts"]:
            stop = marks[index + 1].start() if index + 1 < len(marks) else len(c.text)
            yield from _over(c, behind, [t for t in ahead if t.end <= c.start + stop])
        elif mark["total"] and ahead:
            start = marks[index - 1].end() if index else 0
            yield from _unequal(ahead[0], [t for t in behind if t.start >= c.start + start])


def _over(c: Commitment, before: Sequence[Target], after: Sequence[Target]) -> Iterator[Sum]:
    """The parts behind 其中 may not exceed the total before it."""
    wholes = [t for t in before if not RELATIVE.search(_words(c, t))]
    if wholes and (found := _added(wholes[-1], after)) and found[2] > wholes[-1].value:
        yield found


def _unequal(whole: Target, before: Sequence[Target]) -> Iterator[Sum]:
    """The parts before 合计 must come to it."""
    found = _added(whole, before)
    if found and len(found[1]) > 1 and found[2] != whole.value:
        yield found


def _added(whole: Target, others: Sequence[Target]) -> Sum | None:
    """The total, its parts and their sum; None where they need not add up."""
    unit = FOLD.get(whole.unit, whole.unit)
    parts = tuple(t for t in others if t.basis == "level" and FOLD.get(t.unit, t.unit) == unit)
    if whole.basis != "level" or not all(map(_exact, (whole, *parts))):
        return None
    return whole, parts, sum((part.value for part in parts), Decimal())


def _exact(target: Target) -> bool:
    """Only plain numbers can fail to add up: 10所以上 has room for more."""
    return target.bound in ("eq", "le", "lt") and target.value_max is None


def _words(c: Commitment, target: Target) -> str:
    return c.text[max(0, target.start - c.start) : target.end - c.start]
