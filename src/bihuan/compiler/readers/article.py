"""Which lines of a web page are the article: by density of prose, never by one site's names.

The article is the smallest block that still holds nearly all prose of the page, so the body cannot
be lost; furniture (navigation, share bars, dates, footers) is dropped only where it is no prose.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from bihuan.compiler.readers.headings import is_heading, is_numbered, mixes_headings
from bihuan.compiler.readers.weblines import WebLine

KEPT_SHARE = 0.95
FURNITURE_SHARE = 0.1
SENTENCE = re.compile(r"[。！？；]")
NUMBERED = re.compile(
    r"[（(]?[一二三四五六七八九十\d]{1,3}[、．.）)]|第[一二三四五六七八九十]{1,3}[部章篇节]"
)
TITLE = re.compile(r"工作报告|工作安排|工作要点|重点工作")
REPORT = re.compile(r"工作报告")
SESSION = re.compile(r"在.{2,40}(?:会议|大会)上?$|^各位(?:代表|委员)")
AROUND = re.compile(
    r"^(?:大|中|小|[【】\[\]|｜>»·\s]+|【?\s*(?:打印|下载|收藏|全屏|关闭|返回|加大|还原|减小|首页|分享|纠错|朗读)"
    r".{0,24})$|^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s*\d{1,2}[:：时]\d{1,2}[分:：]?\d{0,2})?$|"
    r"(?:来源|信息来源|发布时间|发布日期|发文日期|成文日期|时间|日期|字号|字体|字体大小|浏览次数?|浏览量|点击数?|阅读|访问量|"
    r"作者|责任编辑|编辑|责编|审核|校对|索引号|发布机构|主题分类|文号|分享到?|当前位置|您的位置|您现在的位置|位置)\s*[:：]|"
    r"扫一扫|上一篇|下一篇|相关(?:链接|阅读|新闻|信息|稿件|文章|解读)|版权所有|主办单位|承办单位|主办[:：]|承办[:：]|ICP备|公网安备|"
    r"网站标识码|网站地图|联系我们|关于我们|技术支持|无障碍|用微信"
)
PARAGRAPHS = {"p", "li", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "span", "font", "b"}
LONGEST_AROUND = 80
LONGEST_TITLE = 60


@dataclass(frozen=True)
class Article:
    """The lines of the article in order, headings marked."""

    lines: tuple[WebLine, ...]


def find_article(lines: list[WebLine]) -> Article:
    """The article among the lines of a page; all visible lines where nothing is prose."""
    visible = [line for line in lines if not line.in_head]
    weights = _weights(visible)
    main = _main(visible, weights)
    within = set(main.iter()) if main is not None else set()
    inside = [line for line in visible if main is None or line.block in within]
    kept = _without_furniture(inside, weights) or inside
    first = visible.index(kept[0]) if kept else 0
    titles = _titles(visible[:first], kept, [line for line in lines if line.in_head])
    found = titles + kept
    plain = mixes_headings(
        (len(line.mark) - 1 if line.mark[:1] == "#" else 0, line.text) for line in found
    )
    return Article(tuple(_marked(line, plain) for line in found))


def _prose(line: WebLine) -> int:
    """How many characters of the line are running text."""
    length = len(line.text.strip())
    if line.linked * 2 > length:
        return 0
    running = SENTENCE.search(line.text) or ("，" in line.text and length >= 20) or length >= 60
    return length - line.linked if running else 0


def _weights(lines: list[WebLine]) -> dict[Any, int]:
    """The prose within each block, its descendants' included."""
    weights: dict[Any, int] = defaultdict(int)
    for line in lines:
        weights[line.block] += _prose(line)
    roots = {line.block.getroottree().getroot() for line in lines[:1] if line.block is not None}
    for root in roots:
        for element in reversed(list(root.iter())):
            parent = element.getparent()
            if parent is not None and weights.get(element):
                weights[parent] += weights[element]
    return weights


def _main(lines: list[WebLine], weights: dict[Any, int]) -> Any:
    """The smallest block with nearly all prose, or None where there is none."""
    if not lines or lines[0].block is None:
        return None
    element = lines[0].block.getroottree().getroot()
    needed = weights[element] * KEPT_SHARE
    if not needed:
        return None
    while True:
        heavy = [
            child
            for child in element
            if weights.get(child, 0) >= needed and child.tag not in PARAGRAPHS
        ]
        if not heavy:
            return element
        element = heavy[0]


def _without_furniture(lines: list[WebLine], weights: dict[Any, int]) -> list[WebLine]:
    """Drops what stands in blocks of furniture, links alone, and labels around the prose."""
    limit = sum(_prose(line) for line in lines) * FURNITURE_SHARE
    own = [line for line in lines if not _furnished(line, weights, limit)]
    prose = [number for number, line in enumerate(own) if _prose(line)]
    first, last = (prose[0], prose[-1]) if prose else (len(own), -1)
    return [
        line
        for number, line in enumerate(own)
        if first <= number <= last or not _is_around(line, number > last and bool(prose))
    ]


def _furnished(line: WebLine, weights: dict[Any, int], limit: float) -> bool:
    if any(weights.get(block, 0) <= limit for block in line.furniture):
        return not TITLE.search(line.text)
    return line.linked >= len(line.text.strip()) and len(line.text) < 40


def _is_around(line: WebLine, after: bool) -> bool:
    """Whether a line before the first or after the last sentence is the page's and not the text's."""
    words = line.text.strip()
    if line.linked * 2 > len(words):
        return True
    if after and (is_numbered(words) or "\t" in words):
        return False
    return len(words) <= LONGEST_AROUND and AROUND.search(words) is not None


def _titles(before: list[WebLine], kept: list[WebLine], head: list[WebLine]) -> list[WebLine]:
    """The title and the session's line where they stand above the article's block."""
    if any(REPORT.search(line.text) for line in kept[:8] if len(line.text) <= LONGEST_TITLE):
        return []
    free = [line for line in before if not line.linked and len(line.text) <= LONGEST_TITLE]
    named = (
        [line for line in free if REPORT.search(line.text)]
        or [line for line in free if TITLE.search(line.text)]
        or [line for line in free if line.mark.startswith("#")]
    )
    if not named:
        return [line for line in head if TITLE.search(line.text)][:1]
    after = free[free.index(named[-1]) + 1 :]
    return [named[-1], *(line for line in after if SESSION.search(line.text.strip()))]


def _marked(line: WebLine, plain: bool) -> WebLine:
    """Shows a bold line as a heading, where numbering or a heading tag does not do so already."""
    words = line.text.strip()
    short, numbered = is_heading(words), is_numbered(words)
    if line.mark.startswith("#") and (not short or (plain and numbered)):
        line.mark = ""
    if line.bold and not line.mark and short and "\t" not in words and not numbered:
        line.mark, line.closing = "**", "**"
    if line.mark:
        line.trim()
    return line
