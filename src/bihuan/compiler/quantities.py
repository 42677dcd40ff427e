"""Numbers with their units and bound words as written; what they mean is decided in targets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from bihuan.compiler.model import Quantity
from bihuan.compiler.numerals import parse
from bihuan.compiler.odds import odd_part
from bihuan.compiler.units import BASE, alternatives

MAGNITUDE = r"(?:万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千(?![瓦米克伏卡字升分])|百(?!分))"
ARABIC = rf"\d{{1,15}}(?:,\d{{3}}){{0,5}}(?:\.\d{{1,6}})?{MAGNITUDE}?"
CHINESE = r"(?:[一二两三四五六七八九十百万亿零〇]|千(?![瓦米克伏卡赫焦比帕字])){1,20}"
RANGE = r"(?:—+|–+|--?|~|至|到|─+)"
UNIT = alternatives()
SUFFIX = r"(?:及以上|及以下|以上|以内|之内|以下|左右|上下)"
QUANTITY = re.compile(
    rf"(?<![A-Za-z0-9.第×+\-〔*/前])(?P<low>{ARABIC})"
    rf"(?:(?:%|个|元|家)?{RANGE}(?P<high>{ARABIC}))?(?:(?P<over>余|多)(?P<scale>{MAGNITUDE}))?"
    rf"(?P<more>余|多|来)?(?P<mid>{SUFFIX})?"
    rf"(?P<unit>{UNIT})(?:[（(][套件台个辆艘次架人只头]{{1,2}}[）)])?(?P<late>余|多)?(?P<suffix>{SUFFIX})?"
)
SPELT = re.compile(
    rf"(?<![第数几每千百万亿一二两三四五六七八九十])(?P<low>{CHINESE})(?:(?P<over>余|多)(?P<scale>[万亿]))?(?P<more>余|多)?"
    rf"(?P<mid>{SUFFIX})?(?P<unit>{UNIT})(?P<suffix>{SUFFIX})?"
)
# 1.28万亿、1.18万亿、8200亿元: the unit is written once, behind the last.
SHARED = re.compile(
    rf"(?<![A-Za-z0-9.第×+\-〔*/前])(?P<low>{ARABIC})(?P<suffix>{SUFFIX})?"
    rf"(?=(?:、|和|及|与)(?:{ARABIC}{SUFFIX}?(?:、|和|及|与)){{0,6}}{ARABIC}(?:余|多)?{SUFFIX}?(?P<unit>{UNIT}))"
)
FRACTION = re.compile(
    r"(?P<below>[一二三四五六七八九十百]{1,6})分之(?P<above>[一二两三四五六七八九十百]{1,6})(?!\w{0,2}点)"
)
TENTHS = re.compile(
    r"(?<=[超过近约达到于高长升降低占])(?P<tenths>[一二三四五六七八九])成(?P<half>半)?"
    r"(?P<suffix>以上|左右|以内)?"
)
HALF = re.compile(
    r"(?<=[减少成过到达近缩低])(?:一半|半数)(?P<suffix>以上|左右)?|(?:一半|半数)(?P<after>以上|左右)"
)
PEOPLE = re.compile(
    rf"(?<![A-Za-z0-9.第×+\-〔*/前])(?P<low>\d{{1,6}}(?:\.\d{{1,4}})?[万亿])"
    rf"(?:(?P<over>余|多)(?P<scale>[万亿]))?(?P<more>余|多)?(?P<suffix>{SUFFIX})?"
    r"(?=[\u4e00-\u9fff]{0,8}?(?:人口|群众|农民工?|居民|劳动力|学生|文盲|职工|毕业生|老年人|老人|"
    r"残疾人|妇女|儿童|军人|移民|从业人员|技能人才|人才|教师|医生|护士|工人|党员|干部|(?P<unit>用户)))"
)
TERM = re.compile(rf"(?<=[到至达为高限])(?P<low>\d{{1,2}}(?:\.\d{{1,2}})?)年(?P<suffix>{SUFFIX})?")
# What is counted where the measure word is left out.
BARE = re.compile(
    r"(?P<noun>人口|新增就业|转移就业|市场主体|经营主体|用户|游客)"
    r"[^，,。；;、\d]{0,3}?(?:达到|达|突破|超过|超|增加到|增至|保持在|稳定在|控制在)?"
    rf"(?P<low>\d{{1,6}}(?:\.\d{{1,4}})?[万亿])(?P<more>余|多)?(?P<suffix>{SUFFIX})?(?=$|[，,。；;、])"
)
# 收入之比缩小到2.5, 缩小到2.5∶1: a ratio has no unit.
RATIO = re.compile(
    rf"(?:之?比|比值|倍差)[^，,。；;、\d]{{0,4}}?(?P<low>\d(?:\.\d{{1,3}})?)(?:[:：∶]1)?(?P<suffix>{SUFFIX})?(?=$|[，,。；;、])"
)
BARE_UNITS = {"用户": "户", "市场主体": "户", "经营主体": "户"}
PREFIX = re.compile(
    r"(?:不低于|不少于|不小于|不高于|不超过|不多于|不突破|不大于|至少有?|突破|超过|超出|跨越|高于|大于|"
    r"多于|逾|(?<![赶])超|低于|少于|小于|控制到|控制在|稳定在|保持在|维持在|达到|(?<![直到送抵])达|(?<![签节预契合集条公特相])约|(?<![附最邻])近|将近|接近|大约|"
    r"降至|降到|降低到|降低至|下降到|下降至|缩小到|缩小至|压降至|压降到|扩大到|扩大至|上升到|上升至|增加至|调整为|压减至|压缩至|压缩到|缩短至|缩短到|减少到|提高到|提高至|提升至|提升到|增加到|增至|(?<![通经超])过)+$"
)
WINDOW = 12


def quantities(text: str, start: int, end: int) -> tuple[Quantity, ...]:
    """The quantities in text[start:end], in order and without overlap."""
    words = text[start:end]
    found = sorted(
        (
            *_arabic(words),
            *_spelt(words),
            *_shares(words),
            *_people(words),
            *_terms(words),
            *_bare(words),
            *_ratios(words),
            *_sharing(words),
        ),
        key=lambda q: (q.start, -q.end),
    )
    kept: list[Quantity] = []
    for quantity in found:
        if not kept or quantity.number >= kept[-1].end:
            kept.append(quantity)
    return tuple(_shifted(quantity, start) for quantity in kept)


def _shifted(q: Quantity, by: int) -> Quantity:
    return Quantity(
        q.start + by, q.end + by, q.number + by, q.value, q.value_max, q.unit,
        q.prefix, q.suffix, q.surplus, q.chinese,
    )  # fmt: skip


def _arabic(words: str) -> Iterator[Quantity]:
    for match in QUANTITY.finditer(words):
        low, high = match["low"], match["high"]
        value_max = parse(high) if high else None
        value = parse(low + (match["scale"] or ""))
        if value is None:
            continue
        if high and value_max is not None:
            value = _same_scale(low, high, value)
        suffix = match["suffix"] or match["mid"] or ""
        surplus = match["over"] or match["more"] or match["late"] or ""
        yield _made(words, match, value, value_max, suffix, surplus, chinese=False)


def _same_scale(low: str, high: str, value: Decimal) -> Decimal:
    """3—5万 means 30000 to 50000: the scale written once belongs to both."""
    scale = re.sub(r"[\d.,]", "", high)
    if scale and not re.sub(r"[\d.,]", "", low):
        return parse(low + scale) or value
    return value


def _spelt(words: str) -> Iterator[Quantity]:
    for match in SPELT.finditer(words):
        value = parse(match["low"] + (match["scale"] or ""))
        if value is None or not _is_spelt(words, match):
            continue
        suffix = match["suffix"] or match["mid"] or ""
        surplus = match["over"] or match["more"] or ""
        yield _made(words, match, value, None, suffix, surplus, chinese=True)


def _is_spelt(words: str, match: re.Match[str]) -> bool:
    """三十家; 突破百万吨, but not 百亿企业: a bare magnitude counts only as a goal by itself."""
    if re.search("[一二两三四五六七八九]", match["low"]) or match["low"] == "十":
        return True
    alone = re.match(r"(?:大关|台阶|规模|目标|以上)?(?:[，,。、；;]|$)", words[match.end() :])
    return bool(_prefix(words, match.start()) and alone)


def _people(words: str) -> Iterator[Quantity]:
    """6000万农村人口, 1000万以上贫困人口: who is counted needs no measure word."""
    for match in PEOPLE.finditer(words):
        value = parse(match["low"] + (match["scale"] or ""))
        if value is not None:
            suffix, surplus = match["suffix"] or "", match["over"] or match["more"] or ""
            yield _made(words, match, value, None, suffix, surplus, chinese=False)


def _bare(words: str) -> Iterator[Quantity]:
    """常住人口达到55万, 城镇新增就业1.2万以上: the noun before says what is counted."""
    for match in BARE.finditer(words):
        begin, value = match.start("low"), parse(match["low"])
        if value is not None:
            prefix = _prefix(words, begin)
            yield Quantity(
                begin - len(prefix), match.end(), begin, value, None,
                BARE_UNITS.get(match["noun"], "人"), prefix, match["suffix"] or "", match["more"] or "",
            )  # fmt: skip


def _sharing(words: str) -> Iterator[Quantity]:
    for match in SHARED.finditer(words):
        value = parse(match["low"])
        if value is not None:
            yield _made(words, match, value, None, match["suffix"] or "", "", chinese=False)


def _ratios(words: str) -> Iterator[Quantity]:
    for match in RATIO.finditer(words):
        begin, value = match.start("low"), parse(match["low"])
        if value is not None:
            prefix = _prefix(words, begin)
            yield Quantity(
                begin - len(prefix),
                match.end(),
                begin,
                value,
                None,
                "",
                prefix,
                match["suffix"] or "",
            )


def _terms(words: str) -> Iterator[Quantity]:
    """平均受教育年限提高到11.3年: years that are counted, not named."""
    for match in TERM.finditer(words):
        begin = match.start("low")
        prefix, value = _prefix(words, begin), parse(match["low"])
        if value is not None:
            yield Quantity(
                begin - len(prefix), match.end(), begin, value, None, "年", prefix,
                match["suffix"] or "",
            )  # fmt: skip


def _shares(words: str) -> Iterator[Quantity]:
    for match in FRACTION.finditer(words):
        below, above = parse(match["below"]), parse(match["above"])
        if below and above:
            share = round(above * 100 / below, 2)
            yield _percent(words, match, share)
    for match in TENTHS.finditer(words):
        tenths = parse(match["tenths"])
        if tenths is not None:
            share = tenths * 10 + (5 if match["half"] else 0)
            yield _percent(words, match, share, match["suffix"] or "")
    for match in HALF.finditer(words):
        yield _percent(words, match, Decimal(50), match["suffix"] or match["after"] or "")


def _percent(words: str, match: re.Match[str], value: Decimal, suffix: str = "") -> Quantity:
    prefix = _prefix(words, match.start())
    begin = match.start() - len(prefix)
    return Quantity(begin, match.end(), match.start(), value, None, "%", prefix, suffix, "", True)


def _made(
    words: str,
    match: re.Match[str],
    value: Decimal,
    value_max: Decimal | None,
    suffix: str,
    surplus: str,
    chinese: bool,
) -> Quantity:
    prefix = _prefix(words, match.start())
    named = match.groupdict().get("unit") or "人"
    unit = BASE.get(named, named)
    added, end = odd_part(words, match.end(), unit)
    value += added
    if unit == "万伏":
        unit, value = "千伏", value * 10
    return Quantity(
        match.start() - len(prefix), end, match.start(),
        value, value_max, unit, prefix, suffix, surplus, chinese,
    )  # fmt: skip


def _prefix(words: str, at: int) -> str:
    found = PREFIX.search(words[max(0, at - WINDOW) : at])
    return found.group() if found else ""
