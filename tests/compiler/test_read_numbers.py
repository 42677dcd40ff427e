"""Numbers, units, bounds and coordination, by the labelling rules."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.compiler.model import Target
from bihuan.compiler.numerals import parse, spell
from bihuan.compiler.sentences import clauses
from bihuan.compiler.targets import sentence_targets


def targets(text: str) -> list[Target]:
    return [t for found in sentence_targets(text, clauses(text, 0, len(text))) for t in found]


def short(text: str) -> list[str]:
    return [f"{t.bound} {t.value.normalize():f}{t.unit} {t.basis}" for t in targets(text)]


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_a_number_written_in_chinese_reads_back_as_itself(number: int) -> None:
    assert parse(spell(number)) == number


@given(
    st.decimals(min_value=0, max_value=10**6, places=2), st.sampled_from(["", "万", "亿", "万亿"])
)
def test_an_arabic_number_with_its_scale_reads_exactly(number: Decimal, scale: str) -> None:
    size = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}[scale]
    assert parse(f"{number}{scale}") == number * size


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("两", 2),
        ("一万二", 12000),
        ("三百五", 350),
        ("二〇二三", 2023),
        ("1,234.5", Decimal("1234.5")),
    ],
)
def test_spoken_forms_read_as_meant(words: str, value: Decimal) -> None:
    assert parse(words) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("培训农民8000人以上", ["ge 8000人 level"]),
        ("帮扶车间突破500个", ["gt 500个 level"]),
        ("帮扶3000余名残疾人就业", ["gt 3000名 level"]),
        ("失业率控制在5.5%以内", ["le 5.5% share"]),
        ("失业率控制在5.5%左右", ["approx 5.5% share"]),
        ("粮食产量不低于1.4亿斤", ["ge 140000000斤 level"]),
        ("确保零就业家庭至少一人就业", ["ge 1人 level"]),
        ("净增市场主体近8万户", ["approx 80000户 level"]),
        ("严守624万亩耕地保护红线", ["ge 6240000亩 level"]),
        ("新签约项目230个", ["eq 230个 level"]),
        ("产值突破千亿元", ["gt 100000000000元 level"]),
    ],
)
def test_bound_words_set_the_bound(text: str, expected: list[str]) -> None:
    assert short(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("地区生产总值增长5%", ["eq 5% growth"]),
        ("能耗下降3%左右", ["approx 3% growth"]),
        ("城镇化率提高到65%", ["eq 65% share"]),
        ("城镇化率提高1.5个百分点", ["eq 1.5百分点 change"]),
        ("实现农业保险全覆盖", ["eq 100% coverage"]),
        ("居民收入翻一番", ["eq 2倍 multiple"]),
        ("总量保持全省第一", ["eq 1位 rank"]),
        ("补助标准提高30元", ["eq 30元 level"]),
        ("超过三分之一的村达标", ["gt 33.33% share"]),
        ("一般性支出压减一半以上", ["ge 50% growth"]),
        ("补助标准由100元提高到120元", ["eq 120元 level"]),
    ],
)
def test_the_basis_says_what_the_number_measures(text: str, expected: list[str]) -> None:
    assert short(text) == expected


def test_a_fall_has_its_direction() -> None:
    assert [t.direction for t in targets("能耗下降3%，收入增长5%")] == ["down", None]


def test_a_range_keeps_both_ends_and_the_scale_written_once() -> None:
    [target] = targets("完成投资5—6亿元")
    assert (target.value, target.value_max) == (Decimal("5e8"), Decimal("6e8"))
    assert target.bound == "eq"


def test_coordinated_items_are_targets_of_their_own_with_the_verb_of_the_first() -> None:
    first, second = targets("培训高素质农民8000人、致富带头人800人以上")
    assert (first.measure, first.bound, first.also) == ("培训高素质农民", "eq", ("ge",))
    assert (second.measure, second.bound) == ("培训致富带头人", "ge")


def test_the_verb_carries_over_a_comma() -> None:
    first, second = targets("新增高技能人才200人以上,各类技能人才1万人以上")
    assert second.measure == "新增各类技能人才"
    assert first.end <= second.start


def test_分别_gives_each_number_its_own_target() -> None:
    assert short("一产、二产、三产分别增长3.5%、6%、5%") == [
        "eq 3.5% growth",
        "eq 6% growth",
        "eq 5% growth",
    ]


def test_sum_and_part_are_both_targets() -> None:
    assert short("新建10所学校,其中小学4所") == ["eq 10所 level", "eq 4所 level"]


@pytest.mark.parametrize(
    "text",
    [
        "用好12345热线",
        "深化“7×24小时不打烊”服务",
        "办好5件民生实事",
        "深入开展四大攻坚战行动",
        "提高80周岁以上老人津贴",
        "建设第三人民医院",
        "布局一批50万千瓦以上大型基地",
        "聚焦13个产业集群",
        "加快“985”产业链建设",
        "开展三年行动",
        "扩大5G应用",
        "确保110千伏输变电工程投运",
        "健全覆盖全民的社会保障体系",
    ],
)
def test_names_classes_and_mentions_are_no_targets(text: str) -> None:
    assert short(text) == []


def test_a_bound_inside_a_class_belongs_to_the_class() -> None:
    assert short("引进70个30亿元以上项目") == ["eq 70个 level"]


def test_the_capacity_of_a_project_delivered_is_a_target() -> None:
    assert short("推动柳林年消纳40万吨二氧化碳的纳米碳项目建成投产") == ["eq 400000吨 level"]


def test_a_sentence_that_explains_a_target_does_not_repeat_it() -> None:
    assert short("增长目标为5%左右，既是稳就业的需要，也有条件支撑") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("国家财政每年安排支出1030多亿元", ["gt 103000000000元 level"]),
        ("再解决6000万农村人口的饮水问题", ["eq 60000000人 level"]),
        ("再有1000万以上贫困人口解决温饱", ["ge 10000000人 level"]),
        ("增加500万沼气用户", ["eq 5000000户 level"]),
        ("培训十余万人", ["gt 100000人 level"]),
        ("养老护理补助标准提高一倍", ["eq 2倍 multiple"]),
        ("新增智能算力1.7万P", ["eq 17000P level"]),
        ("城乡居民收入比缩小到2.1∶1左右", ["approx 2.1 level"]),
        ("劳动年龄人口平均受教育年限提高到11.3年", ["eq 11.3年 level"]),
        ("人均预期寿命再提高1岁", ["eq 1岁 level"]),
        ("常住人口达到55万", ["eq 550000人 level"]),
        ("社会物流总费用与生产总值比率降低至13.6%左右", ["approx 13.6% share"]),
        ("按不低于5%的幅度压减一般性支出", ["ge 5% growth"]),
        ("普及九年义务教育的地区增加到全国人口的72%", ["eq 72% share"]),
        ("为630名以上贫困精神病患者提供免费救助", ["ge 630名 level"]),
        ("提供适老辅具服务5000例", ["eq 5000例 level"]),
        ("贫困县全部摘帽", ["eq 100% coverage"]),
        ("年末奶牛出栏牲畜600万头只以上", ["ge 6000000头 level"]),
        ("实现煤电铝产业产值过百亿元目标", ["gt 10000000000元 level"]),
        ("开放共享科研仪器1万台（套）以上", ["ge 10000台 level"]),
    ],
)
def test_forms_met_in_other_cities_reports(text: str, expected: list[str]) -> None:
    assert short(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "提升15分钟社区生活圈功能",
        "保障好14亿人的粮食安全",
        "将3岁以下婴幼儿照护费用纳入专项附加扣除",
        "小麦最低收购价每50公斤明显提高",
        "提出28个主要指标",
        "着力抓好八项重点工作",
        "实施沿线1公里化工腾退地块治理",
        "推动桥头铝电50万吨绿电铝产能置换技改",
        "4.5%左右的增长目标与发展规划衔接",
        "突破一批核心技术",
        "全覆盖开展市场准入评估",
    ],
)
def test_more_names_classes_and_reasons_are_no_targets(text: str) -> None:
    assert short(text) == []
