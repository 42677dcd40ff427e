"""What was done (回顾) against what will be done (工作安排): from headings and opening words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bihuan.compiler.model import Tense
from bihuan.compiler.years import FIVE_YEAR, FIVE_YEAR_ENDS, horizon_of

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
    r"(?:附[：:件录]|名词解释|注释|有关名词|名词注释|相关(?:报道|链接|附件|阅读|解读|新闻)|责任编辑|本作品是|Public domain|"
    r"编辑[：:]|打印本页|扫一扫|《?政府工作报告》?(?:的)?(?:名词|有关用语|相关用语|注释))"
)
# The paragraph that lays the new five-year plan before the congress opens what it says.
DRAFTED = re.compile(r"(?:编制|制定|形成)了?.{0,40}(?:规划纲要|纲要（草案）|《纲要》)")
BARE_RANK, CHAPTER = 60, 20
RETURNS = re.compile(r"回顾|过去.{0,2}年|[一五]年来|去年|上年|(?:19|20)\d{2}\s*年")
AHEAD = re.compile(
    r"要(?![求素点闻])|将(?!近)|今年(?!以来)|必须|应当|继续|力争|确保|争取|准备|计划|努力|尽快|逐步"
)
BEHIND = re.compile(r"了(?!解)|去年|已经|同比|累计|年来|成功|荣获|取得|[^的]显著|上年|比19|比20")
SURE, SURER = 0.3, 0.5


def is_annex(words: str) -> bool:
    """Whether a line opens the annex (glossary, links) behind the report."""
    return len(words) <= 40 and ANNEX.match(words) is not None


@dataclass
class Flow:
    """Carries the tense from section to section: a report goes from review to plan once."""

    year: int | None
    has_review: bool
    planned_from: int = 0
    lasting: bool = False
    _phase: Tense | None = None
    _decided: bool = False
    _numbered: bool = False
    _planned: bool = False

    def start(self) -> Tense:
        """The tense before any heading."""
        return "review" if self.has_review else "plan"

    def rank(self, title: str, rank: int) -> int:
        """A bare line that names a year's review or plan stands above numbered headings."""
        cue = YEAR.search(title) or re.search("回顾|“?十[一二三四五六]?五”?时期", title)
        explicit = cue and self.explicit(title, None)
        if rank == BARE_RANK and explicit:
            return 20 if self._numbered else 15
        self._numbered = self._numbered or (rank == 20 and bool(explicit))
        return rank

    def heading(
        self, title: str, parent: Tense | None, rank: int, start: int = 0, body: str = ""
    ) -> Tense:
        """The tense under a heading: its own words, else its parent's, else the flow's.

        A heading of the first ranks without a word of time is settled by its text (`body`): once
        that speaks of what shall be done, the review is over; unless a heading further on
        (`planned_from`) opens the plan in so many words.
        """
        explicit = self.explicit(title, parent)
        if explicit == "review" and self._planned and not RETURNS.search(title):
            explicit = None
        weak: Tense | None = "plan" if PLAN.search(title) and parent is None else None
        if explicit is None and rank <= CHAPTER and (parent or self._phase) == "review":
            sure = SURE if parent is None else SURER
            turned = start >= self.planned_from and mood(body) >= sure
            explicit = "plan" if weak or turned else None
        tense = explicit or parent or weak or self._phase or self.start()
        if rank <= BARE_RANK:
            self._decided = explicit is not None or parent is not None or weak is not None
            if explicit == "plan" and self._is_mixed(title):
                self._decided, self._planned, self._phase = False, False, None
                return "review"
            if tense == "plan" and (explicit or weak) and rank <= CHAPTER:
                self._planned = True
            self._phase = tense if explicit or parent is None else self._phase or tense
        return tense

    def paragraph(self, opening: str, section: Tense | None) -> Tense:
        """The tense of a paragraph; its opening words may differ from its section."""
        tense = section or self._phase or self.start()
        self.lasting = not self._decided and not self._planned
        opens = self._opens(opening)
        if opens is None or opens == tense:
            return tense
        if self._decided and (opens == "plan" or self._planned):
            return tense  # of a look back within the plan, the sentences decide
        if self.lasting:
            self._phase = opens
            self._planned = opens == "plan"
        return opens

    def explicit(self, title: str, parent: Tense | None) -> Tense | None:
        """The tense that a heading names in so many words."""
        ends = horizon_of(title, None)
        if REVIEW.search(title):
            return "plan" if self._is_mixed(title) else "review"
        if ends is not None and self.year is not None and ends != self.year:
            ahead = ends > self.year and (parent != "review" or PLAN.search(title) is not None)
            return "plan" if ahead else "review" if ends < self.year else None
        years = [int(year) for year in YEAR.findall(title)]
        if years and self.year is not None:
            return "plan" if max(years) >= self.year else "review"
        return "plan" if STRONG_PLAN.search(title) else None

    def _is_mixed(self, title: str) -> bool:
        """“十三五”成就和“十四五”目标: the paragraphs themselves say which is which."""
        ends = horizon_of(title, None)
        return (
            ends is not None
            and self.year is not None
            and ends > self.year
            and REVIEW.search(title) is not None
            and PLAN.search(title) is not None
        )

    def _opens(self, opening: str) -> Tense | None:
        if OPENS_REVIEW.match(opening):
            return "review"
        if OPENS_PLAN.match(opening):
            return "plan"
        if self.year is not None and not self._decided:
            period = FIVE_YEAR.match(opening)
            if period:
                return "plan" if FIVE_YEAR_ENDS[period[1]] > self.year else "review"
            if DRAFTED.search(opening):
                return "plan"
        year = YEAR.match(opening)
        if opening.startswith("去年") and not self._decided:
            return "review"
        if year and not self._decided and self.year is not None:
            return "plan" if int(year[1]) >= self.year else "review"
        return None


def mood(body: str) -> float:
    """How much a text speaks of what shall be done: from -1 (all was done) to 1 (all is to do)."""
    ahead, behind = len(AHEAD.findall(body)), len(BEHIND.findall(body))
    return (ahead - behind) / max(4, ahead + behind)
