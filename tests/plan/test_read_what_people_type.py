"""Cells as people type them: numbers, targets and names; what is written is read back to the same value."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bihuan
from bihuan.kernel.catalog.load import load_city
from bihuan.kernel.errors import Refusal
from bihuan.kernel.matters import guards
from bihuan.plan import rules
from bihuan.plan.table import FIELDS
from bihuan.plan.table_values import (
    BOUNDS,
    names_of_posts,
    names_of_units,
    read_code,
    read_day,
    read_number,
    read_targets,
    read_units,
    say_target,
)

assert guards, rules
ROOT = Path(bihuan.__file__).parents[2]
CITY = load_city(ROOT / "catalog" / "lvliang")


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("１２００", "1200"), ("1,200", "1200"), ("3.50", "3.5"), ("2680亿", "268000000000"),
        ("36.5万", "365000"), (Decimal("0.1"), "0.1"), ("", None), (None, None),
    ],
)  # fmt: skip
def test_a_number_is_read_however_it_is_written(typed: object, value: str | None) -> None:
    assert read_number(typed) == value  # type: ignore[arg-type]


@pytest.mark.parametrize("typed", ["万", "约3", "1.2.3", "１２ab"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="不是数字"):
        read_number(typed)


@pytest.mark.parametrize("typed", ["2月30日", "2023-13-01", "99999999", "年", "123456"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="不是日期"):
        read_day(typed, 2023)


NUMBERS = st.decimals(-(10**12), 10**12, places=2).map(lambda d: read_number(str(d)))
TARGETS = st.fixed_dictionaries(
    {
        "measure": st.sampled_from(
            ["规上工业增加值", "新增 高新技术企业", "PM2.5浓度", "5G基站", "前100名"]
        ),
        "value": NUMBERS,
        "unit": st.sampled_from([None, "元", "%", "个百分点", "m2", "公里（含改造）"]),
        "bound": st.sampled_from(sorted(BOUNDS.values())),
        "basis": st.sampled_from([None, "level", "growth"]),
        "baseline": st.none() | NUMBERS,
        "value_max": st.none() | NUMBERS,
    }
)


@given(st.lists(TARGETS, max_size=4, unique_by=say_target))
def test_targets_read_back_as_they_were_said(targets: list[dict[str, object]]) -> None:
    lines = "\n".join(say_target(row) for row in targets)  # type: ignore[arg-type]
    assert read_targets(lines, targets) == targets  # type: ignore[arg-type]


def test_a_new_target_is_read_without_one_before() -> None:
    found = read_targets("地区生产总值 不低于 2680亿 元（年初基数 2480亿）", [])
    assert found == [
        {"measure": "地区生产总值", "bound": "ge", "value": "268000000000", "value_max": None,
         "unit": "元", "baseline": "248000000000"}
    ]  # fmt: skip


def test_every_name_of_a_unit_and_a_post_leads_to_it() -> None:
    units, posts = names_of_units(CITY), names_of_posts(CITY)
    for unit in CITY.units.values():
        assert read_code(unit.name, units) == unit.code
    for post in CITY.posts.values():
        assert read_code(f"{CITY.units[post.unit].name} {post.name}", posts) == post.code
    assert read_code("副市长(工业)", posts) == "ll-vice-mayor-industry"
    assert read_units("市教育局； 发改委\n市教育局", units) == ["ll-edu", "ll-drc"]


def test_near_names_are_offered() -> None:
    with pytest.raises(Refusal, match="市教育局"):
        read_code("市教育委", names_of_units(CITY))


def test_the_page_on_papers_lists_every_marker() -> None:
    page = (ROOT / "docs" / "papers.md").read_text(encoding="utf-8")
    quarters = {f"q{n}{end}" for n in "1234" for end in ("", "_value")}
    missing = [n for n in (FIELDS.head | FIELDS.row) - quarters if f"`{n}`" not in page]
    assert missing == []
