"""Deadlines by rule 10 of the extraction guide."""

from __future__ import annotations

import pytest

from bihuan.compiler import compile_report


def due(sentence: str, heading: str = "一、2024年工作安排") -> list[str | None]:
    text = f"2024年政府工作报告\n{heading}\n{sentence}\n"
    found = compile_report(text.encode(), "r.txt").commitments
    return [c.deadline.isoformat() if c.deadline else None for c in found]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("新建幼儿园25所。", "2024-12-31"),
        ("市第三人民医院年内迁至东院。", "2024-12-31"),
        ("上半年建成投用市民中心。", "2024-06-30"),
        ("6月份全部竣工。", "2024-06-30"),
        ("2月底前开工建设大桥。", "2024-02-29"),
        ("三季度建成市民中心。", "2024-09-30"),
        ("确保一小今秋建成招生。", "2024-11-30"),
        ("力争2年内形成市区快速环路。", "2025-12-31"),
        ("用三年时间完成改造。", "2026-12-31"),
        ("2025年底前建成市民中心。", "2025-12-31"),
        ("明年建成市民中心。", "2025-12-31"),
        ("9月15日前建成市民中心。", "2024-09-15"),
        ("到“十五五”末建成市民中心。", "2030-12-31"),
        ("实施三年行动计划。", "2024-12-31"),
    ],
)
def test_words_of_time_set_the_last_day(sentence: str, expected: str) -> None:
    assert due(sentence) == [expected]


def test_targets_of_a_five_year_chapter_are_due_at_its_end() -> None:
    assert due("城镇化率达到70%。", "一、“十五五”时期的主要目标") == ["2030-12-31"]


def test_a_stance_and_a_review_have_no_deadline() -> None:
    assert due("坚持人民至上。") == [None]
    assert due("新建幼儿园25所。", "一、2023年工作回顾") == [None]
