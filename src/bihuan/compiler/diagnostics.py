"""What keeps a commitment, or a whole report, from being executed as written; with hints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bihuan.compiler import lexicon
from bihuan.compiler.model import Commitment, Diagnostic, Outline, Severity

# code: severity, Chinese, English, hint
MESSAGES: dict[str, tuple[Severity, str, str, str]] = {
    "no-number": (
        "info",
        "没有可考核的数字",
        "No number that could be checked",
        "补充数量、单位或可核验的完成标志",
    ),
    "uncounted": (
        "warning",
        "“{words}”没有给出数字",
        "“{words}” gives no number",
        "写明数值、范围或核验办法",
    ),
    "no-deadline": (
        "warning",
        "没有时限,也无法从报告年度推定",
        "No deadline, and no plan year to take one from",
        "补充完成日期,或在编译时指定报告年度",
    ),
    "no-owner": (
        "warning",
        "没有找到责任单位",
        "No responsible unit found",
        "指定牵头单位,或在职责目录中补充相应职责词",
    ),
    "vague-verb": (
        "info",
        "“{words}”说不清做到什么程度",
        "“{words}” does not say what counts as done",
        "改为可核验的动作,例如“建成”“出台”“完成”",
    ),
    "two-readings": (
        "warning",
        "“{words}”有两种读法",
        "“{words}” can be read in two ways",
        "确认界限词是否适用于并列的每一项",
    ),
    "unit-missing": (
        "warning",
        "数字“{words}”没有单位",
        "The number “{words}” has no unit",
        "补充计量单位",
    ),
    "not-actionable": (
        "info",
        "是原则性表述,不能单独考核",
        "A stance that cannot be checked on its own",
        "不立项,或并入相关任务",
    ),
    "year-unknown": (
        "warning",
        "认不出报告年度,时限无法推定",
        "The plan year is not stated",
        "编译时用 --year 指定年度",
    ),
    "no-headings": ("info", "没有标题层次", "No headings", "按“一、(一)1.”补充标题,便于分解"),
    "no-plan": (
        "warning",
        "没有找到工作安排部分",
        "No plan section found",
        "检查文件是否完整,或标题中写明“工作安排”“重点工作”",
    ),
}  # fmt: skip
BARE_NUMBER = re.compile(
    r"(?:达到|突破|超过|新增|增加到|不少于|不低于)(\d+(?:\.\d+)?[万亿]?)(?=$|[，,。；;、以左])"
)


def diagnose(code: str, start: int, end: int, words: str = "") -> Diagnostic:
    """The diagnostic `code` over a span, its messages filled with `words`."""
    severity, zh, en, hint = MESSAGES[code]
    return Diagnostic(
        code, severity, start, end, zh.format(words=words), en.format(words=words), hint
    )


def of_commitment(c: Commitment, knows_units: bool) -> tuple[Diagnostic, ...]:
    """The diagnostics of a planned commitment; what was done needs none."""
    if c.tense == "review":
        return ()
    if c.kind == "principle":
        return (diagnose("not-actionable", c.start, c.end),)
    return (*_wording(c), *_missing(c, knows_units))


def _wording(c: Commitment) -> Iterator[Diagnostic]:
    for match in BARE_NUMBER.finditer(c.text):
        yield diagnose("unit-missing", c.start + match.start(1), c.start + match.end(1), match[1])
    for target in c.targets:
        if target.also:
            words = c.text[max(0, target.start - c.start) : target.end - c.start]
            yield diagnose("two-readings", target.start, target.end, words)
    if c.targets:
        return
    if found := lexicon.UNCOUNTED.search(c.text):
        yield diagnose("uncounted", c.start + found.start(), c.start + found.end(), found[0])
    elif c.kind == "measure" and (vague := lexicon.VAGUE.match(c.text)):
        yield diagnose("vague-verb", c.start, c.start + vague.end(), vague[0])
    elif c.kind == "measure":
        yield diagnose("no-number", c.start, c.end)


def _missing(c: Commitment, knows_units: bool) -> Iterator[Diagnostic]:
    if c.deadline is None:
        yield diagnose("no-deadline", c.start, c.end)
    if knows_units and c.lead is None:
        yield diagnose("no-owner", c.start, c.end)


def of_report(outline: Outline, commitments: Sequence[Commitment]) -> tuple[Diagnostic, ...]:
    """The diagnostics of the report as a whole."""
    found = []
    if outline.year is None:
        found.append(diagnose("year-unknown", 0, 0))
    if not any(section.path for section in outline.sections):
        found.append(diagnose("no-headings", 0, 0))
    if not any(c.tense == "plan" for c in commitments):
        found.append(diagnose("no-plan", 0, 0))
    return tuple(found)
