"""The place that a demand names is found in the city's list, down to the village, and nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.hotline.gazetteer import FILE, TOWN, VILLAGE, load_gazetteer
from bihuan.hotline.placing import Placed, placed
from bihuan.kernel.catalog.load import load_city
from bihuan.kernel.errors import CatalogError

LVLIANG = Path(__file__).resolve().parents[2] / "catalog" / "lvliang"
REGIONS = load_city(LVLIANG).regions
BOOK = load_gazetteer(LVLIANG, REGIONS)


def found(text: str, region: str = "") -> Placed:
    return placed(text, REGIONS, BOOK, region)


@pytest.mark.parametrize(
    ("text", "address", "village"),
    [
        ("碛口镇西湾村自来水停了三天", "临县碛口镇西湾村", "141124109207"),
        ("家住滨河街道办永宁路8号龙凤小区3号楼", "离石区滨河街道永宁路8号龙凤小区3号楼", ""),
        ("濱河街道的路燈", "离石区滨河街道", ""),
        ("方山县马坊的路灯不亮", "方山县马坊镇", ""),
        ("文水县凤城镇南街社区居委会", "文水县凤城镇南街社区", "141121100017"),
        ("我是临县人，现住离石区滨河街道世纪花园小区", "离石区滨河街道世纪花园小区", ""),
        ("孝义的路坏了", "孝义市", ""),
        ("没有地名的一句话，城镇医保报销", "", ""),
    ],
)
def test_a_place_is_put_in_the_order_of_an_address(text: str, address: str, village: str) -> None:
    assert (found(text).address, found(text).village) == (address, village)


def test_a_name_that_several_places_have_is_not_guessed_until_the_county_is_named() -> None:
    assert found("三交镇的路坏了") == Placed(unsure=("三交镇",))
    assert found("临县三交镇的路坏了").town.startswith("141124")
    assert found("三交镇的路坏了", "141125").town.startswith("141125")


def test_the_division_of_the_form_counts_before_the_text() -> None:
    assert found("碛口镇的路坏了", "141125").region == "141125"


def test_the_citys_list_has_every_county_and_its_villages_lie_in_its_towns() -> None:
    towns = {code for code in BOOK.names if len(code) == TOWN}
    villages = {code for code in BOOK.names if len(code) == VILLAGE}
    counties = {region.code for region in REGIONS.values() if region.level == "county"}
    assert {code[:6] for code in towns} == counties
    assert {code[:TOWN] for code in villages} <= towns
    assert (len(towns), len(villages)) == (154, 2456)


@pytest.mark.parametrize(
    ("rows", "line", "says"),
    [
        ("代码,名称\n", 1, "第一行"),
        ("code,name\n141102001,滨河街道\n141102001,又一个\n", 3, "重复"),
        ("code,name\n991102001,滨河街道\n", 2, "不在 regions.yaml"),
        ("code,name\n141102001001,东关社区居委会\n", 2, "未在前面列出"),
        ("code,name\n14110,滨河街道\n", 2, "9 位"),
        ("code,name\n141102001\n", 2, "两列"),
    ],
)
def test_a_mistake_in_the_list_is_told_with_its_line(
    tmp_path: Path, rows: str, line: int, says: str
) -> None:
    (tmp_path / "hotline").mkdir()
    (tmp_path / FILE).write_text(rows, encoding="utf-8")
    with pytest.raises(CatalogError) as error:
        load_gazetteer(tmp_path, REGIONS)
    (problem,) = error.value.problems
    assert (problem.line, says in problem.message) == (line, True)


@given(st.text(alphabet="临县碛口镇西湾村三交的路8号小区滨河街道離石區，a\x00😀", max_size=60))
def test_whatever_is_typed_a_lower_place_lies_in_the_higher(text: str) -> None:
    place = found(text)
    assert place.town.startswith(place.region) or not place.town
    assert place.village.startswith(place.town or "none") or not place.village
    assert not place.region or REGIONS[place.region].name in place.address
