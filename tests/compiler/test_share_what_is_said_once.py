"""What a sentence says once for several numbers reaches each of them: subject, unit, noun, verb."""

from __future__ import annotations

import pytest

from bihuan.compiler.model import Target
from bihuan.compiler.sentences import clauses
from bihuan.compiler.targets import sentence_targets


def targets(text: str) -> list[Target]:
    return [t for found in sentence_targets(text, clauses(text, 0, len(text))) for t in found]


def said(text: str) -> list[tuple[str, str]]:
    return [(t.measure, f"{t.value.normalize():f}{t.unit}") for t in targets(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "规模以上工业增加值、社会消费品零售总额、一般公共预算收入分别增长3.5%左右、6%左右、5%左右",
            [
                ("规模以上工业增加值增长", "3.5%"),
                ("社会消费品零售总额增长", "6%"),
                ("一般公共预算收入增长", "5%"),
            ],
        ),
        (
            "城镇、农村居民人均可支配收入分别增长4.5%、5.5%左右",
            [("城镇居民人均可支配收入增长", "4.5%"), ("农村居民人均可支配收入增长", "5.5%")],
        ),
        (
            "单位生产总值能耗和二氧化碳排放分别降低13.5%、18%",
            [("单位生产总值能耗降低", "13.5%"), ("二氧化碳排放降低", "18%")],
        ),
        (
            "装备、食品产业规模分别达1.2万亿、8200亿元",
            [("装备产业规模", "1200000000000元"), ("食品产业规模", "820000000000元")],
        ),
        (
            "建设20个国家级、19个省级粮食产能提升重点县",
            [("建设国家级粮食产能提升重点县", "20个"), ("建设省级粮食产能提升重点县", "19个")],
        ),
        (
            "完成造林100万亩、沙化土地治理350万亩",
            [("造林", "1000000亩"), ("完成沙化土地治理", "3500000亩")],
        ),
        ("使用1000亿元失业保险基金支持稳岗", [("使用失业保险基金支持稳岗", "100000000000元")]),
        ("非化石能源占一次能源消费比重达到11%", [("非化石能源占一次能源消费比重", "11%")]),
    ],
)
def test_each_number_says_what_it_counts(text: str, expected: list[tuple[str, str]]) -> None:
    assert said(text) == expected


def test_where_the_numbers_are_more_than_the_subjects_nothing_is_guessed() -> None:
    measures = [t.measure for t in targets("甲产业、乙产业分别增长3%、4%、5%")]
    assert measures == ["甲产业、乙产业分别增长"] * 3
