"""A text without a plan compiles to nothing, and the command says why and what to do."""

import argparse
from pathlib import Path

import pytest

from bihuan.compiler import command


def test_a_text_of_digits_says_what_it_lacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "digits.md"
    file.write_text("1234567890" * 500, encoding="utf-8")
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    out = tmp_path / "out.jsonl"
    assert command.run(parser.parse_args([str(file), "-o", str(out)])) == 0
    told = capsys.readouterr().err
    assert "no-plan" in told
    assert "--year" in told
    assert out.read_text(encoding="utf-8") == ""
