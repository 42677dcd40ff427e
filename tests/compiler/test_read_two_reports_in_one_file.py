"""Of two reports in one file one is compiled, and the other is named with its place."""

from __future__ import annotations

import pytest

from bihuan.compiler import Compilation, compile_report

FIRST = (
    "甲市2024年政府工作报告\n各位代表：\n一、2023年工作回顾\n新建学校64所。\n"
    "二、2024年工作安排\n今年新建幼儿园25所，改扩建学校9所。\n"
)
SECOND = (
    "乙县2024年政府工作报告\n各位代表：\n一、2023年工作回顾\n新建公园8个。\n"
    "二、2024年工作安排\n今年新建医院3所，培训农民200人。\n"
)


def texts(compiled: Compilation) -> list[str]:
    return [c.text for c in compiled.commitments if c.tense == "plan"]


def test_the_first_is_compiled_and_the_second_named_with_its_place() -> None:
    source = FIRST + "\n" + SECOND
    compiled = compile_report(source.encode(), "r.txt")
    assert texts(compiled) == texts(compile_report(FIRST.encode(), "r.txt"))
    [found] = [d for d in compiled.diagnostics if d.code == "two-reports"]
    assert source[found.start : found.end] == "乙县2024年政府工作报告"
    assert "乙县2024年政府工作报告" in found.message_zh
    assert "拆成" in found.hint_zh


def test_a_scrap_before_a_whole_report_is_not_taken_for_it_and_spans_stay_right() -> None:
    scrap = "丙市2024年政府工作报告\n一、2024年工作安排\n今年新建桥梁2座。\n"
    source = scrap + FIRST * 1 + "三、民生\n" + "今年新建公园8个，培训农民200人。\n" * 8
    compiled = compile_report(source.encode(), "r.txt")
    assert "今年新建幼儿园25所" in texts(compiled)
    assert all(source[c.start : c.end] == c.text for c in compiled.commitments)
    assert not any("桥梁" in c.text for c in compiled.commitments)
    assert compiled.document.text == source


@pytest.mark.parametrize(
    "source",
    [
        FIRST,
        "甲市2024年政府工作报告\n\n" + FIRST,  # the title of the page, and the title
        FIRST.replace("二、", "甲市2024年政府工作报告\n二、"),  # a running head
        FIRST + "《政府工作报告》名词解释\n一、幼儿园：指教育3岁以上儿童的机构。\n",
        FIRST + "关于政府工作报告的决议\n各位代表：\n会议批准这个报告。\n",
        FIRST + "今年新建公园8个。\n" * 80 + "甲市2024年政府工作报告\n各位代表：\n",
    ],
    ids=["one", "title twice", "running head", "glossary", "resolution", "furniture at the end"],
)
def test_one_report_is_not_taken_for_two(source: str) -> None:
    compiled = compile_report(source.encode(), "r.txt")
    assert "two-reports" not in {d.code for d in compiled.diagnostics}
