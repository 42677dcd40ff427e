"""Targets of one report held against each other: said twice, contradicted, parts against the total.

Silence is the rule: a contradiction is reported only where measure, unit, basis, direction and
deadline agree and neither sentence names a place or body that the other does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bihuan.compiler.model import Commitment, Target
from bihuan.compiler.output import number
from bihuan.compiler.sums import FOLD, wrong_sums
from bihuan.compiler.wording import HOLLOW, UNSURE

# Verbs and words of time or extent that come and go around one and the same thing.
LOOSE = re.compile(
    r"^(?:提出|预计|预期|要|将|再|拟|力争|争取|确保|努力|实现|完成|达到|保持|把|使|全年|今年|年内|"
    r"全市|全省|全区|全县|全国|我市|我省|新建|改建|扩建|改扩建|新改扩建|新增|建设|建成|培育|打造|"
    r"改造|实施|推进|推动|安排|新|共|累计|各类)+"
)
ENDING = re.compile(r"(?:的|了|要|将|完成|实现|达到|控制|保持|稳定|年均)+$")
ALIKE = (("规模以上", "规上"), ("地区生产总值", "生产总值"), ("国内生产总值", "生产总值"))
# Words that narrow what a number is about; two sentences that differ in them speak of two things.
SCOPE = re.compile(
    r"[一-龥]{1,4}?(?:省|市|县|区|镇|乡|村|园|港|岛|集团|公司|库)|其他|其余|第[一二三]产业|部分|以外|每|"
    r"各|平均|年均|去年|上年|过去|明年|[上下]半年|[一二三四]季度|[\d〇○零一二三四五六七八九]{4}年|\d+月|五年"
)
EVERYWHERE = re.compile(
    r"[全我本]?[省市县区]|各[地市县级]|地区|城区|社区|小区|园区|山区|城市|城镇|乡村|农村|街区|景区|上市"
)
SENTENCE_END = re.compile(r"[。！？\n]")
# A paragraph that looks back speaks of another year, up to its end.
BACK = re.compile(r"过去[一五]年|去年|上年")
MIN_MEASURE, MANY, NEAR = 3, 4, 600


@dataclass(frozen=True)
class Disagreement:
    """A code with its span, the words to fill in, and the other scope it is about."""

    code: str
    start: int
    end: int
    fields: Mapping[str, str]
    related: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class _Said:
    """A target in its sentence."""

    commitment: Commitment
    target: Target
    sentence: tuple[int, int]
    scope: frozenset[str]


Key = tuple[str, str, str, str, str]


def disagreements(
    text: str, commitments: Sequence[Commitment]
) -> Iterator[tuple[Commitment, Disagreement]]:
    """What the planned commitments say twice, say differently, or add up wrongly."""
    planned = [c for c in commitments if c.tense == "plan" and c.targets]
    for c in planned:
        for whole, parts, total in wrong_sums(c):
            yield c, _mismatch(whole, parts, total)
    groups: dict[Key, list[_Said]] = {}
    for c in planned:
        for target in c.targets:
            measure = plain_measure(target.measure)
            if len(measure) >= MIN_MEASURE and not _empty(measure):
                groups.setdefault(_key(measure, target, c), []).append(_said(text, c, target))
    for said in groups.values():
        if 1 < len(said) < MANY:
            yield from _twice(text, said)


def _empty(measure: str) -> bool:
    return bool(HOLLOW.search(measure) or UNSURE.search(measure))


def plain_measure(words: str) -> str:
    """A measure without the verbs and extents that change from one mention to the next."""
    for long, short in ALIKE:
        words = words.replace(long, short)
    return ENDING.sub("", LOOSE.sub("", words.strip("、，, 的")))


def _key(measure: str, target: Target, c: Commitment) -> Key:
    due = c.deadline.isoformat() if c.deadline else ""
    unit = FOLD.get(target.unit, target.unit)
    return measure, unit, target.basis, target.direction or "", due


def _said(text: str, c: Commitment, target: Target) -> _Said:
    near = max(0, c.start - NEAR)
    behind = max(near, text.rfind("\n", near, c.start) + 1)
    before = [match.end() for match in SENTENCE_END.finditer(text, behind, c.start)]
    start = before[-1] if before else behind
    after = SENTENCE_END.search(text, target.end, target.end + NEAR)
    words = text[start : target.end].replace(target.measure, "")
    scope = frozenset(SCOPE.findall(EVERYWHERE.sub("", words)))
    scope |= frozenset(BACK.findall(text, behind, start))
    return _Said(c, target, (start, after.start() if after else target.end + NEAR), scope)


def _twice(text: str, said: Sequence[_Said]) -> Iterator[tuple[Commitment, Disagreement]]:
    first = said[0]
    for other in said[1:]:
        apart = other.sentence[0] >= first.sentence[1]
        if not apart or other.scope != first.scope:
            continue
        for one, two in ((first, other), (other, first)):
            code = _verdict(one.target, two.target)
            if code:
                here, there = _span(one.target), _span(two.target)
                words = {"words": text[slice(*here)], "other": text[slice(*there)]}
                yield one.commitment, Disagreement(code, *here, words, (there,))


def _verdict(one: Target, two: Target) -> str | None:
    """`repeated` for the same value, `conflict` for values that cannot both be meant."""
    if one.value == two.value and one.value_max == two.value_max:
        return "repeated"
    low, high = (
        max(one.value, two.value),
        min(one.value_max or one.value, two.value_max or two.value),
    )
    return "conflict" if low > high else None


def _span(target: Target) -> tuple[int, int]:
    return target.start, target.end


def _mismatch(whole: Target, parts: Sequence[Target], total: Decimal) -> Disagreement:
    fields = {
        "parts": f"{number(total)}{whole.unit}",
        "total": f"{number(whole.value)}{whole.unit}",
    }
    related = tuple(_span(part) for part in parts)
    return Disagreement("sum-mismatch", *_span(whole), fields, related)
