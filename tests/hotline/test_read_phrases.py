"""A city's own file of phrases is checked, and every mistake is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.hotline.words.phrases import FILE, PhraseError, phrases, read
from bihuan.hotline.words.reply import check

SHIPPED = FILE.read_text(encoding="utf-8")


def _problems(tmp_path: Path, text: str) -> tuple[str, ...]:
    file = tmp_path / "phrases.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PhraseError) as caught:
        read(file)
    return caught.value.problems


def _line(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_the_shipped_file_is_sound() -> None:
    assert phrases() == read(FILE)


def test_an_unknown_name_is_told_with_its_line(tmp_path: Path) -> None:
    text = SHIPPED.replace("\nrude:", "\nrood:")
    problems = _problems(tmp_path, text)
    assert any(
        f"phrases.yaml:{_line(text, 'rood:')}: " in told and "rood" in told for told in problems
    )
    assert any("缺少 rude" in told for told in problems)


def test_a_phrase_that_stands_twice_is_told_with_its_line(tmp_path: Path) -> None:
    text = SHIPPED.replace("无理取闹,", "无理取闹,\n  无理取闹,")
    (told,) = _problems(tmp_path, text)
    assert f":{_line(text, '无理取闹') + 1}: " in told


def test_an_empty_phrase_would_match_everything_and_is_refused(tmp_path: Path) -> None:
    (told,) = _problems(tmp_path, SHIPPED.replace("无理取闹,", '"…",'))
    assert "不能为空" in told


def test_a_wrong_severity_and_a_missing_hint_are_told(tmp_path: Path) -> None:
    text = SHIPPED.replace("rude: {severity: stop", "rude: {severity: loud")
    (told,) = _problems(tmp_path, text)
    assert "stop、warn、note" in told
    renamed = _problems(tmp_path, SHIPPED.replace("  short: {", "  brief: {"))
    assert {told.split("提示 ")[1].split(" ")[0] for told in renamed} == {"brief", "short"}


@pytest.mark.parametrize("text", ["", "- 一", "a: [", "hints: 3"])
def test_what_is_no_table_is_refused(tmp_path: Path, text: str) -> None:
    assert all(
        "phrases.yaml:1: " in told or "phrases.yaml:2: " in told
        for told in _problems(tmp_path, text)
    )


def test_a_city_may_bring_its_own_phrases(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(SHIPPED.replace("无理取闹,", "吃饱了撑的,"), encoding="utf-8")
    codes = {hint.code for hint in check("路灯", "你是吃饱了撑的", (), read(file))}
    assert "rude" in codes
