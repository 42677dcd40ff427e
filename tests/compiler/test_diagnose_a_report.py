"""Every documented diagnostic is found where the documentation says, with its words and its span."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import pytest

from bihuan.compiler import Compilation, Diagnostic, Duty, compile_report, to_jsonl
from bihuan.compiler.checking import all_diagnostics
from bihuan.compiler.command import add_arguments, run
from bihuan.compiler.wording import WORDINGS

DOC = Path(__file__).resolve().parents[2] / "docs" / "diagnostics.md"
EXAMPLE = re.compile(r"^## (\S+)\n\n(\w+)(?:(?!^## ).)*?```report\n(.*?)```", re.M | re.S)
EXAMPLES = {code: (severity, text) for code, severity, text in EXAMPLE.findall(DOC.read_text())}
HEAD = "2026年政府工作报告\n一、2026年工作安排\n"


def compiled(text: str) -> Compilation:
    duties = [Duty("ggj", "公共资源交易中心", (), ("招投标",))]
    return compile_report(text.encode(), "报告.md", duties=duties)


def found(text: str, code: str) -> list[Diagnostic]:
    return [d for d in all_diagnostics(compiled(text)) if d.code == code]


def words(text: str, d: Diagnostic) -> str:
    return text[d.start : d.end]


def test_every_code_is_documented_and_every_documented_code_exists() -> None:
    assert set(EXAMPLES) == set(WORDINGS)


@pytest.mark.parametrize("code", sorted(WORDINGS))
def test_each_example_of_the_documentation_shows_its_code(code: str) -> None:
    severity, text = EXAMPLES[code]
    shown = found(text, code)
    assert shown
    for d in shown:
        assert d.severity == severity
        assert d.message_zh
        assert d.message_en
        assert d.hint_zh
        assert d.hint_en
        assert "{" not in d.message_zh + d.message_en


def test_a_contradiction_points_at_both_places() -> None:
    text = EXAMPLES["conflict"][1]
    first, second = found(text, "conflict")
    assert words(text, first) == "新建普惠性幼儿园9所"
    assert words(text, second) == "新建普惠性幼儿园19所"
    assert first.related == ((second.start, second.end),)
    assert second.related == ((first.start, first.end),)


@pytest.mark.parametrize(
    "text",
    [
        "新建普惠性幼儿园19所，其中城区普惠性幼儿园9所。",  # parts of a sum
        "临县新建普惠性幼儿园9所。\n兴县新建普惠性幼儿园19所。",  # two places
        "新建普惠性幼儿园9所。\n每个县新建普惠性幼儿园19所。",  # another scope
        "6月底前新建普惠性幼儿园9所。\n年底前新建普惠性幼儿园19所。",  # two deadlines
        "新建普惠性幼儿园9所。\n新建普惠性小学19所。",  # two things
        "城镇新增就业45万人以上。\n城镇新增就业增长5%。",  # two bases
        "财政安排教育资金20亿元，比上年增加3亿元。\n财政安排卫生资金9亿元，比上年增加2亿元。",
    ],
)
def test_two_different_things_do_not_contradict_each_other(text: str) -> None:
    assert not found(HEAD + text, "conflict")


def test_a_range_and_a_value_within_it_do_not_contradict_each_other() -> None:
    text = "地区生产总值增长5%—6%。\n确保地区生产总值增长5.5%。"
    assert not found(HEAD + text, "conflict")


def test_the_same_value_twice_is_a_repetition_and_no_contradiction() -> None:
    text = HEAD + "规模以上工业增加值增长8.5%。\n预计规上工业增加值增长8.5%左右。"
    assert len(found(text, "repeated")) == 2
    assert not found(text, "conflict")


def test_parts_that_come_to_less_or_add_a_floor_are_no_mismatch() -> None:
    assert not found(HEAD + "新建中小学10所，其中小学4所、中学5所。", "sum-mismatch")
    assert not found(HEAD + "新建中小学10所以上，其中小学4所、中学7所。", "sum-mismatch")
    text = "安排财政赤字1.2万亿元，比上年增加4000亿元，其中中央财政赤字8500亿元。"
    assert not found(HEAD + text, "sum-mismatch")


def test_a_total_after_its_parts_must_equal_them() -> None:
    assert found(HEAD + "新建小学4所、新建中学7所，合计新建学校10所。", "sum-mismatch")
    assert not found(HEAD + "新建小学4所、新建中学7所，合计新建学校11所。", "sum-mismatch")


def test_both_readings_are_said_in_both_languages() -> None:
    [d] = found(EXAMPLES["two-readings"][1], "two-readings")
    assert "正好8000人" in d.message_zh
    assert "不少于8000人" in d.message_zh
    assert "exactly 8000人" in d.message_en
    assert "at least 8000人" in d.message_en


def test_a_promise_with_words_of_time_assumes_nothing() -> None:
    assert not found(HEAD + "6月底前建成幼儿园25所。", "time-assumed")


def test_a_date_on_which_something_happened_is_no_deadline_gone_by() -> None:
    assert not found(HEAD + "2025年7月成立的工作组继续推进改革。", "past-deadline")


def test_the_review_is_not_diagnosed() -> None:
    text = "2026年政府工作报告\n一、2025年工作回顾\n新建幼儿园9所。\n新建幼儿园19所。\n" + HEAD[15:]
    assert not [d for c in compiled(text).commitments if c.tense == "review" for d in c.diagnostics]


def test_json_lines_carry_the_hints_and_the_other_span() -> None:
    rows = [json.loads(line) for line in to_jsonl(compiled(EXAMPLES["conflict"][1])).splitlines()]
    [conflict] = [d for d in rows[0]["diagnostics"] if d["code"] == "conflict"]
    assert conflict["related"] == [[rows[1]["start"], rows[1]["end"]]]
    assert conflict["hint_en"].startswith("Check both numbers")


def check(tmp_path: Path, text: str, capfdbinary: pytest.CaptureFixture[bytes]) -> tuple[int, str]:
    path = tmp_path / "报告.md"
    path.write_text(text, encoding="utf-8")
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    code = run(parser.parse_args([str(path), "--check"]))
    return code, capfdbinary.readouterr().out.decode().replace(f"{tmp_path}/", "")


def test_check_prints_file_line_and_column_and_fails_on_errors(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    code, said = check(tmp_path, EXAMPLES["conflict"][1], capfdbinary)
    assert code == 1
    assert "报告.md:3:1: error conflict: “新建普惠性幼儿园9所”" in said
    assert "报告.md:5:1: note conflict:" in said
    assert said.endswith("报告.md: 2 error, 0 warning, 2 info\n")


def test_check_succeeds_where_there_are_only_warnings(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    code, said = check(tmp_path, EXAMPLES["uncounted"][1], capfdbinary)
    assert code == 0
    assert "warning uncounted:" in said
