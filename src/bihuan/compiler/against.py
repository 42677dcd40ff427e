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

from bihuan.compiler.consistency import plain_measure
from bihuan.compiler.errors import CompileError
from bihuan.compiler.matching import Weights, alike, candidates, covered, one_to_one
from bihuan.compiler.model import Commitment, Compilation, Target
from bihuan.compiler.output import target_words
from bihuan.compiler.sums import FOLD
from bihuan.compiler.wording import HOLLOW, OPPOSED

ChangeKind = Literal[
    "carried", "raised", "lowered", "changed", "reported", "pending", "dropped", "new"
]
What = Literal["target", "project", "measure"]
# 比上年增加4000亿元 is by how much another target grows, not a promise of its own.
RELATIVE = re.compile(r"[，、]?[比较].{0,6}年.{0,6}(?:增|减|提高|下降|降低|多|少)")
GOAL = re.compile("目标|增速|^经济")
SUMMED = re.compile("(?:(?<!公)共|合计|总计)$")
DIGIT = re.compile(r"\d|[一二三四五六七八九十]+[个项家万亿]")
FEW = 3
SAME_MEASURE, LIKE_MEASURE, LIKE_TEXT, SAME_TEXT, LIKE_REST, TOLD, NEARLY = (
    0.72, 0.5, 0.42, 0.5, 0.3, 0.6, 0.85,
)  # fmt: skip


@dataclass(frozen=True)
class Ref:
    """A commitment of one of the two reports, and which of its targets is meant."""

    id: str
    section: tuple[str, ...]
    start: int
    end: int
    text: str
    target: Target | None


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


@dataclass(frozen=True)
class _Item:
    """One promise: a target of a commitment, or a commitment without any."""

    commitment: Commitment
    target: Target | None
    measure: str
    years: int | None
    vector: dict[str, float]
    about: dict[str, float]

    @property
    def ref(self) -> Ref:
        c = self.commitment
        return Ref(c.id, c.section, c.start, c.end, c.text, self.target)

    @property
    def what(self) -> What:
        if self.target is not None:
            return "target"
        return "project" if self.commitment.kind == "project" else "measure"


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
    before, after = _items(last, "plan", weights), _items(now, "plan", weights)
    told = _items(now, "review", weights)
    matched = {id(one): (two, score) for one, two, score in _matched(before, after)}
    left = [one for one in before if id(one) not in matched and not one.years]
    reported = {id(one): (two, score) for one, two, score in _reported(left, told)}
    taken = {id(two) for two, _ in matched.values()}
    kept = {_value(one): one for one in before if id(one) in matched or id(one) in reported}
    changes = [
        _change(one, matched.get(id(one)), reported.get(id(one)), last.year)
        for one in before
        if id(one) in matched or not _again(one, kept.get(_value(one)))
    ]
    known = {_value(two): two for two in after if id(two) in taken}
    changes += [
        _new(two)
        for two in after
        if id(two) not in taken and not _again(two, known.get(_value(two)))
    ]
    return tuple(changes)


def _items(c: Compilation, tense: str, weights: Weights) -> list[_Item]:
    found = []
    for each in c.commitments:
        if each.tense != tense or each.kind == "principle":
            continue
        about = weights.vector(each.text)
        for target in each.targets or (None,):
            if target and RELATIVE.match(c.document.text, target.start):
                continue
            measure = plain_measure(target.measure) if target else ""
            due = each.deadline.year if each.deadline else None
            years = due - c.year if due is not None and c.year is not None else None
            vector = weights.vector(measure) if target else about
            found.append(_Item(each, target, measure, years, vector, about))
    return found


def _matched(
    before: Sequence[_Item], after: Sequence[_Item]
) -> Iterator[tuple[_Item, _Item, float]]:
    """Targets with targets, then the rest with the rest, then what gained or lost its number."""
    taken: set[int] = set()
    for numbered, then_numbered in ((True, True), (False, False), (True, False), (False, True)):
        left = [o for o in before if (o.target is not None) == numbered and id(o) not in taken]
        right = [o for o in after if (o.target is not None) == then_numbered and id(o) not in taken]
        both = numbered and then_numbered
        for one, two, score in _paired(left, right, by_measure=both):
            taken |= {id(one), id(two)}
            yield one, two, score


def _paired(
    left: Sequence[_Item], right: Sequence[_Item], by_measure: bool
) -> list[tuple[_Item, _Item, float]]:
    tries = set(candidates([o.about for o in left], [o.about for o in right]))
    tries |= _in_turn(left, right)
    if by_measure:
        tries |= set(candidates([o.vector for o in left], [o.vector for o in right]))
    weigh = _by_measure if by_measure else _by_text
    pairs = [
        (score, one, two)
        for one, two in sorted(tries)
        if (score := weigh(left[one], right[two])) > 0
    ]
    return [
        (left[one], right[two], score)
        for score, one, two in one_to_one(pairs, lambda one, two: True)
    ]


def _in_turn(left: Sequence[_Item], right: Sequence[_Item]) -> set[tuple[int, int]]:
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


def _by_measure(one: _Item, two: _Item) -> float:
    """How surely two targets are the same one; 0 if they are not."""
    if one.target is None or two.target is None or not _comparable(one, two):
        return 0.0
    text, measure = alike(one.about, two.about), alike(one.vector, two.vector)
    equal, kin = one.target.value == two.target.value, _kin(one.target, two.target)
    same = measure >= SAME_MEASURE or (measure >= LIKE_MEASURE and (equal or text >= LIKE_TEXT))
    if not same or (_hollow(one, two) and not _rest_alike(one, two)):
        return 0.0
    if measure < NEARLY and (not kin or (not equal and _opposed(one.measure, two.measure))):
        return 0.0
    return measure + 0.5 * text + 0.5 * kin + 0.05 * equal + _sections(one, two)


def _kin(one: Target, two: Target) -> bool:
    return one.basis == two.basis and _unit(one) == _unit(two)


def _hollow(one: _Item, two: _Item) -> bool:
    """Whether a measure says only that money is spent, or by how much something grew."""
    return bool(HOLLOW.search(one.measure) or HOLLOW.search(two.measure))


def _rest_alike(one: _Item, two: _Item) -> bool:
    """Whether two promises with hollow measures say the same besides them."""
    here, there = _rest(one), _rest(two)
    return min(len(here), len(there)) >= FEW and alike(here, there) >= LIKE_REST


def _rest(item: _Item) -> dict[str, float]:
    return {gram: weight for gram, weight in item.about.items() if gram not in item.vector}


def _by_text(one: _Item, two: _Item) -> float:
    text = alike(one.about, two.about)
    if text < SAME_TEXT or _opposed(one.commitment.text, two.commitment.text):
        return 0.0
    return text + _sections(one, two)


def _comparable(one: _Item, two: _Item) -> bool:
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


def _sections(one: _Item, two: _Item) -> float:
    here, there = one.commitment.section[-1:], two.commitment.section[-1:]
    return 0.05 if here == there else 0.0


def _value(one: _Item) -> tuple[object, ...]:
    if one.target is None:
        return ()
    return one.target.value, _unit(one.target), one.target.basis, one.years


def _again(one: _Item, kept: _Item | None) -> bool:
    """A second mention of a promise that was found: 6%以上的目标 after 国内生产总值增长6%以上."""
    if one.target is None or kept is None or kept is one:
        return False
    return GOAL.search(one.measure) is not None or alike(one.vector, kept.vector) >= LIKE_MEASURE


def _unit(target: Target) -> str:
    return FOLD.get(target.unit, target.unit)


def _reported(left: Sequence[_Item], told: Sequence[_Item]) -> Iterator[tuple[_Item, _Item, float]]:
    """What this year's review says of promises that this year's plan does not repeat."""
    found: dict[int, tuple[float, int]] = {}
    tries = set(candidates([o.about for o in left], [o.about for o in told]))
    tries |= set(candidates([o.vector for o in left], [o.vector for o in told]))
    for at, other in sorted(tries):
        score = _told(left[at], told[other])
        if score > found.get(at, (0.0, 0))[0]:
            found[at] = (score, other)
    for at, (score, other) in sorted(found.items()):
        yield left[at], told[other], score


def _told(one: _Item, review: _Item) -> float:
    if one.target is not None and review.target is not None and _comparable(one, review):
        measure = alike(one.vector, review.vector)
        if (
            _kin(one.target, review.target)
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


def _change(
    one: _Item,
    match: tuple[_Item, float] | None,
    review: tuple[_Item, float] | None,
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


def _new(two: _Item) -> Change:
    return Change("new", two.what, None, two.ref, "去年的安排没有提到", "Not in last year's plan")


def _verdict(one: _Item, two: _Item) -> tuple[ChangeKind, str, str]:
    """How the number, as written, moved; a fall of 3% that becomes 4% is raised."""
    if one.target is None and two.target is None:
        return "carried", "说法相近", "Said alike"
    if one.target is None or two.target is None:
        return _number_came_or_went(two)
    here, there = one.target, two.target
    words = f"{target_words(here)} → {target_words(there)}"
    if not _kin(here, there):
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


def _number_came_or_went(two: _Item) -> tuple[ChangeKind, str, str]:
    if two.target is not None:
        return "changed", "写上了数字", "It has a number now"
    if DIGIT.search(two.commitment.text):
        return "changed", "数字不再是目标", "Its number is no longer a target"
    return "changed", "不再写数字", "Its number is gone"


def _ends(target: Target) -> tuple[float, float]:
    high = target.value if target.value_max is None else target.value_max
    return float(target.value), float(high)
