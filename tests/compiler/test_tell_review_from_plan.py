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


def test_a_chapter_of_achievements_and_goals_is_told_apart_by_its_paragraphs() -> None:
    text = (
        "政府工作报告\n一、2020年工作回顾\n新建学校19所。\n二、“十三五”时期发展成就和“十四五”时期主要目标任务\n"
        "“十三五”时期，新建医院7所。\n“十四五”时期，要新建幼儿园25所。\n——推动绿色发展。森林覆盖率达到24.1%。\n"
        "三、2021年重点工作\n新建公园8个。\n"
    )
    compiled = compile_report(text.encode(), "2021.txt", year=2021)
    seen = {
        str(t.value): (c.tense, str(c.deadline)) for c in compiled.commitments for t in c.targets
    }
    assert seen["19"][0] == seen["7"][0] == "review"
    assert seen["25"] == seen["24.1"] == ("plan", "2025-12-31")
    assert seen["8"] == ("plan", "2021-12-31")


def test_figures_after_a_sentence_on_last_year_are_still_last_years() -> None:
    text = (
        "一、2024年工作安排\n过去一年，各项工作取得很大成绩。生产总值增长10.3%，新建学校19所。"
        "今年，新建幼儿园25所。新建公园8个。\n"
    )
    compiled = compile_report(text.encode(), "2024年政府工作报告.txt")
    tenses = {str(t.value): c.tense for c in compiled.commitments for t in c.targets}
    assert tenses == {"10.3": "review", "19": "review", "25": "plan", "8": "plan"}


def test_a_heading_that_names_no_time_is_settled_by_its_text() -> None:
    text = (
        "2000年政府工作报告\n1999年工作回顾\n新建学校19所，取得了显著成绩，比去年增长了。\n"
        "一、坚持扩大内需\n今年要新建幼儿园25所。必须继续努力，要加大投入，确保完成，力争更好。要抓紧。\n"
    )
    compiled = compile_report(text.encode(), "2000.txt")
    tenses = {int(t.value): c.tense for c in compiled.commitments for t in c.targets}
    assert tenses == {19: "review", 25: "plan"}


def test_a_year_at_the_head_of_a_sentence_rules_the_rest_of_it() -> None:
    text = "一、2026年工作安排\n力争到2030年，人均产值达到14万元，城镇化率达到75%。今年，新建学校19所。\n"
    compiled = compile_report(text.encode(), "2026年政府工作报告.txt")
    due = {str(t.value): str(c.deadline) for c in compiled.commitments for t in c.targets}
    assert due == {"140000": "2030-12-31", "75": "2030-12-31", "19": "2026-12-31"}
