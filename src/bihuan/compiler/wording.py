"""The words of the diagnostics: what each code says, in both languages, and what it looks for."""

from __future__ import annotations

import re
from typing import NamedTuple

from bihuan.compiler.model import Severity


class Wording(NamedTuple):
    """What a code says; braces are filled with the words it is about."""

    severity: Severity
    message_zh: str
    message_en: str
    hint_zh: str
    hint_en: str


WORDINGS: dict[str, Wording] = {
    "no-number": Wording(
        "info",
        "没有可考核的数字",
        "No number that could be checked",
        "补充数量、单位或可核验的完成标志",
        "Add a quantity with its unit, or a mark of completion that can be verified",
    ),
    "uncounted": Wording(
        "warning",
        "“{words}”没有给出数字",
        "“{words}” gives no number",
        "写明数值、范围或核验办法",
        "State the value, the range or the way it is verified",
    ),
    "no-deadline": Wording(
        "warning",
        "没有时限,也无法从报告年度推定",
        "No deadline, and no plan year to take one from",
        "补充完成日期,或在编译时指定报告年度",
        "Add a date of completion, or name the plan year when compiling",
    ),
    "time-assumed": Wording(
        "info",
        "没有写明时限,按{words}推定",
        "No deadline in words; {words} is assumed",
        "如应更早完成,写明月份或季度",
        "If it is due earlier, state the month or the quarter",
    ),
    "past-deadline": Wording(
        "error",
        "时限“{words}”早于计划年度",
        "The deadline “{words}” lies before the plan year",
        "核对年份;已完成的事项移到工作回顾",
        "Check the year; what is already done belongs in the review",
    ),
    "no-owner": Wording(
        "warning",
        "没有找到责任单位",
        "No responsible unit found",
        "指定牵头单位,或在职责目录中补充相应职责词",
        "Name a lead unit, or add words to the duties in the catalog",
    ),
    "vague-verb": Wording(
        "info",
        "“{words}”说不清做到什么程度",
        "“{words}” does not say what counts as done",
        "改为可核验的动作,例如“建成”“出台”“完成”",
        "Use a verb whose result can be verified: built, issued, completed",
    ),
    "two-readings": Wording(
        "warning",
        "“{words}”有两种读法:{first},或{second}",
        "“{words}” can be read in two ways: {first_en}, or {second_en}",
        "改写成只有一种读法;按第一种编译",
        "Reword it so that one reading is left; the first one was taken",
    ),
    "unit-missing": Wording(
        "warning",
        "数字“{words}”没有单位",
        "The number “{words}” has no unit",
        "补充计量单位",
        "Add the unit of measure",
    ),
    "conflict": Wording(
        "error",
        "“{words}”与另一处“{other}”不一致",
        "“{words}” contradicts “{other}” elsewhere",
        "核对两处数字;如范围不同,写明各自的范围",
        "Check both numbers; if they differ in scope, state each scope",
    ),
    "repeated": Wording(
        "info",
        "“{words}”在另一处已经写过",
        "“{words}” is stated elsewhere as well",
        "合并为一项,免得重复考核",
        "Merge them, so that it is not counted twice",
    ),
    "sum-mismatch": Wording(
        "error",
        "分项合计{parts},与总数{total}不符",
        "The parts add up to {parts}, not to {total}",
        "核对总数和各分项",
        "Check the total and its parts",
    ),
    "not-actionable": Wording(
        "info",
        "是原则性表述,不能单独考核",
        "A stance that cannot be checked on its own",
        "不立项,或并入相关任务",
        "Leave it out of the plan, or merge it into a related task",
    ),
    "year-unknown": Wording(
        "warning",
        "认不出报告年度,时限无法推定",
        "The plan year is not stated",
        "编译时用 --year 指定年度",
        "Name it with --year when compiling",
    ),
    "no-headings": Wording(
        "info",
        "没有标题层次",
        "No headings",
        "按“一、(一)1.”补充标题,便于分解",
        "Add numbered headings, which make decomposition easier",
    ),
    "no-plan": Wording(
        "error",
        "没有找到工作安排部分",
        "No plan section found",
        "检查文件是否完整,或标题中写明“工作安排”“重点工作”",
        "Check that the file is whole, or name the plan in its heading",
    ),
}

# What is claimed without a number an outsider could check.
UNCOUNTED = re.compile(
    r"动态清零|清零|应[检保办享尽救助兑][^，,。]?尽[检保办享救助兑]|正增长|大幅(?:度)?|明显|显著|"
    r"稳步(?:提升|增长|提高)|有所(?:提高|改善|下降)|双降|基本平衡|合理区间|较快增长|"
    r"与经济增长(?:保持)?(?:基本)?同步|位次前移|再上新台阶"
)
VAGUE = re.compile(
    r"^(?:(?:要|将|并|继续|持续|不断|进一步|全面|深入|大力|积极|加快|稳步|有序|有效|扎实|着力|切实|全力|统筹){0,3})"
    r"(?:推动|推进|促进|加强|深化|强化|完善|健全|优化|提升|提高|改善|统筹|做好|抓好|支持|鼓励|引导|探索|"
    r"研究|谋划|加大|增强|拓展|发挥|激发|弘扬)"
)
BARE_NUMBER = re.compile(
    r"(?:达到|突破|超过|新增|增加到|不少于|不低于|增至|提高到|提升到|降至|控制在)"
    r"(\d+(?:\.\d+)?[万亿]{0,2})(?:以上|以内|左右)?(?=$|[，,](?![\d０-９])|[。；;、])"
)
# A date by which something is due (2025年6月底前), as against one on which it happened.
DUE = re.compile(r"[底前末内]|力争|确保|争取|要")

# Measures that say how much is spent or by how much it grew, not of what.
HOLLOW = re.compile(
    r"[比较].{0,6}[年期]|^占|^平均|事$|指标$|"
    r"^(?:中央|地方|各级|省级?|市级?)*财政(?:还|再|拟|将|预算|安排|投入|资金|为此|补贴|补助|专项|用于|支出|新增|增加)*$|"
    r"^(?:筹措|投资|资金|项目|产值|企业|重点项目|工程|补助|产业|年度投资|经费|任务|产量)$"
)
# Measures that are shared, numbered or only a rank: enough to pair years by, not to contradict by.
UNSURE = re.compile(r"分别|各自|级$|指标|\d|[〇○零一二三四五六七八九]{4}年")
# Of each line two texts must name the same ones to speak of one thing.
OPPOSED = tuple(
    re.compile(words)
    for words in (
        "农村|城镇(?!新增)|城市|乡村",
        "进口|出口",
        "中央|地方|省级|国家级|市级|县级",
        "第[一二三]产业|工业|农业|服务业|建筑业|制造业",
        "小学|初中|高中|中学|幼儿园|高校|中职|高职",
        "高速公路|农村公路|铁路|高铁|水运|航空",
        "小麦|稻谷|玉米|大豆|生猪|蔬菜",
        "专项债券|特别国债|赤字率|赤字规模|一般公共预算",
    )
)

# How a bound is said, before the number (zh) and before it (en).
BOUNDS: dict[str, tuple[str, str]] = {
    "ge": ("不少于{0}", "at least {0}"),
    "gt": ("超过{0}", "more than {0}"),
    "le": ("不超过{0}", "at most {0}"),
    "lt": ("少于{0}", "less than {0}"),
    "eq": ("正好{0}", "exactly {0}"),
    "approx": ("约{0}", "about {0}"),
}
BASES: dict[str, tuple[str, str]] = {
    "level": ("达到{0}", "a level of {0}"),
    "growth": ("增长{0}", "a growth of {0}"),
    "share": ("占比{0}", "a share of {0}"),
    "coverage": ("覆盖率{0}", "a coverage of {0}"),
    "multiple": ("{0}倍", "{0} times"),
    "rank": ("第{0}位", "rank {0}"),
    "change": ("变动{0}", "a change of {0}"),
}
NOT_COUNTED = ("不单列为目标", "not a target of its own")
