"""A catalog over another one (分层目录): patches by file, null takes away, and each problem in the file that it stands in."""

import shutil
from pathlib import Path

import pytest

from bihuan.kernel.catalog.layers import file_of, layers_of, merge
from bihuan.kernel.catalog.load import check_city, load_city

TINY = Path(__file__).parent / "tiny_city"


@pytest.fixture
def upper(tmp_path: Path) -> Path:
    """A catalog with nothing of its own but a name, over a copy of the tiny city."""
    shutil.copytree(TINY, tmp_path / "below")
    over = tmp_path / "over"
    over.mkdir()
    (over / "city.yaml").write_text("key: over\nname: 另一座\nbase: ../below\n", encoding="utf-8")
    return over


def test_what_is_not_said_comes_from_below(upper: Path) -> None:
    below, over = load_city(TINY), load_city(upper)
    assert over.info.name == "另一座"
    assert over.info.region == below.info.region
    assert list(over.matters) == list(below.matters)
    assert over.digest != below.digest


def test_mappings_go_together_null_takes_away_all_else_replaces() -> None:
    under = {"a": {"b": 1, "c": 2}, "d": [1, 2]}
    assert merge(under, {"a": {"b": None, "e": 3}, "d": [9]}) == {"a": {"c": 2, "e": 3}, "d": [9]}


def test_a_mistake_is_named_in_the_file_that_holds_it(upper: Path) -> None:
    (upper / "city.yaml").write_text(
        "key: over\nname: 另一座\nbase: ../below\nregion: '999999'\n", encoding="utf-8"
    )
    own = check_city(upper)
    assert [(p.file, p.line) for p in own] == [("city.yaml", 4)]
    units = upper.parent / "below" / "units.yaml"
    units.write_text(units.read_text(encoding="utf-8") + "nonsense: 1\n", encoding="utf-8")
    assert "../below/units.yaml" in {problem.file for problem in check_city(upper)}


def test_other_files_are_taken_from_the_uppermost_that_has_them(upper: Path) -> None:
    (upper.parent / "below" / "papers").mkdir(exist_ok=True)
    (upper.parent / "below" / "papers" / "x.txt").write_text("below", encoding="utf-8")
    assert file_of(upper, "papers/x.txt").read_text(encoding="utf-8") == "below"
    (upper / "papers").mkdir()
    (upper / "papers" / "x.txt").write_text("over", encoding="utf-8")
    assert file_of(upper, "papers/x.txt").read_text(encoding="utf-8") == "over"


def test_a_catalog_that_lies_over_itself_ends(upper: Path) -> None:
    (upper.parent / "below" / "city.yaml").write_text("key: a\nbase: ../over\n", encoding="utf-8")
    assert len(layers_of(upper)) == 2
