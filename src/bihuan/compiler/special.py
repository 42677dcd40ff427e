"""Targets without a plain number: 全覆盖, 翻番, 前三, and N大 where it is counted, not named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from bihuan.compiler.model import Basis, Clause, Target
from bihuan.compiler.numerals import parse
from bihuan.compiler.segments import hidden_spans

NUM = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
COVERAGE = re.compile(r"(?<!健)全覆盖(?!全|开展|推进|检查|监督|走访|排查|式|、)")
COMPLETE = re.compile(
    r"(?:全部|全面)(?:完成|建成|办结|达标|开工|竣工|投用|投产|改造|整改到位|销号|通车|入驻|完工|纳入|接入|解决|消除|摘帽|脱贫|出列|退出)"
)
COUNTABLE = re.compile(
    r"(?:老旧|危旧)?(?:小区|项目|企业|学校|村|户|工程|住房|农房|危房|管网|水库|机组|事项|问题|乡镇|贫困县|社区|医院|机构|园区)(?:改造|建设|整治|加固|建档|接入)?$"
)
DOUBLING = re.compile(rf"翻(?P<times>{NUM})?番")
RANK = re.compile(
    rf"(?:全国|全省|全市|全区|全球|世界|中部|西部|东部|同类|国内|省内|沿黄|中西部)[^，,。“]{{0,6}}?"
    rf"(?:前(?P<top>{NUM})(?![%％十百千批期条款次年季])(?:位|名|强)?|第(?P<place>{NUM})(?:位|名)?(?=$|[、和及]))"
)
GREAT = re.compile(
    r"(?:建设|新建|建成|打造|布局|培育)(?P<count>\d{1,2})大(?=[^，,。]{2,})(?![类方战攻行])"
)
COVER_VERB = re.compile(
    r"^(?:力争|确保|努力|基本)*(?:实现|推动|推进|做到|达到)?|"
    r"(?:基本)?(?:实现|达到|做到|持续|保持|稳居|位居|位列|居|进入|跻身|迈入)+$"
)


def special_targets(text: str, clause: Clause) -> tuple[Target, ...]:
    """The coverage, doubling, rank and N大 targets of a clause."""
    words = text[clause.start : clause.end]
    hidden = [(a - clause.start, b - clause.start) for a, b in hidden_spans(text, clause)]
    made = (
        *_coverage(words, clause),
        *_doubling(words, clause),
        *_rank(words, clause),
        *_great(words, clause),
    )
    return tuple(target for target, at in made if not any(a <= at < b for a, b in hidden))


def _coverage(words: str, clause: Clause) -> Iterator[tuple[Target, int]]:
    for match in COVERAGE.finditer(words):
        measure = COVER_VERB.sub("", COVER_VERB.sub("", words[: match.start()])) + "覆盖率"
        yield _make(measure, "100", "%", clause, "coverage"), match.start()
    for match in COMPLETE.finditer(words):
        before, after = words[: match.start()], words[match.end() :][-12:]
        counted = COUNTABLE.search(before) or COUNTABLE.search(after)
        if counted and not re.search(r"\d|半数|一半|任务|目标|规划", words):
            measure = words[: match.start()] or words[match.end() :]
            yield _make(measure, "100", "%", clause, "coverage"), match.start()


def _doubling(words: str, clause: Clause) -> Iterator[tuple[Target, int]]:
    for match in DOUBLING.finditer(words):
        times = parse(match["times"]) if match["times"] else None
        value = 2 ** int(times or 1)
        yield _make(words[: match.start()], str(value), "倍", clause, "multiple"), match.start()


def _rank(words: str, clause: Clause) -> Iterator[tuple[Target, int]]:
    for match in RANK.finditer(words):
        value = parse(match["top"] or match["place"])
        if value is None:
            continue
        target = _make(words[: match.start()], str(value), "位", clause, "rank")
        if match["top"]:
            target = Target(
                target.measure,
                value,
                None,
                "位",
                "le",
                "rank",
                None,
                target.start,
                target.end,
                ("eq",),
            )
        yield target, match.start()


def _great(words: str, clause: Clause) -> Iterator[tuple[Target, int]]:
    for match in GREAT.finditer(words):
        measure = words[match.end() :]
        yield _make(measure, match["count"], "个", clause, "level"), match.start("count")


def _make(measure: str, value: str, unit: str, clause: Clause, basis: Basis) -> Target:
    measure = COVER_VERB.sub("", measure.rpartition("、")[2] if basis == "rank" else measure)
    return Target(
        measure.strip("、 的")[-48:], Decimal(value), None, unit, "eq", basis, None,
        clause.start, clause.end,
    )  # fmt: skip
