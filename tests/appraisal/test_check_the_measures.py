"""`appraisal.yaml` is checked like the rest of a catalog: each mistake with its line; a city may do without the file."""

import shutil
from pathlib import Path

import pytest

from bihuan.kernel.catalog.load import check_city, load_city

TINY = Path(__file__).parents[1] / "catalog" / "tiny_city"
SOUND = """# yaml-language-server: $schema=../../catalog/schema/appraisal.json
frozen_by: [checker]
versions:
  - from: 2023-01-01
    basis: 示例
    measures:
      - key: replied
        label: 回信按时率
        kind: on_time
        matters: [letters.reply]
        clocks: [replying]
        weight: 60
      - key: redone
        label: 退回率
        kind: returned
        matters: [letters.reply]
        actions: [redo]
        unit: unit
  - from: 2024-01-01
    basis: 示例二
    measures: [{key: redone, label: 返工率, kind: reopened, matters: [letters.reply]}]
"""


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """青石市 with measures."""
    copy = Path(shutil.copytree(TINY, tmp_path / "city"))
    (copy / "appraisal.yaml").write_text(SOUND, encoding="utf-8")
    return copy


def test_the_version_in_force_is_the_last_begun(city: Path) -> None:
    from datetime import date

    appraisal = load_city(city).appraisal
    assert appraisal.at(date(2022, 12, 31)) is None
    for day, key in ((date(2023, 12, 31), "replied"), (date(2024, 1, 1), "redone")):
        version = appraisal.at(day)
        assert version is not None
        assert version.measures[0].key == key


def test_a_city_may_appraise_nothing() -> None:
    assert load_city(TINY).appraisal.versions == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "part"),
    [
        ("[checker]", "[judge]", 2, "没有角色“judge”"),
        ("2024-01-01", "2023-01-01", 19, "起始日期应由早到晚"),
        ("key: redone\n", "key: replied\n", 13, "代码“replied”重复"),
        ("key: replied", "key: score", 7, "得分行的代号"),
        ("[letters.reply]\n        clocks", "[letters.other]\n        clocks", 10, "没有事项“letters.other”"),
        ("clocks: [replying]", "clocks: [answering]", 11, "没有 answering"),
        ("actions: [redo]", "actions: [undo]", 17, "没有 undo"),
        ("unit: unit", "unit: owner", 18, "没有单位字段 owner"),
        ("weight: 60", "weight: 600", 12, "100"),
        ("kind: on_time", "kind: in_time", 9, "只能是"),
        ("        clocks: [replying]\n", "", 7, "clocks"),
        ("basis: 示例二", "basis: ''", 20, "basis"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(
    city: Path, old: str, new: str, line: int, part: str
) -> None:
    assert SOUND.count(old) == 1
    (city / "appraisal.yaml").write_text(SOUND.replace(old, new), encoding="utf-8")
    (problem,) = check_city(city)
    assert problem.file == "appraisal.yaml"
    assert problem.line == line
    assert part in problem.message


def test_reopening_needs_an_action_that_reopens(city: Path) -> None:
    file = city / "matters" / "letters.reply.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("    reopens: true\n", ""), encoding="utf-8")
    (problem,) = check_city(city)
    assert "没有返工动作" in problem.message
