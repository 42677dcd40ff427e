"""What was done (回顾) against what will be done (工作安排): from headings and opening words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bihuan.compiler.model import Tense
from bihuan.compiler.years import horizon_of

REVIEW = re.compile(
    r"回顾|过去.{0,2}年|[一五]年来|工作总结|去年|上年|主要成[绩就]|取得.{0,8}成[绩就效]|"
    r"(?:执行|完成)情况|时期.{0,10}成[绩就]"
)
PLAN = re.compile(
    r"安排|重点工作|主要工作|任务|目标|总体要求|思路|部署|打算|建议|举措|实事|今年|今后|未来|"
    r"展望|新的一年|下一步|考虑|取向|工作要求|重点抓好"
)
STRONG_PLAN = re.compile(r"今年(?:的)?(?:工作|重点|主要|任务|目标)|今后|新的一年|下一步")
YEAR = re.compile(r"((?:19|20)\d{2})\s*年")
OPENS_REVIEW = re.compile(
    r"(?:回顾|过去.{0,2}年|一年来|五年来|几年来|刚刚过去|上一年|本届政府.{0,12}以来)"
)
OPENS_PLAN = re.compile(
    r"(?:今年(?!以来)|新的一年|做好今年|今后|下一步|围绕上述|围绕以上|重点(?:做好|抓好)|"
    r"各位代表[！!，,]\s*(?:今年|新的一年|做好))"
)
ANNEX = re.compile(
    r"(?:附[：:件录]|名词解释|注释|有关名词|名词注释|相关(?:报道|链接|附件|阅读|解读|新闻)|责任编辑|"
    r"编辑[：:]|打印本页|扫一扫|《?政府工作报告》?(?:的)?(?:名词|有关用语|相关用语|注释))"
)
BARE_RANK = 60


def is_annex(words: str) -> bool:
    """Whether a line opens the annex (glossary, links) behind the report."""
    return len(words) <= 40 and ANNEX.match(words) is not None


@dataclass
class Flow:
    """Carries the tense from section to section: a report goes from review to plan once."""

    year: int | None
    has_review: bool
    lasting: bool = False
    _last: Tense | None = None
    _decided: bool = False
    _numbered: bool = False

    def start(self) -> Tense:
        """The tense before any heading."""
        return "review" if self.has_review else "plan"

    def rank(self, title: str, rank: int) -> int:
        """A bare line that names a year's review or plan stands above numbered headings."""
        cue = YEAR.search(title) or re.search("回顾|“?十[一二三四五六]?五”?时期", title)
        explicit = cue and self._explicit(title)
        if rank == BARE_RANK and explicit:
            return 20 if self._numbered else 15
        self._numbered = self._numbered or (rank == 20 and bool(explicit))
        return rank

    def heading(self, title: str, parent: Tense | None, rank: int) -> Tense:
        """The tense under a heading: its own words, else its parent's, else the flow's."""
        explicit = self._explicit(title)
        weak: Tense | None = "plan" if PLAN.search(title) else None
        tense = explicit or parent or weak or self._last or self.start()
        if rank <= BARE_RANK:
            self._last = tense
            self._decided = explicit is not None or parent is not None or weak is not None
        return tense

    def paragraph(self, opening: str, section: Tense | None) -> Tense:
        """The tense of a paragraph; its opening words may differ from its section."""
        tense = section or self._last or self.start()
        self.lasting = not self._decided
        opens = self._opens(opening)
        if opens is None or opens == tense:
            return tense
        if self._decided and opens == "plan":
            return tense
        if not self._decided:
            self._last = opens
        return opens

    def _explicit(self, title: str) -> Tense | None:
        if REVIEW.search(title):
            return "review"
        ends = horizon_of(title, None)
        if ends is not None and self.year is not None and ends != self.year:
            return "plan" if ends > self.year else "review"
        years = [int(year) for year in YEAR.findall(title)]
        if years and self.year is not None:
            return "plan" if max(years) >= self.year else "review"
        return "plan" if STRONG_PLAN.search(title) else None

    def _opens(self, opening: str) -> Tense | None:
        if OPENS_REVIEW.match(opening):
            return "review"
        if OPENS_PLAN.match(opening):
            return "plan"
        year = YEAR.match(opening)
        if opening.startswith("去年") and not self._decided:
            return "review"
        if year and not self._decided and self.year is not None:
            return "plan" if int(year[1]) >= self.year else "review"
        return None
