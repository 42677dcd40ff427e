"""A report against last year's: what was carried over, raised, lowered, changed, dropped, is new.

What last year's plan promised and this year's plan does not repeat is looked for in this year's
review: found there it was `reported`. What is due in a later year is `pending`. Only what is found
nowhere although it was due was silently `dropped`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bihuan.compiler.errors import CompileError
from bihuan.compiler.likeness import again, by_measure, by_text, told_of
from bihuan.compiler.matching import Weights, candidates, one_to_one
from bihuan.compiler.model import Compilation, Target
from bihuan.compiler.output import target_words
from bihuan.compiler.promises import Promise, Ref, What, kin, promises, value_of

ChangeKind = Literal[
    "carried", "raised", "lowered", "changed", "reported", "pending", "dropped", "new"
]
DIGIT = re.compile(r"\d|[一二三四五六七八九十]+[个项家万亿]")


@dataclass(frozen=True)
class Change:
    """What became of a promise; `last` or `now` is None where that report does not have it."""

    kind: ChangeKind
    what: What
    last: Ref | None
    now: Ref | None
    why: str
    why_en: str
    score: float = 1.0


def compare(last: Compilation, now: Compilation) -> tuple[Change, ...]:
    """What became of each promise of `last` in `now`, in its order; then what is new.

    Raises CompileError where `last` does not plan an earlier year than `now`.
    """
    if last.year is not None and now.year is not None and last.year >= now.year:
        raise CompileError(
            "not-last-year",
            f"对照的报告计划年度是 {last.year},不早于 {now.year}。",
            f"The report to compare with plans {last.year}, which is not before {now.year}.",
            "调换两份报告,或用 --year 指定年度。",
        )
    weights = Weights([c.text for c in (*last.commitments, *now.commitments)])
    before, after = promises(last, "plan", weights), promises(now, "plan", weights)
    told = promises(now, "review", weights)
    matched = {id(one): (two, score) for one, two, score in _matched(before, after)}
    left = [one for one in before if id(one) not in matched and not one.years]
    reported = {id(one): (two, score) for one, two, score in _reported(left, told)}
    taken = {id(two) for two, _ in matched.values()}
    kept = {value_of(one): one for one in before if id(one) in matched or id(one) in reported}
    changes = [
        _change(one, matched.get(id(one)), reported.get(id(one)), last.year)
        for one in before
        if id(one) in matched or not again(one, kept.get(value_of(one)))
    ]
    known = {value_of(two): two for two in after if id(two) in taken}
    changes += [
        _new(two)
        for two in after
        if id(two) not in taken and not again(two, known.get(value_of(two)))
    ]
    return tuple(changes)


def _matched(
    before: Sequence[Promise], after: Sequence[Promise]
) -> Iterator[tuple[Promise, Promise, float]]:
    """Targets with targets, then the rest with the rest, then what gained or lost its number."""
    taken: set[int] = set()
    for numbered, then_numbered in ((True, True), (False, False), (True, False), (False, True)):
        left = [o for o in before if (o.target is not None) == numbered and id(o) not in taken]
        right = [o for o in after if (o.target is not None) == then_numbered and id(o) not in taken]
        both = numbered and then_numbered
        for one, two, score in _paired(left, right, numbered=both):
            taken |= {id(one), id(two)}
            yield one, two, score


def _paired(
    left: Sequence[Promise], right: Sequence[Promise], numbered: bool
) -> list[tuple[Promise, Promise, float]]:
    tries = set(candidates([o.about for o in left], [o.about for o in right]))
    tries |= _in_turn(left, right)
    if numbered:
        tries |= set(candidates([o.vector for o in left], [o.vector for o in right]))
    weigh = by_measure if numbered else by_text
    pairs = [
        (score, one, two)
        for one, two in sorted(tries)
        if (score := weigh(left[one], right[two])) > 0
    ]
    return [(left[one], right[two], score) for score, one, two in one_to_one(pairs)]


def _in_turn(left: Sequence[Promise], right: Sequence[Promise]) -> set[tuple[int, int]]:
    """Pairs that speak of the same in the same words, the first with the first and so on."""
    places: dict[str, list[int]] = {}
    for at, item in enumerate(right):
        places.setdefault(item.measure or item.commitment.text, []).append(at)
    turns = {words: iter(found) for words, found in places.items()}
    return {
        (at, other)
        for at, item in enumerate(left)
        if (other := next(turns.get(item.measure or item.commitment.text, iter(())), None))
        is not None
    }


def _reported(
    left: Sequence[Promise], told: Sequence[Promise]
) -> Iterator[tuple[Promise, Promise, float]]:
    """What this year's review says of promises that this year's plan does not repeat."""
    found: dict[int, tuple[float, int]] = {}
    tries = set(candidates([o.about for o in left], [o.about for o in told]))
    tries |= set(candidates([o.vector for o in left], [o.vector for o in told]))
    for at, other in sorted(tries):
        score = told_of(left[at], told[other])
        if score > found.get(at, (0.0, 0))[0]:
            found[at] = (score, other)
    for at, (score, other) in sorted(found.items()):
        yield left[at], told[other], score


def _change(
    one: Promise,
    match: tuple[Promise, float] | None,
    review: tuple[Promise, float] | None,
    year: int | None,
) -> Change:
    if match is not None:
        two, score = match
        kind, why, why_en = _verdict(one, two)
        return Change(kind, one.what, one.ref, two.ref, why, why_en, round(score, 3))
    if review is not None:
        two, score = review
        why = f"今年的安排不再提,回顾写到:{two.commitment.text}"
        why_en = "No longer planned; the review reports on it"
        return Change("reported", one.what, one.ref, two.ref, why, why_en, round(score, 3))
    if one.years and year is not None:
        why, why_en = (
            f"今年没有重提,{year + one.years} 年到期",
            f"Not repeated, due in {year + one.years}",
        )
        return Change("pending", one.what, one.ref, None, why, why_en)
    why, why_en = "今年的安排和回顾都没有提到", "Neither planned nor reported this year"
    return Change("dropped", one.what, one.ref, None, why, why_en)


def _new(two: Promise) -> Change:
    return Change("new", two.what, None, two.ref, "去年的安排没有提到", "Not in last year's plan")


def _verdict(one: Promise, two: Promise) -> tuple[ChangeKind, str, str]:
    """How the number, as written, moved; a fall of 3% that becomes 4% is raised."""
    if one.target is None and two.target is None:
        return "carried", "说法相近", "Said alike"
    if one.target is None or two.target is None:
        return _number_came_or_went(two)
    here, there = one.target, two.target
    words = f"{target_words(here)} → {target_words(there)}"
    if not kin(here, there):
        return "changed", f"口径变了:{words}", f"Counted otherwise: {words}"
    low, high = _ends(here), _ends(there)
    if low != high:
        up = sum(high) > sum(low)
        return (
            ("raised", f"提高:{words}", f"Raised: {words}")
            if up
            else ("lowered", f"降低:{words}", f"Lowered: {words}")
        )
    if here.bound != there.bound:
        return "changed", f"数值相同,界限变了:{words}", f"Same value, another bound: {words}"
    return "carried", f"数值相同:{words}", f"Same value: {words}"


def _number_came_or_went(two: Promise) -> tuple[ChangeKind, str, str]:
    if two.target is not None:
        return "changed", "写上了数字", "It has a number now"
    if DIGIT.search(two.commitment.text):
        return "changed", "数字不再是目标", "Its number is no longer a target"
    return "changed", "不再写数字", "Its number is gone"


def _ends(target: Target) -> tuple[float, float]:
    high = target.value if target.value_max is None else target.value_max
    return float(target.value), float(high)
