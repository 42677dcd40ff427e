"""The title, the plan year and the horizon of a section, from what the text says of itself."""

from __future__ import annotations

import re

from bihuan.compiler.lines import Line
from bihuan.compiler.model import Document

FIVE_YEAR_ENDS = {
    "七五": 1990,
    "八五": 1995,
    "九五": 2000,
    "十五": 2005,
    "十一五": 2010,
    "十二五": 2015,
    "十三五": 2020,
    "十四五": 2025,
    "十五五": 2030,
    "十六五": 2035,
}
FIVE_YEAR = re.compile(
    r"[“\"]?((?:十[一二三四五六]?|七|八|九)五)[”\"]?(?=规划|时期|期间|末|发展|计划|[”\"])"
)
DIGITS = str.maketrans(
    "〇零○Ｏ一二三四五六七八九０１２３４５６７８９", "0000123456789" + "0123456789"
)
YEAR = re.compile(r"((?:19|20)\d{2})\s*年")
REPORT = re.compile(r"((?:19|20)\d{2})\s*年?.{0,24}政府工作报告")
SESSION = re.compile(r"((?:19|20)\d{2})\s*年\s*(\d{1,2})\s*月.{0,12}在.{0,40}(?:会议|大会)")
PLANNED = re.compile(
    r"((?:19|20)\d{2})\s*年.{0,8}(?:工作安排|重点工作|主要任务|目标|政府工作|工作任务)"
)
REVIEWED = re.compile(r"((?:19|20)\d{2})\s*年.{0,12}(?:回顾|总结)")
THIS_YEAR = re.compile(r"((?:19|20)\d{2})\s*年(?:是|，我们|全市|全省|全县|政府工作)")


def title_of(document: Document, lines: list[Line]) -> str:
    """The first line that calls itself a work report, else the first line, else the file name."""
    head = [line.words(document.text) for line in lines[:30]]
    for words in head:
        if "工作报告" in words and len(words) <= 60:
            return words
    return head[0] if head and len(head[0]) <= 60 else document.name


def plan_year(document: Document, lines: list[Line]) -> int | None:
    """The year the report plans for: title, session date, headings, review + 1, file name."""
    head = [_arabic(line.words(document.text)[:120]) for line in lines[:30]]
    headings = [
        _arabic(line.words(document.text)[:60]) for line in lines if line.end - line.start <= 60
    ]
    for pattern, texts, shift in (
        (REPORT, head, 0),
        (SESSION, head, 0),
        (PLANNED, headings, 0),
        (REVIEWED, headings, 1),
        (REPORT, [_arabic(document.name)], 0),
    ):
        for words in texts:
            if found := pattern.search(words):
                late = pattern is SESSION and int(found[2]) >= 11
                return int(found[1]) + shift + late
    return _latest_year(document, headings)


def _latest_year(document: Document, headings: list[str]) -> int | None:
    """Weaker signs, in order: the file name, a year the text calls its own, the headings."""
    if named := re.findall(r"(?<!\d)((?:19|20)\d{2})(?!\d)", document.name):
        return int(named[-1])
    opened = [int(year) for year in THIS_YEAR.findall(document.text)]
    years = opened or [int(year) for words in headings for year in YEAR.findall(words)]
    return max(years, default=None)


def horizon_of(title: str, year: int | None) -> int | None:
    """The year a section plans to, where its heading names a five-year plan and no single year."""
    if any(year is not None and int(found) == year for found in YEAR.findall(_arabic(title))):
        return year
    if "今年" in title:
        return year
    if ends := [FIVE_YEAR_ENDS[named] for named in FIVE_YEAR.findall(title)]:
        return max(ends)
    if year is not None and re.search("今后五年|未来五年", title):
        return year + 4
    return None


def _arabic(words: str) -> str:
    """Writes 二〇二三年 as 2023年, leaving other numerals alone."""
    return re.sub(
        r"[〇零○Ｏ一二三四五六七八九０-９]{4}(?=\s*年)", lambda m: m[0].translate(DIGITS), words
    )
