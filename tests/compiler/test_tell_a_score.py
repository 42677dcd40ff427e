"""`bihuan compile --score` tells figures, misses, near hits and false alarms of labelled texts."""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from bihuan.compiler import compile_report
from bihuan.compiler.command import add_arguments, run
from bihuan.compiler.gold import Gold, read_gold
from bihuan.compiler.score import Figures, Share, score

TEXT = (
    "2024年政府工作报告\n一、2023年工作回顾\n新建公园9个。\n二、2024年工作安排\n"
    "6月份建成幼儿园25所，培训教师800人以上。新建公园12个。城镇新增就业5万人。\n"
)
DUE = "2024-12-31"


def row(quote: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    start = TEXT.index(quote)
    said = {"tense": "plan", "start": start, "end": start + len(quote), "value": value}
    return {**said, "unit": unit, "bound": "eq", "basis": "level", "deadline": DUE, **more}


RIGHT = row("6月份建成幼儿园25所", 25, "所", deadline="2024-06-30")
NEAR = row("培训教师800人以上", 800, "人", bound="le", deadline="2024-06-30")
MISSED = row("新建公园12个", 13, "个")
REVIEW = row("新建公园9个", 9, "个", tense="review", deadline=None)


def scored(*rows: dict[str, Any], head: dict[str, Any] | None = None) -> Any:
    lines = [json.dumps(each) for each in ([head] if head else []) + list(rows)]
    return score(compile_report(TEXT.encode(), "r.md"), read_gold("\n".join(lines)))


def test_hits_misses_near_hits_and_false_alarms_are_told_apart() -> None:
    result = scored(RIGHT, NEAR, MISSED)
    assert [each["value"] for each, _ in result.hits] == [25]
    assert [each["value"] for each, _ in result.near] == [800]
    assert [each["value"] for each in result.missed] == [13]
    assert [target.value for _, target in result.false] == [12, 50000]
    assert result.all == Figures(gold=3, predicted=4, hits=1, hits_predicted=1)


def test_a_reading_that_is_as_fair_is_a_hit_and_an_optional_row_is_no_miss() -> None:
    result = scored({**NEAR, "also": "ge"}, {**MISSED, "also": "none"})
    assert (len(result.hits), len(result.missed), result.all.gold) == (1, 0, 1)


def test_the_window_of_the_header_leaves_the_rest_unscored() -> None:
    head = {"text": "r.md", "from": RIGHT["start"], "to": NEAR["end"]}
    result = scored(RIGHT, {**NEAR, "bound": "ge"}, head=head)
    assert result.all == Figures(gold=2, predicted=2, hits=2, hits_predicted=2)


def test_tense_is_scored_where_the_review_is_labelled() -> None:
    assert scored(RIGHT).tense == Share()
    assert scored(RIGHT, REVIEW).tense == Share(2, 2)
    assert scored(RIGHT, {**RIGHT, "tense": "review"}).tense == Share(1, 2)


def test_figures_by_basis_count_what_was_labelled_and_what_was_said() -> None:
    result = scored(RIGHT, {**MISSED, "value": 12, "basis": "share"})
    assert result.where(lambda each: each["basis"] == "share") == Figures(gold=1)
    level = result.where(lambda each: each["basis"] == "level")
    assert (level.gold, level.predicted, level.hits) == (1, 4, 1)


def test_a_deadline_is_right_when_the_commitment_on_its_words_has_it() -> None:
    assert scored(RIGHT, {**MISSED, "deadline": "2024-03-31"}).deadlines == Share(1, 2)


def test_a_gold_file_without_header_opens_shortly_before_its_first_row() -> None:
    assert read_gold(json.dumps(RIGHT)) == Gold((RIGHT,))


def call(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args(words))


@pytest.fixture
def golds(tmp_path: Path) -> Path:
    """A folder with one gold file beside its text and one whose header names it in ../reports."""
    (tmp_path / "reports" / "city").mkdir(parents=True)
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold" / "near.md").write_text(TEXT, encoding="utf-8")
    (tmp_path / "reports" / "city" / "far.txt").write_text(TEXT, encoding="utf-8")
    write(tmp_path / "gold" / "near.gold.jsonl", {**RIGHT, "quote": "6月份建成幼儿园25所"})
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    head = {"text": "city/far.txt", "sha256": digest, "from": 0, "to": len(TEXT)}
    write(tmp_path / "gold" / "far.gold.jsonl", head, NEAR, MISSED)
    return tmp_path / "gold"


def write(path: Path, *rows: dict[str, Any]) -> None:
    path.write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")


def test_one_gold_file_finds_its_text_and_tells_each_mistake_in_its_words(
    golds: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert call("--score", str(golds / "far.gold.jsonl")) == 0
    words = capfdbinary.readouterr().out.decode()
    assert "NEAR  800 人 le level, said 800 人 ge level" in words
    assert "建成幼儿园25所，【培训教师800人以上】。新建公园12个" in words
    assert "MISS  13 个 eq level" in words
    assert "FALSE 25 所 eq level" in words
    assert "gold 2 pred 4 tp 0 (value right but bound/unit/basis wrong 1)" in words


def test_a_folder_of_gold_files_gives_a_line_each_and_the_average(
    golds: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    write(golds / "lost.gold.jsonl", {"text": "nowhere.txt", "from": 0, "to": 9})
    assert call("--score", str(golds)) == 0
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert lines[1].split()[:4] == ["far", "2", "4", "0"]
    assert lines[2].startswith("lost: no-text:")
    assert lines[3].split()[:4] == ["near", "1", "4", "1"]
    assert lines[4].split()[:5] == ["micro", "average", "3", "8", "1"]


def test_labels_of_another_text_are_refused(
    golds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (golds.parent / "reports" / "city" / "far.txt").write_text("别的", encoding="utf-8")
    assert call("--score", str(golds / "far.gold.jsonl")) == 2
    assert "is not the text" in capsys.readouterr().err
