"""`bihuan compile --against`: what became of last year's promises, with both source spans."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from bihuan.compiler import Change, Compilation, CompileError, compare, compile_report
from bihuan.compiler.command import add_arguments, run

LAST = """2025年政府工作报告
一、2024年工作回顾
地区生产总值增长5%。
二、2025年工作安排
地区生产总值增长5.5%左右。
城镇新增就业4万人以上。
居民消费价格涨幅控制在3%以内。
单位地区生产总值能耗下降2.5%。
新建普惠性幼儿园25所。
改造城镇老旧小区120个。
完成植树造林30万亩。
培训农村电商带头人2000人。
到2027年建成充电桩5000个。
加快西部陆海新通道建设。
开工建设汾河百公里生态廊道项目。
实现乡镇卫生院中医馆全覆盖。
"""
NOW = """2026年政府工作报告
一、2025年工作回顾
完成植树造林32万亩。
乡镇卫生院中医馆实现全覆盖。
二、2026年工作安排
地区生产总值增长5%左右。
城镇新增就业4万人以上。
居民消费价格涨幅控制在2%以内。
单位地区生产总值能耗下降3%。
新建普惠性幼儿园30所。
继续改造一批城镇老旧小区。
加快建设西部陆海新通道。
新增人工智能企业50户。
"""
BECAME = {
    "地区生产总值增长5.5%左右": ("lowered", "地区生产总值增长5%左右"),
    "城镇新增就业4万人以上": ("carried", "城镇新增就业4万人以上"),
    "居民消费价格涨幅控制在3%以内": ("lowered", "居民消费价格涨幅控制在2%以内"),
    "单位地区生产总值能耗下降2.5%": ("raised", "单位地区生产总值能耗下降3%"),
    "新建普惠性幼儿园25所": ("raised", "新建普惠性幼儿园30所"),
    "改造城镇老旧小区120个": ("changed", "继续改造一批城镇老旧小区"),
    "完成植树造林30万亩": ("reported", "完成植树造林32万亩"),
    "培训农村电商带头人2000人": ("dropped", None),
    "到2027年建成充电桩5000个": ("pending", None),
    "加快西部陆海新通道建设": ("carried", "加快建设西部陆海新通道"),
    "开工建设汾河百公里生态廊道项目": ("dropped", None),
    "实现乡镇卫生院中医馆全覆盖": ("reported", "乡镇卫生院中医馆实现全覆盖"),
    None: ("new", "新增人工智能企业50户"),
}


def compiled(text: str) -> Compilation:
    return compile_report(text.encode(), "r.md")


def changes(last: str = LAST, now: str = NOW) -> tuple[Change, ...]:
    return compare(compiled(last), compiled(now))


def test_what_became_of_each_promise() -> None:
    found = {
        change.last.text if change.last else None: (
            change.kind,
            change.now.text if change.now else None,
        )
        for change in changes()
    }
    assert found == BECAME


def test_both_spans_lead_back_to_the_two_reports() -> None:
    for change in changes():
        for ref, text in ((change.last, LAST), (change.now, NOW)):
            if ref is not None:
                assert text[ref.start : ref.end] == ref.text
        assert change.why
        assert change.why_en


def test_a_report_against_one_that_says_the_same_carries_everything_over() -> None:
    again = LAST.replace("2025年", "2026年").replace("2024年", "2025年")
    assert {change.kind for change in changes(LAST, again)} == {"carried"}


def test_each_promise_is_paired_once() -> None:
    last = "2025年政府工作报告\n一、2025年工作安排\n新建公园5个。\n新建公园7个。\n"
    now = "2026年政府工作报告\n一、2026年工作安排\n新建公园7个。\n"
    kinds = [(change.last and change.last.text, change.kind) for change in changes(last, now)]
    assert kinds == [("新建公园5个", "dropped"), ("新建公园7个", "carried")]


@pytest.mark.parametrize(
    ("last", "now"),
    [
        ("农村低保标准提高5%", "城市低保标准提高8%"),
        ("第二产业增加值增长5%", "第三产业增加值增长8%"),
        ("进口总额增长5%", "出口总额增长8%"),
    ],
)
def test_things_that_exclude_each_other_are_not_paired(last: str, now: str) -> None:
    one = f"2025年政府工作报告\n一、2025年工作安排\n{last}。\n"
    two = f"2026年政府工作报告\n一、2026年工作安排\n{now}。\n"
    assert [change.kind for change in changes(one, two)] == ["dropped", "new"]


def test_a_second_mention_of_a_promise_that_was_kept_is_not_dropped() -> None:
    last = LAST + "城镇新增就业4万人以上,压力不小。\n"
    dropped = [c.last.text for c in changes(last) if c.kind == "dropped" and c.last]
    assert not [words for words in dropped if "就业" in words]


def test_a_report_that_is_not_earlier_is_refused() -> None:
    with pytest.raises(CompileError, match="不早于 2025") as refused:
        changes(NOW, LAST)
    assert refused.value.code == "not-last-year"


def call(tmp_path: Path, *words: str) -> int:
    (tmp_path / "last.md").write_text(LAST, encoding="utf-8")
    (tmp_path / "now.md").write_text(NOW, encoding="utf-8")
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    paths = [str(tmp_path / "now.md"), "--against", str(tmp_path / "last.md")]
    return run(parser.parse_args([*paths, *words]))


def test_the_command_writes_a_row_a_change(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert call(tmp_path) == 0
    rows = [json.loads(line) for line in capfdbinary.readouterr().out.decode().splitlines()]
    assert len(rows) == len(BECAME)
    raised = next(row for row in rows if row["kind"] == "raised" and "幼儿园" in row["why"])
    assert (raised["last"]["target"]["value"], raised["now"]["target"]["value"]) == (25, 30)
    assert LAST[raised["last"]["start"] : raised["last"]["end"]] == raised["last"]["text"]


def test_the_table_groups_by_kind_and_shows_both_sides(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert call(tmp_path, "--format", "table") == 0
    said = capfdbinary.readouterr().out.decode()
    assert "## 消失 dropped: 1 target, 1 project, 0 measure" in said
    assert "培训农村电商带头人2000人" in said
    start = LAST.index("新建普惠性幼儿园25所")
    assert f"- {start}-{start + 11} 新建普惠性幼儿园25所" in said
