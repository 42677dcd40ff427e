"""Which numbers are targets and what they mean: bound, basis, measure (extraction guide 1-8)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bihuan.compiler.bounds import bound_of, direction_of, is_red_line
from bihuan.compiler.exclusions import is_name
from bihuan.compiler.lexicon import ACTION as ACTS
from bihuan.compiler.lexicon import DELIVER_AT_END, DELIVERS, EXPLAINS, GOALS_SET
from bihuan.compiler.model import Basis, Bound, Clause, Quantity, Target
from bihuan.compiler.quantities import quantities
from bihuan.compiler.segments import DELIMITER, Segment, segments
from bihuan.compiler.shared import with_own_subjects
from bihuan.compiler.special import special_targets
from bihuan.compiler.units import KINDS

GROWTH = re.compile(
    r"(?<!自然)增长率?|增速|增幅|涨幅|上涨幅度|降幅|下降|降低|减少|提高|提升|上涨|压减|压缩|递增|下调|上浮|增加|增收|增产|净增|缩短|降"
)
SHARE = re.compile(r"率|占比|比重|比例|占|份额|贡献度|达标|优良|水平|系数|自给")
AFTER_GROWTH = re.compile(
    r"^的?(?:快速|高速|平稳|幅度|速度)?(?:增长|增速|增幅|递增|压减|削减|下降)"
)
TRIM_MEASURE = re.compile(
    r"^(?:(?:力争|确保|实现|全年|今年|要|将|年内|努力|全力|继续|重点|深入|推动|预计|预期|完成|使|"
    r"全市|全省|其中)(?!性)(?=.{2}))+|(?:拟按|拟|从|由|按|将|(?:去|上)年的?|[的了约为：:])+$"
)
ONLY_GROWTH = re.compile(r"(?:同比|较上年|比上年|分别|年均|各)*(?:增长|下降|提高|降低|增加|减少)?")
GRADE = re.compile(r"(?:世界|国家|国际|省|市|县|区域|地区?|自治区)级")
STANCE_VERB = re.compile(r"力争|确保|争取|实现|达到|努力|预计|完成|推动")
SPENDS = ("使用", "拿出", "统筹", "筹措", "下拨", "发行", "设立", "发放", "争取", "安排", "投入")
MAX_MEASURE = 48


@dataclass(frozen=True)
class _Context:
    """What a clause inherits from the ones before it in the sentence."""

    verb: str = ""
    measure: str = ""
    basis: Basis | None = None
    direction: str | None = None


def sentence_targets(
    text: str, clauses: Sequence[Clause], found: Sequence[tuple[Quantity, ...]] | None = None
) -> tuple[tuple[Target, ...], ...]:
    """The targets of each clause of one sentence, in order."""
    if found is None:
        found = [quantities(text, clause.start, clause.end) for clause in clauses]
    context = _Context()
    result: list[tuple[Target, ...]] = []
    silent = _explained(text, clauses)
    for clause, counted in zip(clauses, found, strict=True):
        if silent[0] <= clause.start < silent[1]:
            result.append(())
            continue
        targets, context = _clause_targets(text, clause, counted, context)
        result.append(targets)
    return tuple(result)


def _explained(text: str, clauses: Sequence[Clause]) -> tuple[int, int]:
    """The stretch of a sentence that gives reasons; all of it where it speaks of the goals set."""
    if not clauses:
        return 0, 0
    start, end = clauses[0].start, clauses[-1].end
    found = EXPLAINS.search(text, start, end)
    if found is None:
        return 0, 0
    return (start, end) if GOALS_SET.search(text, start, found.end()) else (found.start(), end)


def _clause_targets(
    text: str, clause: Clause, counted: tuple[Quantity, ...], context: _Context
) -> tuple[tuple[Target, ...], _Context]:
    made: list[Target] = []
    said = [quantity for quantity in counted if not _is_idiom(quantity)]
    for segment in segments(text, clause, said):
        if is_name(text, segment):
            context = replace(context, measure=_skipped(text, segment) or context.measure)
            continue
        target, context = _target(text, segment, context)
        made.append(target)
    special = special_targets(text, clause)
    made = with_own_subjects(text, clause, _with_other_readings(text, made))
    if not counted and not special:
        context = _after_plain(text, clause, context)
    return tuple(sorted((*made, *special), key=lambda target: target.start)), context


def _is_idiom(quantity: Quantity) -> bool:
    """一次能源, 一批: no number, and no neighbour that could cut a measure short."""
    return (
        quantity.chinese and quantity.value == 1 and quantity.unit in ("次", "批", "体", "类", "起")
    )


def _skipped(text: str, segment: Segment) -> str:
    """引进5亿元以上项目20个: the class stays in the measure; a baseline does not."""
    if segment.quantity.suffix and segment.following is not None:
        return text[segment.start : segment.following.start]
    return segment.left


def _after_plain(text: str, clause: Clause, context: _Context) -> _Context:
    """A clause without numbers may still lend its verb and object to the next."""
    words = text[clause.start : clause.end]
    return replace(context, measure=words[-MAX_MEASURE:], verb=context.verb)


def _target(text: str, segment: Segment, context: _Context) -> tuple[Target, _Context]:
    quantity = segment.quantity
    basis = _basis(segment, context)
    direction = (
        direction_of(segment.left + quantity.prefix) if basis in ("growth", "change") else None
    )
    if basis in ("growth", "change") and not segment.left.strip():
        direction = context.direction
    verb = _verb(segment.left, context.verb)
    measure = _measure(text, segment, context, verb)
    bound: Bound = "ge" if is_red_line(text, segment) else bound_of(quantity)
    if bound == "eq" and segment.right.startswith("大关"):
        bound = "gt"
    also: tuple[str, ...] = ()
    if (
        quantity.unit != "%"
        and basis == "level"
        and re.search("增加|提高|减少|降低", segment.left[-6:])
    ):
        also = ("basis:change",)
    value = quantity.value
    if basis == "multiple" and quantity.chinese and value == 1:
        value *= 2  # 提高一倍 is twice as much
    target = Target(
        measure, value, quantity.value_max, quantity.unit, bound, basis, direction,
        segment.start, segment.end, also,
    )  # fmt: skip
    return target, _Context(verb, measure, basis, direction)


def _basis(segment: Segment, context: _Context) -> Basis:
    unit = segment.quantity.unit
    if unit in ("百分点", "千分点"):
        return "change"
    if unit == "倍":
        return "multiple"
    if unit not in ("%", "‰"):
        return "level"
    if AFTER_GROWTH.match(segment.right):
        return "growth"
    if segment.left.endswith("的"):
        return "share"
    left = segment.left[-24:]
    growth = max((match.end() for match in GROWTH.finditer(left)), default=-1)
    share = max((match.end() for match in SHARE.finditer(left)), default=-1)
    if growth < 0 and share < 0:
        return context.basis if context.basis in ("growth", "share") else "share"
    return "growth" if growth >= share else "share"


def _verb(left: str, inherited: str) -> str:
    """The verb of delivery that governs the number: the first of the segment, else the one before.

    完成造林100万亩、沙化土地治理350万亩: what ends in a verb may be a noun, so it only counts alone.
    """
    if first := DELIVERS.match(left):
        return first.group()
    at_end = DELIVER_AT_END.search(left)
    return at_end.group() if at_end and (at_end.start() == 0 or not inherited) else inherited


def _completed(segment: Segment, text: str) -> str:
    """20个国家级、19个省级重点县: the noun that the first leaves to the last."""
    assert segment.following is not None
    rest = text[segment.following.end : segment.clause.end]
    found = re.match(
        r"(?:世界|国家|国际|省|市|县|区域|地区?|自治区)?级(?P<noun>[^，,、；;]{2,})", rest
    )
    return found["noun"] if found else ""


def _measure(text: str, segment: Segment, context: _Context, verb: str) -> str:
    left = TRIM_MEASURE.sub("", segment.left).strip()
    right = "" if DELIMITER.match(segment.right) else segment.right.strip("的 ")
    right = "" if right and AFTER_GROWTH.match(right) else right
    if GRADE.fullmatch(right) and segment.following is not None:
        right += _completed(segment, text)
    each = "各" if segment.left.endswith("各") else ""
    alone = DELIVERS.fullmatch(left) is not None or left in SPENDS
    if right and (segment.quantity.unit not in ("%", "元") or alone):
        near = DELIVER_AT_END.search(left)
        if near or not left:
            return (each + (near.group() if near else verb) + right)[:MAX_MEASURE]
        return (left + right)[-MAX_MEASURE:]
    if not left and segment.right.startswith("的") and right:
        return right[:MAX_MEASURE]
    if not left:
        return context.measure or verb
    if right.startswith("以上的") or (segment.right.startswith("的") and right):
        return right[:MAX_MEASURE]
    if ONLY_GROWTH.fullmatch(left) and context.measure:
        return ONLY_GROWTH.sub("", context.measure)[-MAX_MEASURE:]
    if _is_coordinated(segment, left, context):
        return (context.verb + left)[-MAX_MEASURE:]
    if not DELIVERS.match(left) and context.verb and segment.previous is not None:
        left = context.verb + left
    return left[-MAX_MEASURE:]


def _is_coordinated(segment: Segment, left: str, context: _Context) -> bool:
    """新增高技能人才200人以上,各类技能人才1万人以上: the second takes the verb of the first."""
    counted = KINDS.get(segment.quantity.unit) == "count"
    return (
        counted
        and context.verb != ""
        and not STANCE_VERB.match(context.verb)
        and not STANCE_VERB.match(segment.left)
        and not re.match("新|再|继续", left)
        and not ACTS.match(left)
        and not segment.quantity.prefix
    )


def _with_other_readings(text: str, made: list[Target]) -> list[Target]:
    """8000人、800人以上: the bound may spread back over the list (rule 5)."""
    result = list(made)
    for index in range(len(made) - 2, -1, -1):
        here, after = result[index], result[index + 1]
        listed = text[here.end : after.start + 1][:1] in "、和及与" or here.end >= after.start - 1
        if here.bound == "eq" and listed and here.unit == after.unit:
            spread = after.bound if after.bound != "eq" else next(iter(after.also), "")
            if spread in ("ge", "le", "gt", "lt", "approx"):
                result[index] = replace(here, also=(*here.also, spread))
    return result
