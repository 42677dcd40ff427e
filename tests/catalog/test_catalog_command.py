"""`bihuan catalog` says what is wrong and where, and writes what is published."""

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest

from bihuan.kernel.catalog.command import add_arguments, run

Edit = Callable[[str, str, str], Path]


def bihuan_catalog(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args(words))


def test_a_sound_city_is_counted(tiny_city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bihuan_catalog("check", str(tiny_city)) == 0
    assert "青石市目录无误: 区划 2, 单位 3, 岗位 3, 角色 3, 事项 1" in capsys.readouterr().out


def test_problems_are_printed_as_file_and_line(
    edit: Edit, capsys: pytest.CaptureFixture[str]
) -> None:
    city = edit("lights.yaml", "key: fine", "key: near")
    assert bihuan_catalog("check", str(city)) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith(f"{city}/lights.yaml:13: 代码“near”重复")
    assert out[-1] == "共 1 处问题（1 problem(s) found）"


def test_schemas_and_reference_are_written(tmp_path: Path) -> None:
    assert bihuan_catalog("schema", "--out", str(tmp_path / "schema")) == 0
    assert (tmp_path / "schema" / "units.json").is_file()
    assert bihuan_catalog("reference", "--out", str(tmp_path / "docs" / "catalog.md")) == 0
    assert (tmp_path / "docs" / "catalog.md").is_file()
