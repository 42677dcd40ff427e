"""Places in free text, put into parts by level. The regions are those of Lüliang; everything else is invented."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.hotline.words.places import Parts, Region, find, key, near

REGIONS = (
    Region("141100", "吕梁市", ("吕梁", "全市")),
    Region("141102", "离石区", ("离石", "市区")),
    Region("141123", "兴县"),
    Region("141128", "方山县", ("方山",)),
    Region("141130", "交口县", ("交口",)),
    Region("141181", "孝义市", ("孝义",)),
)


def _parts(text: str) -> list[Parts]:
    return [place.parts for place in find(text, REGIONS)]


def test_an_address_is_one_place_with_all_its_levels() -> None:
    text = "请看吕梁市离石区滨河街道永宁路8号龙凤小区3号楼的水管"
    (place,) = [place for place in find(text, REGIONS) if place.parts.town]
    assert place.parts == Parts("141102", "滨河街道", "", "永宁路", "8", "龙凤小区", building="3")
    assert text[place.start : place.end].endswith("龙凤小区3号楼")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("离石滨河街道的路灯", Parts("141102", "滨河街道")),
        ("離石區濱河街道的路燈", Parts("141102", "滨河街道")),
        ("家住方山县马坊镇", Parts("141128", "马坊镇")),
        ("位于永宁中路", Parts(road="永宁中路")),
        ("我是刘家庄村的村民", Parts(village="刘家庄村")),
        ("住在学府花园小区", Parts(estate="学府花园小区")),
        ("花园路１２号门口", Parts(road="花园路", number="12")),
        ("投诉盛世豪庭一期5栋", Parts(estate="盛世豪庭", building="5")),
        ("兴县人民医院", Parts("141123", facility="人民医院")),
        ("方山路上有坑", Parts(road="方山路")),
    ],
)
def test_each_level_is_recognised(text: str, parts: Parts) -> None:
    assert _parts(text) == [parts]


@pytest.mark.parametrize(
    "text",
    [
        "公路和铁路的思路一路走来",
        "水泥路变成泥巴路",
        "我们小区域里的网路",
        "农村和城镇的社区",
        "每个小区都有学校",
        "全市的市区在路口交口处",
        "孩子上小学要去医院",
        "公交线路调整",
        "逛街时走小巷",
    ],
)
def test_common_words_are_no_places(text: str) -> None:
    assert _parts(text) == []


def test_two_roads_that_cross_are_two_places() -> None:
    assert _parts("永宁路和龙凤街交叉口") == [Parts(road="永宁路"), Parts(road="龙凤街")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("离石区龙凤小区", "离石龙凤小区3号楼"),
        ("龙凤小区", "离石区滨河街道龙凤小区"),
        ("永宁社区", "永宁村"),
        ("永宁路8号", "永宁路８号"),
    ],
)
def test_two_spellings_of_a_place_are_near(one: str, other: str) -> None:
    (first,), (second,) = _parts(one), _parts(other)
    assert near(first, second)


def test_the_same_name_in_another_county_is_another_place() -> None:
    (here,), (there,) = _parts("离石区永宁村"), _parts("方山县永宁村")
    assert not near(here, there)
    assert key(here) != key(there)
    assert key(replace(here, county="")) == key(replace(there, county=""))


def test_a_county_alone_is_too_wide_to_be_near() -> None:
    (county,) = _parts("离石区")
    assert key(county) == ""
    assert not near(county, county)


@given(st.text(st.sampled_from("永宁路街小区花园村镇乡县市离石8号栋，和在的😀 期a")) | st.text())
def test_spans_are_in_order_without_overlap_and_inside_the_text(text: str) -> None:
    end = 0
    for place in find(text, REGIONS):
        assert end <= place.start < place.end <= len(text)
        assert place.parts != Parts()
        end = place.end
