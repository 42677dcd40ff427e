"""Whatever the text, compiling ends, and every span is the text it claims to be."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.compiler import Compilation, CompileError, compile_report, to_jsonl

WORDS = """
新建幼儿园25所|，|。|、|；|# |一、|（一）|1.|- |——|2024年|工作回顾|工作安排|增长5%|以上|“|”|（|）
10—|万亩|6月份|全覆盖|其中|分别|一是|今年|去年|各位代表|力争|突破|三成|３| |的
"""
PIECES = st.sampled_from([*re.split(r"[|\n]", WORDS), "\n", "\r\n"])
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=80).map("".join))


def compiled_or_refused(text: str) -> Compilation | None:
    try:
        return compile_report(text.encode("utf-8", "replace"), "report.md", year=2024)
    except CompileError:
        return None


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_any_text_compiles_or_is_refused_and_every_span_is_exact(text: str) -> None:
    compiled = compiled_or_refused(text)
    if compiled is None:
        return
    source = compiled.document.text
    starts = [c.start for c in compiled.commitments]
    assert starts == sorted(starts)
    for commitment in compiled.commitments:
        assert source[commitment.start : commitment.end] == commitment.text
        for target in commitment.targets:
            assert commitment.start <= target.start < target.end <= commitment.end
        for diagnostic in commitment.diagnostics:
            assert commitment.start <= diagnostic.start <= diagnostic.end <= commitment.end


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_compiling_twice_gives_the_same_lines(text: str) -> None:
    first, second = compiled_or_refused(text), compiled_or_refused(text)
    if first is not None and second is not None:
        assert to_jsonl(first) == to_jsonl(second)
        ids = [c.id for c in first.commitments]
        assert len(ids) == len(set(ids))


def test_an_edit_elsewhere_does_not_change_an_id() -> None:
    text = "# 2024年政府工作报告\n## 工作安排\n新建学校19所。{}\n新建幼儿园25所。\n"
    before = compile_report(text.format("").encode(), "r.md")
    after = compile_report(text.format("新建公园8个。").encode(), "r.md")
    assert {c.id for c in before.commitments} < {c.id for c in after.commitments}


def test_progress_is_heard_to_the_end() -> None:
    heard: list[tuple[int, int]] = []
    text = "新建学校19所。\n新建公园8个。\n"
    compile_report(text.encode(), "r.txt", progress=lambda done, size: heard.append((done, size)))
    assert heard[-1] == (len(text), len(text))
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


def test_endless_digits_quotes_and_lists_end_in_commitments_that_can_be_written() -> None:
    for piece in ("9", "一", "“", "新建1所、", "“四好”5公里、", "以为", "全覆盖", "统筹推进"):
        compiled = compile_report(("今年" + piece * 20000 + "所").encode(), "r.txt", year=2024)
        assert to_jsonl(compiled).count("\n") == len(compiled.commitments)
