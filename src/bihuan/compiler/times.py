"""Deadlines (时限): words that name a last day, and that day; extraction guide, rule 10."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bihuan.compiler.model import Deadline
from bihuan.compiler.numerals import parse
from bihuan.compiler.years import FIVE_YEAR_ENDS

NUMBER = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
SEASONS = {"春": (5, 31), "夏": (8, 31), "秋": (11, 30), "冬": (12, 31)}
FESTIVALS = {"五一": (4, 30), "七一": (6, 30), "八一": (7, 31), "国庆": (9, 30), "十一": (9, 30)}


@dataclass(frozen=True)
class _Rule:
    pattern: re.Pattern[str]
    due: Callable[[re.Match[str], int], date | None]


def year_end(year: int) -> date:
    """31 December."""
    return date(year, 12, 31)


def _month_end(year: int, month: int | None) -> date | None:
    if month is None or not 1 <= month <= 12:
        return None
    return date(year, month, calendar.monthrange(year, month)[1])


def _int(words: str) -> int | None:
    value = parse(words)
    return None if value is None else int(value)


def _year_of(match: re.Match[str], year: int) -> int:
    named = match.groupdict().get("year")
    if named:
        return int(named)
    return year + 1 if "明年" in match.group() else year


def _day(match: re.Match[str], year: int) -> date | None:
    month, day = _int(match["month"]), _int(match["day"])
    last = _month_end(_year_of(match, year), month)
    if last is None or day is None or not 1 <= day <= last.day:
        return None
    return last.replace(day=day)


def _month(match: re.Match[str], year: int) -> date | None:
    return _month_end(_year_of(match, year), _int(match["month"]))


def _quarter(match: re.Match[str], year: int) -> date | None:
    words = match["quarter"]
    quarter = 4 if words == "末" else _int(words)
    if quarter is None or not 1 <= quarter <= 4:
        return None
    return _month_end(_year_of(match, year), quarter * 3)


def _years(match: re.Match[str], year: int) -> date | None:
    count = _int(match["count"] or match["ahead"])
    return year_end(year + count - 1) if count and count <= 30 else None


def _named_year(match: re.Match[str], year: int) -> date | None:
    named = _year_of(match, year)
    return year_end(named) if year <= named <= year + 60 else None


def _five_year(match: re.Match[str], year: int) -> date | None:
    end = FIVE_YEAR_ENDS.get(match["plan"])
    return year_end(end) if end and end >= year else None


def _season(match: re.Match[str], year: int) -> date:
    return date(_year_of(match, year), *SEASONS[match["season"]])


def _half(match: re.Match[str], year: int) -> date:
    named = _year_of(match, year)
    return date(named, 6, 30) if match["half"] == "上" else year_end(named)


YEAR = r"(?:(?P<year>(?:19|20)\d{2})年|今年|明年|当年)?"
PLAN = r"[“\"]?(?P<plan>(?:十[一二三四五六]?|九)五)[”\"]?"
DAY = rf"(?P<month>{NUMBER})月(?P<day>\d{{1,2}}|[一二三十]{{1,3}})日"
MONTH = rf"(?P<month>{NUMBER})月(?:份|底|末|中旬|上旬|下旬)?(?:之?前)?"
SEASON = r"(?:今|(?P<year>(?:19|20)\d{2})年)(?P<season>[春夏秋冬])(?![季天]?[奥运])"
YEARS = (
    rf"(?:用?(?:{NUMBER}[-—~至到])?(?P<count>{NUMBER})(?:年|个年头)(?:左右)?(?:之?内|(?:左右)?的?时间)"
    rf"|(?:今后|未来|接下来)(?P<ahead>{NUMBER})年)"
)
NAMED = r"(?:到|在|于)?(?P<year>20\d{2})年(?:年)?(?:底|末|内)?(?:之?前|以前)?"
FEAST = r"(?P<feast>五一|七一|八一|国庆|十一)(?:节)?(?:之?前|以前)"
THIS = r"年内|今年(?!以来)(?:年底|底|内)?(?:之?前)?|全年|本年度?内?|年底(?:之?前)?|年末|当年内?"


def _feast(match: re.Match[str], year: int) -> date:
    return date(year, *FESTIVALS[match["feast"]])


# Narrow rules first: what one has taken, the next does not see.
RULES: tuple[_Rule, ...] = (
    _Rule(re.compile(YEAR + DAY), _day),
    _Rule(re.compile(YEAR + MONTH), _month),
    _Rule(re.compile(YEAR + r"第?(?P<quarter>[1-4一二三四])季度(?:末|底)?(?:之?前)?"), _quarter),
    _Rule(re.compile(YEAR + r"(?P<half>[上下])半年"), _half),
    _Rule(re.compile(SEASON), _season),
    _Rule(re.compile(YEARS), _years),
    _Rule(re.compile(PLAN + r"(?:规划)?(?:期?末|时期|期间|期内)(?:之?前)?"), _five_year),
    _Rule(re.compile(NAMED), _named_year),
    _Rule(re.compile(FEAST), _feast),
    _Rule(re.compile("秋季开学前?|新学期开学前?"), lambda match, year: date(year, 8, 31)),
    _Rule(re.compile("今明两年|今年和明年"), lambda match, year: year_end(year + 1)),
    _Rule(re.compile("明年(?:底|内|年底)?(?:之?前)?"), lambda match, year: year_end(year + 1)),
    _Rule(re.compile(THIS), lambda match, year: year_end(year)),
)
QUOTED = re.compile(r"[“《（(][^”》）)]{0,60}[”》）)]")
NOT_DUE = re.compile(
    r"(?:以来|起|至今|开始|版|国家|行动|计划|规划|目标纲要|愿景|亚运|奥运|冬奥|全运|年鉴|度|议程|届)"
)
ANCHOR = re.compile(r"[年月季今明春夏秋冬前末底期全]")


def deadlines(text: str, start: int, end: int, year: int) -> tuple[Deadline, ...]:
    """The deadlines named in text[start:end]; quoted names and titles do not count."""
    words = text[start:end]
    if not ANCHOR.search(words):
        return ()
    hidden = [match.span() for match in QUOTED.finditer(words) if not _is_plan(match.group())]
    found: list[Deadline] = []
    taken: list[tuple[int, int]] = list(hidden)
    for rule in RULES:
        for match in rule.pattern.finditer(words):
            left, right = match.span()
            ahead = match.group().startswith(("今后", "未来", "接下来"))
            if any(a < right and left < b for a, b in taken):
                continue
            if not ahead and NOT_DUE.match(words, right):
                continue
            due = rule.due(match, year)
            if due is not None:
                taken.append((left, right))
                found.append(
                    Deadline(start + left, start + right, text[start + left : start + right], due)
                )
    return tuple(sorted(found, key=lambda deadline: deadline.start))


def _is_plan(words: str) -> bool:
    return words[1:-1] in FIVE_YEAR_ENDS


def chosen(found: tuple[Deadline, ...], year: int) -> Deadline | None:
    """The deadline of a clause that names several: the earliest that is not just 今年."""
    if not found:
        return None
    narrow = [deadline for deadline in found if deadline.due != year_end(year)]
    return min(narrow or found, key=lambda deadline: (deadline.due, deadline.start))


# 到2030年, 今后五年, “十五五”时期 at the head of a sentence rule all its clauses.
AHEAD = re.compile(
    rf"(?:[^，,。]{{0,8}}?(?:力争|确保|提出|预计|规划|[，,]))?(?:通过)?(?:再用|用)?"
    rf"(?:到(?P<year>20\d{{2}})年(?!前)|(?:今后|未来)(?P<count>{NUMBER})年|{PLAN}(?:时期|期间|规划期?|末))"
)
OUTLINE = re.compile(
    r"《?(?:规划)?纲要[（(]?草?案?[）)]?》?.{0,12}(?:明确|提出|确定|安排)|五年规划纲要"
)
ENDS = re.compile(r"今年|本年|年内|(?<!到)20\d{2}年")


def leading_due(sentence: str, year: int | None, before: date | None) -> date | None:
    """The last day that the opening of a sentence sets for all of it; `before` is what ruled so far.

    A paragraph that begins with a five-year plan keeps its end until a sentence names the year.
    """
    if year is None:
        return None
    if found := AHEAD.match(sentence):
        return _horizon(found, year)
    if OUTLINE.search(sentence):
        return year_end(year + 4 - (year - 1) % 5)
    return None if ENDS.search(sentence) else before


def _horizon(found: re.Match[str], year: int) -> date | None:
    if found["year"]:
        return year_end(int(found["year"])) if int(found["year"]) > year else None
    if found["count"]:
        count = _int(found["count"])
        return year_end(year + count - 1) if count and count <= 30 else None
    end = FIVE_YEAR_ENDS.get(found["plan"])
    return year_end(end) if end and end > year else None
