"""What was done is told from what will be done, whatever the headings look like."""

from __future__ import annotations

import pytest

from bihuan.compiler import compile_report

LAYOUTS = {
    "markdown": "# 2024年政府工作报告\n## 2023年工作回顾\n{a}\n## 2024年重点工作\n{b}\n",
    "numbered": "2024年政府工作报告\n一、2023年工作回顾\n{a}\n二、2024年主要任务\n{b}\n",
    "parts": "政府工作报告\n第一部分 过去一年工作回顾\n{a}\n第二部分 2024年工作安排\n{b}\n",
    "bare": "政府工作报告\n2023年：奋力前行\n{a}\n2024年：开创新局\n{b}\n",
    "speech": "各位代表：\n过去一年，{a}\n今年，我们要{b}\n",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_keeps_review_and_plan_apart(layout: str) -> None:
    text = LAYOUTS[layout].format(a="新建学校19所。", b="新建幼儿园25所。")
    compiled = compile_report(text.encode(), "2024.md", year=2024)
    tenses = {int(t.value): c.tense for c in compiled.commitments for t in c.targets}
    assert tenses == {19: "review", 25: "plan"}


def test_a_review_inside_the_plan_chapter_stays_a_review() -> None:
    text = "# 2023年重点工作\n## 2022年工作回顾\n新建学校19所。\n## 总体要求\n新建公园25个。\n"
    compiled = compile_report(text.encode(), "r.md")
    assert [c.tense for c in compiled.commitments] == ["review", "plan"]


def test_a_sentence_about_last_year_in_the_plan_is_review() -> None:
    text = "一、2024年工作安排\n去年新建学校19所。新建幼儿园25所。\n"
    compiled = compile_report(text.encode(), "2024年政府工作报告.txt")
    assert [c.tense for c in compiled.commitments] == ["review", "plan"]


def test_the_glossary_behind_the_report_promises_nothing() -> None:
    text = "一、2024年工作安排\n新建幼儿园25所。\n名词解释\n1.“两重”：新建99所学校。\n"
    compiled = compile_report(text.encode(), "2024年政府工作报告.txt")
    assert [c.text for c in compiled.commitments] == ["新建幼儿园25所"]


@pytest.mark.parametrize(
    ("head", "year"),
    [
        ("2024年政府工作报告", 2024),
        ("二〇二四年政府工作报告", 2024),
        ("政府工作报告\n——2024年1月20日在市第四届人民代表大会第六次会议上", 2024),
        ("政府工作报告\n一、2023年工作回顾", 2024),
        ("政府工作报告\n二、2024年工作安排", 2024),
    ],
)
def test_the_plan_year_is_read_from_title_session_or_headings(head: str, year: int) -> None:
    assert compile_report(f"{head}\n新建幼儿园25所。".encode(), "r.txt").year == year


def test_an_unknown_year_leaves_the_deadline_open_and_says_so() -> None:
    compiled = compile_report("新建幼儿园25所。".encode(), "r.txt")
    assert compiled.commitments[0].deadline is None
    assert "year-unknown" in {d.code for d in compiled.diagnostics}
