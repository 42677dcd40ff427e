"""`bihuan compile` writes what was asked for, and refuses in words."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from bihuan.compiler import STAGES, show_stage
from bihuan.compiler.command import add_arguments, run

REPORT = "2024年政府工作报告\n一、2024年工作安排\n6月份建成幼儿园25所。\n"


def call(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args(words))


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "报告.md"
    path.write_text(REPORT, encoding="utf-8")
    return path


def test_json_lines_carry_every_field_of_the_contract(report: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert call(str(report), "-o", str(out)) == 0
    [row] = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert set(row) == set(
        [
            "id",
            "section",
            "start",
            "end",
            "text",
            "tense",
            "kind",
            "strength",
            "targets",
            "deadline",
            "deadline_text",
            "places",
            "units",
            "lead",
            "assist",
            "diagnostics",
        ]
    )
    assert row["text"] == REPORT[row["start"] : row["end"]]
    assert row["targets"][0]["value"] == 25
    assert (row["deadline"], row["deadline_text"]) == ("2024-06-30", "6月份")


def test_the_table_is_for_people(report: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert call(str(report), "--format", "table") == 0
    assert "建成幼儿园 =25所" in capfdbinary.readouterr().out.decode()


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_can_be_shown(stage: str) -> None:
    assert show_stage(REPORT.encode() + "促进就业。".encode(), "r.md", stage)


def test_an_unknown_stage_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="clauses"):
        show_stage(REPORT.encode(), "r.md", "nonsense")


def test_a_refused_report_ends_with_two_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r.md").write_bytes(b"")
    assert call(str(tmp_path / "r.md")) == 2
    assert "empty" in capsys.readouterr().err
    assert call(str(tmp_path / "missing.md")) == 2


def test_a_command_without_report_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert call() == 2
    assert "No report was named" in capsys.readouterr().err
